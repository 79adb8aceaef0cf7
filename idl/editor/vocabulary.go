package editor

// maxSource is the largest source file that is looked at, in bytes.
const maxSource = 1 << 20

// builtinDocs say what each built-in type is.
var builtinDocs = map[string]string{
	"bool":      "true or false. Go: `bool`",
	"int":       "An integer in the range of 64 bits with a sign. Go: `int64`",
	"uint":      "An integer from 0 in the range of 64 bits. Go: `uint64`",
	"i8":        "An integer of 8 bits. Go: `int8`",
	"i16":       "An integer of 16 bits. Go: `int16`",
	"i32":       "An integer of 32 bits. Go: `int32`",
	"i64":       "An integer of 64 bits. Go: `int64`",
	"u8":        "An integer from 0 of 8 bits. Go: `uint8`",
	"u16":       "An integer from 0 of 16 bits. Go: `uint16`",
	"u32":       "An integer from 0 of 32 bits. Go: `uint32`",
	"u64":       "An integer from 0 of 64 bits. Go: `uint64`",
	"bigint":    "An integer of any size. Go: `*big.Int`",
	"float64":   "A floating-point number, sent and received as a Float64. Go: `float64`",
	"number":    "A floating-point number, received as a Float64 or an Integer. Go: `float64`",
	"string":    "A text. Go: `string`",
	"symbol":    "A text that is sent as a Symbol. Go: `captp.Symbol`",
	"bytes":     "A string of bytes. Go: `[]byte`",
	"list":      "`list<T>`: any number of values of type T. Go: `[]T`",
	"map":       "`map<T>`: values of type T by names. Go: `map[string]T`",
	"tuple":     "`tuple<A, B>`: a fixed number of values. Go: as a result, several results",
	"promise":   "`promise<T>`: a value that comes later, received settled or not.",
	"tagged":    "`tagged<\"tag\", T>`: a value of type T behind a tag. Go: `T`",
	"target":    "A reference to an object of any kind. Go: `captp.Ref`",
	"sturdyref": "A reference that can be written down. Go: `locator.SturdyRef`",
	"error":     "An error as data. Go: `*captp.RemoteError`",
	"any":       "Any value. Go: `any`",
}

// keywordDocs say what each keyword does.
var keywordDocs = map[string]string{
	"package":   "The name of the package, first in the file, and after `go` the import path of the Go package.",
	"import":    "Another file, whose declarations are reached as alias.name.",
	"const":     "A named value.",
	"type":      "A second name of a type.",
	"enum":      "A set of symbols. It is open unless `closed` stands before it.",
	"struct":    "A record of named fields.",
	"union":     "A choice of tagged values. It is open unless `closed` stands before it.",
	"error":     "An error that methods may raise.",
	"interface": "An object that is called by the names of methods.",
	"callable":  "An object that is called without a name.",
	"closed":    "Values that are not listed are refused on receipt.",
	"oneway":    "No answer is asked for.",
	"stream":    "The method is called many times in a row, with a bounded number of calls under way.",
	"extends":   "The methods of other interfaces belong to this one as well.",
	"raises":    "The errors that a call may end with.",
	"as":        "The name by which the imported declarations are reached.",
	"go":        "The import path of the Go package.",
	"undefined": "No value, as JavaScript says it.",
	"null":      "No value, as JSON says it.",
	"false":     "No value, as Scheme says it.",
}

// annotationWord is an annotation of the language.
type annotationWord struct {
	name, form, doc string
	places          []Kind
}

// Groups of places.
var (
	memberPlaces = []Kind{Method, Field, Case, Variant}
	goPlaces     = []Kind{Const, Enum, Struct, Union, Error, Interface, Callable, Method, Field, Case, Variant}
	notePlaces   = []Kind{
		Package, Const, Alias, Enum, Struct, Union, Error, Interface, Callable, Method, Field, Case, Variant, Parameter,
	}
)

// annotationWords are the annotations in the order in which they are offered.
var annotationWords = []annotationWord{
	{"go", "@go(Name)", "The Go name.", goPlaces},
	{"wire", `@wire("name")`, "The name that is sent.", append([]Kind{Error}, memberPlaces...)},
	{"deprecated", `@deprecated("why")`, "Not to be used any more.", notePlaces},
	{"since", `@since("2")`, "The version in which it came.", notePlaces},
	{"example", `@example("text")`, "An example, for documentation.", notePlaces},
	{"max", "@max(65536)", "The bound of bytes, characters or elements.", []Kind{Field, Variant, Parameter, Alias}},
	{"as", "@as(string)", "The cases are sent as strings.", []Kind{Enum}},
	{"strict", "@strict", "Fields or arguments beyond the declared ones are refused.", []Kind{Struct, Error, Method, Callable}},
	{"keep", "@keep", "Fields that are not listed are kept on receipt and sent again.", []Kind{Struct}},
	{"idempotent", "@idempotent", "The call does no harm when it is made twice. Nothing here repeats it.", []Kind{Method, Callable}},
	{"lenient", "@lenient", "Integers and floats stand in for each other.", []Kind{Package, Field, Variant, Parameter}},
}
