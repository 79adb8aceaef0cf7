package idl

// Kind is the kind of a [Type].
type Kind string

// The kinds of types. Aliases have none, since every use of one is resolved.
const (
	KindBool      Kind = "bool"
	KindInt       Kind = "int"  // the range of int64
	KindUint      Kind = "uint" // the range of uint64
	KindI8        Kind = "i8"
	KindI16       Kind = "i16"
	KindI32       Kind = "i32"
	KindI64       Kind = "i64"
	KindU8        Kind = "u8"
	KindU16       Kind = "u16"
	KindU32       Kind = "u32"
	KindU64       Kind = "u64"
	KindBigInt    Kind = "bigint"
	KindFloat64   Kind = "float64"
	KindNumber    Kind = "number"
	KindString    Kind = "string"
	KindSymbol    Kind = "symbol"
	KindBytes     Kind = "bytes"
	KindAny       Kind = "any"
	KindTarget    Kind = "target"
	KindSturdyRef Kind = "sturdyref"
	KindError     Kind = "error"
	KindList      Kind = "list"
	KindTuple     Kind = "tuple"
	KindMap       Kind = "map"
	KindPromise   Kind = "promise"
	KindStruct    Kind = "struct"
	KindEnum      Kind = "enum"
	KindInterface Kind = "interface"
	KindCallable  Kind = "callable"
	KindUnion     Kind = "union"
	KindTagged    Kind = "tagged"
)

// Integer reports whether values of the kind are sent as an Integer, bigint included.
func (k Kind) Integer() bool {
	switch k {
	case KindInt, KindUint, KindBigInt, KindI8, KindI16, KindI32, KindI64, KindU8, KindU16, KindU32, KindU64:
		return true
	default:
		return false
	}
}

// Type is a type in use: of a field, a parameter, a result, a constant or an element.
type Type struct {
	Kind Kind `json:"kind"`
	// Elem is the element of a list, the value of a map, the outcome of a promise, the value behind a tag.
	Elem *Type `json:"elem,omitempty"`
	// Elems are the elements of a tuple, at least one.
	Elems []*Type `json:"elems,omitempty"`
	// Tag is the tag of tagged<"tag", T>, whose T is Elem.
	Tag string `json:"tag,omitempty"`
	// Ref names the declaration of a struct, an enum, a union, an interface or a callable.
	Ref *TypeRef `json:"ref,omitempty"`
	// Absent lists the singletons that may stand in for a value, in source order and without repetition: "undefined",
	// "null", "false". The first is the one to send.
	Absent []string `json:"absent,omitempty"`
	// Max bounds bytes, characters or elements: @max. Zero means that only the limits of the runtime apply.
	Max int `json:"max,omitempty"`
	// Lenient says that an Integer is also accepted as an integral Float64 and the other way round: @lenient on the
	// parameter, the field or the file. It is set only on types for which it means something.
	Lenient bool `json:"lenient,omitempty"`
}

// TypeRef names a declaration, in the same file or an imported one. Exactly one of the pointers is set.
type TypeRef struct {
	// Name is the declared name without the import's alias; GoName is its Go name without a package.
	Name   string `json:"name"`
	GoName string `json:"goName"`
	// Package is the dotted name of the declaring package.
	Package string `json:"package"`
	// GoImport is the import path of the declaring Go package, "" for the package of the schema that holds the
	// reference. GoPackage is the name of that package, always set.
	GoImport  string `json:"goImport,omitempty"`
	GoPackage string `json:"goPackage"`

	Struct    *Struct    `json:"-"`
	Enum      *Enum      `json:"-"`
	Union     *Union     `json:"-"`
	Error     *ErrorDecl `json:"-"`
	Interface *Interface `json:"-"`
	Callable  *Callable  `json:"-"`
}

// Decl returns the declaration.
func (r *TypeRef) Decl() Decl {
	switch {
	case r.Struct != nil:
		return r.Struct
	case r.Enum != nil:
		return r.Enum
	case r.Union != nil:
		return r.Union
	case r.Error != nil:
		return r.Error
	case r.Interface != nil:
		return r.Interface
	default:
		return r.Callable
	}
}
