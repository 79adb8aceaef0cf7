// Package breaking compares two versions of a description and says of each change whom it breaks.
//
//	var before, after breaking.Version
//	errs := before.Add(oldLoader, "chat.ocapn")
//	...
//	errs = after.Add(new(idl.Loader), "chat.ocapn")
//	...
//	for _, change := range breaking.Compare(&before, &after) {
//		fmt.Println(change.Verdict, change.Category, change.Error.Error())
//	}
//
// # Terminology
//
// A change matters to one of two categories. Wire is about peers that know different versions of the description: a caller of the
// old version and a server of the new one, and the other way round. Go is about programs that are compiled with the generated code of
// the new version. Some changes matter to both and are two.
//
// The verdict is breaking if an old caller and a new server do not understand each other any more, be it for some values only,
// or if a new caller and an old server never do. It is a warning if they do with some care: mostly, if servers are brought up to date
// before callers use what is new. Everything else is ok: unknown fields and arguments are ignored, unknown cases and variants are
// kept, and methods that a server does not have are answered with an error which says so.
//
// A callback is an object of the caller's, so that the roles change: its caller is the server. That nothing special has to be said
// about it is the reason for looking at callers and servers of each interface, and not at clients and servers of the program.
//
// # Rules
//
// Each kind of change has an ID that does not change, and a page; see [Explain].
//
//	wire  breaking  CLOSED               an open enum or union is closed, or something becomes @strict
//	wire  breaking  CLOSED_CASE_ADDED    a closed enum has a new case, or a closed union a new variant
//	wire  breaking  CLOSED_CASE_REMOVED  a case or a variant is gone, and the enum or union is closed
//	wire  breaking  FIELD_ADDED          a new field cannot be left out, or comes to something @strict
//	wire  breaking  FIELD_CHANGED        a field has values that the other side refuses
//	wire  breaking  FIELD_REMOVED        a field is gone that could not be left out, or from something @strict
//	wire  breaking  INTERFACE_REMOVED    an interface or a callable is gone
//	wire  breaking  METHOD_ONEWAY        a method that was answered is oneway
//	wire  breaking  METHOD_REMOVED       a method is gone
//	wire  breaking  PARAM_ADDED          a new parameter cannot be left out, or comes to a @strict method
//	wire  breaking  PARAM_CHANGED        a parameter is of another type
//	wire  breaking  PARAM_MOVED          a parameter is at another place
//	wire  breaking  PARAM_NARROWED       a parameter takes fewer values
//	wire  breaking  PARAM_REMOVED        a parameter is gone that could not be left out, or from a @strict method
//	wire  breaking  RESULT_ADDED         a method without a result has one
//	wire  breaking  RESULT_CHANGED       a result is of another type
//	wire  breaking  RESULT_PROMISED      the result T is promise<T> now
//	wire  breaking  RESULT_REMOVED       a method with a result has none
//	wire  breaking  RESULT_WIDENED       a result may be more values
//	wire  breaking  VARIANT_CHANGED      a variant has something else behind its tag
//	wire  breaking  WIRE_NAME_CHANGED    a name is sent differently
//
//	wire  warning   DEFAULT_CHANGED      what is left out stands for another value
//	wire  warning   ENUM_SPELLING        an enum is sent as strings instead of symbols, or the other way round
//	wire  warning   FIELD_NARROWED       a field of an answer has fewer values
//	wire  warning   FIELD_WIDENED        a field of an argument may have more values
//	wire  warning   IDEMPOTENT_REMOVED   a method is not @idempotent any more
//	wire  warning   KEEP_REMOVED         a struct does not @keep unknown fields any more
//	wire  warning   PARAM_DROPPED        an optional parameter is gone
//	wire  warning   PARAM_WIDENED        a parameter takes more values
//	wire  warning   RESULT_NARROWED      a result is fewer values
//
//	wire  ok        CASE_ADDED           an open enum has a new case, or an open union a new variant
//	wire  ok        CASE_REMOVED         a case or a variant of an open enum or union is gone
//	wire  ok        DECL_ADDED           a declaration is new
//	wire  ok        DECL_REMOVED         a declaration of data is gone
//	wire  ok        FIELD_DROPPED        an optional field is gone
//	wire  ok        FIELD_OPTIONAL       a new field can be left out
//	wire  ok        METHOD_ADDED         a method is new
//	wire  ok        METHOD_ANSWERED      a oneway method is answered
//	wire  ok        MOVED                declarations are in another package
//	wire  ok        OPENED               a closed enum or union is open, or something is not @strict any more
//	wire  ok        PARAM_OPTIONAL       a new parameter can be left out
//	wire  ok        RAISES_CHANGED       a method raises other errors
//	wire  ok        RENAMED              a name that is not sent has changed
//
//	go    breaking  GO_EVENTS            an interface cannot be received as events any more
//	go    breaking  GO_EXTENDS           an interface does not extend another any more
//	go    breaking  GO_PACKAGE           the Go package has another path or name
//	go    breaking  GO_REMOVED           a Go name is gone
//	go    breaking  GO_RENAMED           a Go name has changed
//	go    breaking  GO_SIGNATURE         a Go method has other parameters or results
//	go    breaking  GO_TYPE              a Go field, constant or type is of another type
//
//	go    warning   GO_COMPARABLE        values of a Go struct cannot be compared with == any more
//	go    warning   GO_CONST_VALUE       a constant has another value
//	go    warning   GO_METHOD_ADDED      who implements an interface needs another method
//
// # What is compared with what
//
// Nothing on the wire names a declaration or a file. A declaration of the same kind and name is the same one, in whatever file; so is
// one that has the same names on the wire, or that stands at the same place in something that is the same. Methods, fields, cases
// and variants are known by the names that are sent, parameters by their place. Whether a struct, an enum or a union is sent with
// calls, with answers or with both follows from the methods of the files; if none has it, both are taken to be possible.
//
// # Errors
//
// [Version.Add] returns the errors of a file that cannot be checked. Comparing has none.
//
// # Ownership and concurrency
//
// Nothing is kept between calls. A Version is used by one goroutine while files are added, and by any number after that.
//
// # Limits
//
// Aliases are not compared: whatever uses one is. A file of the standard library is taken to be the same in both versions. That a
// number takes no integers which a float64 cannot hold is left out of account. What documentation, @deprecated, @since and @example
// say changes nothing.
//
// # Design notes
//
// The verdicts follow what generated code does. Where peers that are written by hand are likely to differ, the page of a rule says
// so, and the verdict is a warning if they might not cope: Goblins counts arguments, and nobody but generated code takes a
// string for a symbol. The verdicts about Go are tested against the code that is generated for each pair of versions in testdata.
package breaking
