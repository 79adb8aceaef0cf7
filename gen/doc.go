// Package gen turns a checked schema of package idl into Go source.
//
//	schema, errs := idl.Load("chat.ocapn")
//	files, err := gen.Generate(schema, gen.Options{})
//	// files[0].Name is chat_ocapn.go
//
// # What is generated
//
// For an interface chatroom:
//
//	Chatroom               the reference: a small comparable value, whose methods send a message and wait for the answer
//	ChatroomE              its eventual view, whose methods do not wait; the answers that are references can be sent messages
//	ChatroomServer         the Go interface that a program implements
//	UnimplementedChatroom  a server to embed that has no method, so that new ones do not break the program
//	ChatroomFuncs          a server made of functions, for tests and small objects
//	NewChatroom            makes a server an object of a vat
//
// For a callable, which is an object that is called as a function: the reference with the method Call, its eventual view, and
// a constructor that takes a func. Structs become structs, enums string types with constants, constants constants. For a union
// content with the variants text(string), image { ... } and none, and an error banned:
//
//	Content         an interface that the variants implement, and nothing else: type switches on it are complete
//	ContentText     a string; lists, maps and other scalars become such types, too, any other value a struct with the field Value
//	ContentImage    a struct with the fields of the variant
//	ContentNone     a struct without fields
//	ContentUnknown  a variant that only the peer knows, with its tag and its value, which can be sent on; a closed union has none
//	DecodeContent   reads a variant
//	BannedError     a struct with the fields of the error; methods return a *BannedError, callers find it with errors.As
//
// A tagged value has the Go type of what stands behind its tag. A struct that keeps what it does not know has those fields in the
// map Extra. A method with optional arguments takes a pointer to a struct of them, named after the interface and the method, with Opts at the
// end; the answer of several values is a struct with Result at the end where it is not several results.
//
// A struct, a union or a result of several values that holds references has an eventual view of its own, such as TicketE: the promise
// of the value, with a method for each part that leads to a reference. The eventual method whose result it is returns it, so that
// e.Buy().Seat().Take() is one round trip. Lists, maps and results that may be absent have views of package captp. Parts of type any
// lead nowhere.
//
// A stream method upload returns a *RoomUploadStream, whose Send takes the arguments and keeps a bounded number of messages under
// way; its server has one call for each message. An interface observer whose methods are all one way is a sequence too:
//
//	NewObserverStream   makes an object of a vat whose messages the program ranges over
//	ObserverEvent       one of them: an interface, implemented by a struct for each method
//	ObserverUserJoined  such a struct, with the arguments as its fields
//
// # How the code looks
//
// Each message is one method that appends its arguments to an encoder, and one case of a switch that reads them and calls
// the server. What does not depend on the interface is in package captp. There is no reflection, nothing runs at program
// start, and the only imports are captp, locator for sturdyrefs, the packages of imported .ocapn files, and the standard
// library. The order is that of the source; the output depends on the schema alone, and names no version of the generator.
//
// The text of the IDL's comments goes to every name that stands for the thing, rearranged so that it starts with the Go name.
// Parameters keep their names unless those would hide a package, a keyword or a predeclared identifier. A part of a struct, a union or
// a result whose method on the eventual view would hide one of promises, such as Await, is reached by that name with Member at the
// end: AwaitMember. No text of the IDL becomes anything but a name, a string or a comment; what cannot be seen is escaped there.
//
// # Design notes
//
// Where is the runtime? Package gen knows import paths and names of the runtime as strings and never imports it, so that the
// compiler can be used with any version of it. That the strings are right is proved by the packages under golden, which are
// generated, compiled and called.
//
// Why are the variants of a union read by a function and not by a method? What is read decides about the type of the result, which
// is an interface; a struct around it, which could have the method, would stand in the way of every type switch.
//
// How does a caller come to a declared error? The message that it sends says, by a function that is known when the program is compiled,
// which errors its method raises. They are looked for when the promise has broken, so a call that raises nothing pays nothing. What
// breaks because of it is looked at in the same way, since that is where the caller of a chain waits.
//
// How does the source of package gen read? Above the code that builds a declaration stands the Go that it builds. Parts that
// are used twice are functions, since a statement of package jen may be rendered once only.
package gen
