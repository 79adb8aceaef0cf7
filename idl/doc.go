// Package idl reads the interface description language of ocapngen: files that end in .ocapn and say which methods OCapN
// objects answer. [Load] returns a checked [Schema] with every name resolved, or every error of the file in one run.
//
// A description is local to whoever writes it. Nothing of it appears on the wire but the names of methods, fields and
// cases, so it can describe an object that somebody else wrote in another language long ago.
//
//	/// A room where people talk.
//	package spritely.goblin-chat go "example.org/chat/chatcap"
//
//	import "ocapn/sealers.ocapn" as seal
//
//	/// What a channel answers to a message. Open: peers may send other symbols.
//	enum ack { OK, CONNECTION-CLOSED }
//
//	/// What is shown to the room: one of these, behind its tag.
//	union content {
//	  text(string)
//	  image { mime: symbol, data: bytes, alt?: string }
//	}
//
//	/// Why nobody listens.
//	error banned { until?: int }
//
//	callable unsubscribe()
//
//	interface user {
//	  self-proposed-name() -> string
//	  @go(ChatSealedPredicate) "get-chat-sealed?"() -> seal.predicate
//	}
//
//	interface channel {
//	  /// Shows contents to everybody in the room.
//	  send-message(contents: content, @max(64) style?: string = "plain") -> ack raises banned
//	  oneway typing(who: user)
//	  stream upload(chunk: bytes)
//	  subscribe(who: user) -> tuple<ack, unsubscribe>
//	}
//
// # Grammar
//
// In participle's notation: (?= x) and (?! x) look at what follows without reading it.
//
//	File = Decl* .
//	Decl = <doc>* Ann* "closed"? (Package | Import | Const | Alias | Enum | Struct | Union | ErrorDecl | Interface | Callable) ";"? .
//	Ann = "@" <ident> ("(" (Literal ("," Literal)*)? ")")? .
//	Literal = <string> | <symbol> | <float> | <int> | <ident> | ("[" (Literal ("," Literal)*)? "]") .
//	Package = "package" Dotted ("go" <string>)? .
//	Dotted = (<ident> ("." <ident>)*) .
//	Import = "import" <string> ("as" <ident>)? .
//	Const = "const" <ident> ":" Type "=" Literal .
//	Type = Dotted ("<" TypeArg ("," TypeArg)* ">")? ("|" <ident>)* .
//	TypeArg = <string> | Type .
//	Alias = "type" <ident> "=" Type .
//	Enum = "enum" <ident> "{" EnumCase* "}" .
//	EnumCase = <doc>* Ann* Name ("," | ";")? .
//	Name = <ident> | <string> .
//	Struct = "struct" <ident> "{" Field* "}" .
//	Field = <doc>* Ann* Name "?"? ":" Type ("=" Literal)? ("," | ";")? .
//	Union = "union" <ident> "{" Variant* "}" .
//	Variant = <doc>* Ann* Name (("(" Type ")") | ("{" Field* "}"))? ("," | ";")? .
//	ErrorDecl = "error" <ident> ("{" Field* "}")? .
//	Interface = "interface" <ident> ("extends" Dotted ("," Dotted)*)? "{" Method* "}" .
//	Method = <doc>* Ann* ((?= ("oneway" | "stream") (<ident> | <string>)) ("oneway" | "stream"))? Name Signature ("," | ";")? .
//	Signature = "(" (Param ((?! "," ")") "," Param)* ","?)? ")" ("->" Type)? ("raises" Dotted ("," Dotted)*)? .
//	Param = Ann* "..."? Name "?"? ":" Type ("=" Literal)? .
//	Callable = "callable" <ident> Signature .
//
// The tokens are
//
//	ident    a letter, then letters, digits and single dashes: ASCII only
//	string   "text" on one line, with the escapes \" \\ \n \r \t \uXXXX
//	symbol   'name, up to white space or one of ' " ( ) [ ] { } < > , : ; | = @
//	int      digits, with a minus sign before negative numbers
//	float    digits, a point, digits and perhaps an exponent
//	doc      from /// to the end of the line
//
// and comments go from // to the end of the line or from /* to */. Line endings are LF or CR LF. Keywords are contextual:
// a method may be called type, error or oneway.
//
// # Terminology
//
// A declaration is a const, type (alias), enum, struct, union, error, interface or callable. Members are the fields of a
// struct, an error or a variant, the cases of an enum, the variants of a union and the methods of an interface. An interface is
// the type of an object that is called by the names of methods, a callable of one that is called without a name; no object is
// both. A union is a choice: a value is exactly one of its variants, which stand alone, with a value or with fields. Enums and
// unions are open unless they say closed: cases and variants that are not listed are kept on receipt. A method raises the
// errors that it lists, and may fail with others. A oneway method is not answered; a stream method is called many times in a
// row, and its answers say that more may come.
//
// # Names
//
// Names are wire names. [ExportedName] says how they become Go names: self-proposed-name is SelfProposedName, avatar-url is
// AvatarURL. Cases and variants follow the name of their declaration, and errors end in Error. @go(Name) chooses another Go
// name, @wire("name") another wire name. Names of parameters, and of declarations other than errors, never leave the program.
//
// # Types
//
// The built-in types are bool, the integers int, uint, i8 to i64 and u8 to u64, bigint, float64, number, string, symbol,
// bytes, any, target, sturdyref, error, list<T>, map<T>, tuple<A, B>, promise<T> and tagged<"tag", T>. T | undefined, T | null
// and T | false allow absence in the spelling of JavaScript, JSON and Scheme. Parameters and fields may be left out when they
// are marked with ? or have a default; parameters that may be left out come last, and one ...rest parameter after them.
//
// A variant is sent as a tagged value. Its tag is the name of the variant; behind it stands undefined after name, the value
// after name(T) and a struct after name { fields }. An error is a tagged struct of its fields, and what a promise is broken
// with. Errors and constants are no types; the values of constants and defaults are numbers, bools, strings, symbols, cases
// of enums and lists of them.
//
// # Annotations
//
//	@go(Name)           the Go name
//	@wire("name")       the name that is sent, of a member or an error
//	@deprecated("why")  @since("2")  @example("text")
//	@max(65536)         bound of bytes, characters or elements, of a field, a variant, a parameter or an alias
//	@as(string)         the cases of the enum are sent as strings
//	@strict             further fields or arguments are refused, of a struct, an error, a method or a callable
//	@keep               further fields of the struct are kept, and sent again
//	@idempotent         a note for other programs: the call does no harm when it is made twice; nothing here repeats it
//	@lenient            integers and floats stand in for each other, of the package, a field, a variant or a parameter
//	@x-anything(...)    carried in [Notes] for other programs
//
// # Packages and imports
//
// The string after go is the Go import path of the generated code, and after a semicolon the name of the Go package if it
// is not the last part of the path. Without it the path follows from the nearest go.mod, and the name from the package
// clause. Without a package clause the package is called like the file.
//
// All files of a folder are in one Go package. Load compares a file with those that it imports; [Loader.CheckTogether] compares the
// files of a run.
//
// The declarations of an imported file are reached as alias.name. An import is one of
//
//	"parts/colors.ocapn"             beside the importing file, then in the folders of [Loader.Search]
//	"ocapn/sealers.ocapn"            the standard library, which comes with this package
//	"example.org/m/p/colors.ocapn"   a file in the folder of the Go package example.org/m/p
//
// where that Go package belongs to the module of the importing file, or to one that [Loader.Package] finds. A file beside the
// importing one comes before a Go package; a folder called ocapn is reached as ./ocapn.
//
// # JSON
//
// The JSON form of a [Schema], which "ocapngen check -json" writes for each file, is an interface for other programs: generators for other
// languages, documentation, comparisons. Its keys are those of the types of this package, and version is [SchemaVersion].
//
// Under one version a key that is there keeps its meaning, its type and its place. New keys may come with new parts of the
// language, and new words for the kind of a type or a literal and for the form of a variant. So a reader passes over keys
// that it does not know, and refuses a kind or a form that it does not know: the file says something that it cannot express.
// Whatever else changes, the version goes up.
//
// A key is left out when its value is false, 0, "", an empty list or absent. Only version, file, the names, pos, kind and form,
// the cases of an enum, the fields of a struct, the variants of a union and the methods of an interface are always there. Lists
// are in source order, and pos tells the order over all kinds of declarations. Names are resolved: the ref of a type, and what is
// raised or extended, gives the name and the package of a declaration, of the same Go package if goImport is absent. The uses of
// aliases are resolved as well. Inherited methods are not repeated.
//
// # Errors
//
// Everything that is wrong comes back as [Error] values, at most one for the syntax of each declaration and any number for
// what the declarations mean. Each has a stable ID, which [Explain] explains. [PrintErrors] writes them for people. What
// depends on a broken part is not reported again.
//
// # Ownership and concurrency
//
// Load, [Format] and the others keep nothing between calls and may be called by several goroutines. A returned Schema
// belongs to the caller; its parts point to each other and to those of imported files, so it is read and not changed.
//
// # Limits
//
// A file has at most 1 MiB, and at most 32 brackets are open at the same time.
//
// # Specifications
//
// The language is this package's own. What its types look like on the wire is the Model draft of OCapN.
//
// # Design notes
//
// Generics, expressions and inheritance of structs are left out: any and target cover what they would be used for, and each
// would make the generated code harder to read than the code it saves. There are no field numbers and no interface ids,
// because OCapN sends names and knows no interfaces. An interface with a default call is refused, because a JavaScript
// target is a function or an object and never both. Inherited methods that are declared alike are the same method, wherever
// they come from, since that is how an object sees them.
package idl
