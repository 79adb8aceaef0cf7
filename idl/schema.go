package idl

// SchemaVersion is the version of the JSON form of a [Schema], which programs in any language may read. It goes up when a
// field changes its meaning or goes away; new fields may come without.
const SchemaVersion = 1

// Schema is one checked .ocapn file with everything that it names resolved. It is plain data: nothing in it refers to
// the parser, and its JSON form is what "ocapngen check -json" prints. A Schema returned by [Load] is complete and
// must not be changed by those who read it; reading it from several goroutines is safe.
type Schema struct {
	// Version is [SchemaVersion]: which form the JSON has.
	Version int `json:"version"`
	// File is the slash path of the source as it was given to [Load].
	File string `json:"file"`
	// Package is the dotted name of the package, such as "spritely.goblin-chat".
	Package string `json:"package"`
	// GoPackage is the name of the Go package, such as "chatcap".
	GoPackage string `json:"goPackage"`
	// GoImport is the import path of the Go package, or "" when neither the file nor a go.mod tells.
	GoImport string `json:"goImport,omitempty"`
	// Doc is the text above the package clause.
	Doc string `json:"doc,omitempty"`
	Notes
	// Imports are the imported files that the declarations use, in source order.
	Imports []*Import `json:"imports,omitempty"`

	// The declarations by kind, each in source order. Aliases are resolved wherever they are used; they are kept for
	// those who print them.
	Consts     []*Const     `json:"consts,omitempty"`
	Aliases    []*Alias     `json:"aliases,omitempty"`
	Enums      []*Enum      `json:"enums,omitempty"`
	Structs    []*Struct    `json:"structs,omitempty"`
	Unions     []*Union     `json:"unions,omitempty"`
	Errors     []*ErrorDecl `json:"errors,omitempty"`
	Interfaces []*Interface `json:"interfaces,omitempty"`
	Callables  []*Callable  `json:"callables,omitempty"`

	// Decls are the same declarations in source order over all kinds.
	Decls []Decl `json:"-"`
}

// Decl is one of *[Const], *[Alias], *[Enum], *[Struct], *[Union], *[ErrorDecl], *[Interface] and *[Callable].
type Decl interface {
	// DeclName returns the name as the source spells it.
	DeclName() string
	decl()
}

// Pos is a place in a source file. Line and Col count from 1, Col in bytes. The zero Pos is no place.
type Pos struct {
	Line int `json:"line"`
	Col  int `json:"col"`
}

// Import is an imported file.
type Import struct {
	Pos Pos `json:"pos"`
	// Alias is the name by which the file's declarations are reached: "seal" in seal.sealer.
	Alias string `json:"alias"`
	// Path is the path as the source spells it; File is the slash path at which it was found.
	Path string `json:"path"`
	File string `json:"file"`
	// Package is the dotted name of the imported package.
	Package string `json:"package"`
	// GoImport and GoPackage name the Go package of the imported file. GoImport is "" when the imported file belongs
	// to the same Go package as the importing one.
	GoImport  string `json:"goImport,omitempty"`
	GoPackage string `json:"goPackage"`
}

// Notes are what annotations say about a declaration or a member and no decoder needs to know.
type Notes struct {
	// Deprecated is the reason given by @deprecated; "" means that the thing is not deprecated.
	Deprecated string `json:"deprecated,omitempty"`
	// Since is the argument of @since.
	Since string `json:"since,omitempty"`
	// Examples are the arguments of @example, in order.
	Examples []string `json:"examples,omitempty"`
	// Ext are the annotations whose name starts with x-, which the compiler carries and does not read.
	Ext []Annotation `json:"ext,omitempty"`
}

// Annotation is an annotation that the compiler does not interpret.
type Annotation struct {
	// Name is the name without the at sign, such as "x-audit".
	Name string    `json:"name"`
	Args []Literal `json:"args,omitempty"`
}

// Const is a named value.
type Const struct {
	Pos    Pos    `json:"pos"`
	Name   string `json:"name"`
	GoName string `json:"goName"`
	Doc    string `json:"doc,omitempty"`
	Notes
	Type  *Type   `json:"type"`
	Value Literal `json:"value"`
}

// Alias is a second name for a type. Go code never needs it: every use is resolved to Type.
type Alias struct {
	Pos    Pos    `json:"pos"`
	Name   string `json:"name"`
	GoName string `json:"goName"`
	Doc    string `json:"doc,omitempty"`
	Notes
	Type *Type `json:"type"`
}

// Enum is a set of symbols.
type Enum struct {
	Pos    Pos    `json:"pos"`
	Name   string `json:"name"`
	GoName string `json:"goName"`
	Doc    string `json:"doc,omitempty"`
	Notes
	// Closed says that a case which is not listed is refused on receipt.
	Closed bool `json:"closed,omitempty"`
	// AsString says that cases are sent as strings instead of symbols: @as(string).
	AsString bool        `json:"asString,omitempty"`
	Cases    []*EnumCase `json:"cases"`
}

// EnumCase is one symbol of an enum.
type EnumCase struct {
	Pos Pos `json:"pos"`
	// Name is the case as the source spells it, Wire the text that is sent.
	Name string `json:"name"`
	Wire string `json:"wire"`
	// GoName is the whole name of the Go constant, the enum's name included: "AckConnectionClosed".
	GoName string `json:"goName"`
	Doc    string `json:"doc,omitempty"`
	Notes
}

// Struct is a record of named fields.
type Struct struct {
	Pos    Pos    `json:"pos"`
	Name   string `json:"name"`
	GoName string `json:"goName"`
	Doc    string `json:"doc,omitempty"`
	Notes
	Fields []*Field `json:"fields"`
	// Strict says that a value with a field which is not listed is refused on receipt: @strict.
	Strict bool `json:"strict,omitempty"`
	// Keep says that fields which are not listed are kept on receipt and sent again: @keep.
	Keep bool `json:"keep,omitempty"`
}

// Union is a choice of tagged values: exactly one of its variants at a time.
type Union struct {
	Pos    Pos    `json:"pos"`
	Name   string `json:"name"`
	GoName string `json:"goName"`
	Doc    string `json:"doc,omitempty"`
	Notes
	// Closed says that a tag which is not listed is refused on receipt.
	Closed   bool       `json:"closed,omitempty"`
	Variants []*Variant `json:"variants"`
}

// VariantForm says what stands behind the tag of a variant.
type VariantForm string

// The forms of variants.
const (
	VariantBare   VariantForm = "bare"   // name: undefined
	VariantValue  VariantForm = "value"  // name(T): a value of Type
	VariantFields VariantForm = "fields" // name { ... }: a struct of Fields
)

// Variant is one of the values of a union.
type Variant struct {
	Pos Pos `json:"pos"`
	// Name is the variant as the source spells it, Wire the tag that is sent.
	Name string `json:"name"`
	Wire string `json:"wire"`
	// GoName is the whole name of the Go type, the union's name included: "ContentText".
	GoName string `json:"goName"`
	Doc    string `json:"doc,omitempty"`
	Notes
	Form VariantForm `json:"form"`
	// Type is the type of the value of a [VariantValue], Fields are the fields of a [VariantFields].
	Type   *Type    `json:"type,omitempty"`
	Fields []*Field `json:"fields,omitempty"`
}

// ErrorDecl is an error that methods may raise: a tagged struct of its fields.
type ErrorDecl struct {
	Pos  Pos    `json:"pos"`
	Name string `json:"name"`
	// Wire is the tag that is sent.
	Wire string `json:"wire"`
	// GoName is the name of the Go type, which ends in Error: "BannedError".
	GoName string `json:"goName"`
	Doc    string `json:"doc,omitempty"`
	Notes
	Fields []*Field `json:"fields,omitempty"`
	// Strict says that an error with a field which is not listed is not taken for this one: @strict.
	Strict bool `json:"strict,omitempty"`
}

// Field is a field of a struct, of a variant or of an error.
type Field struct {
	Pos Pos `json:"pos"`
	// Name is the field as the source spells it, Wire the key that is sent.
	Name   string `json:"name"`
	Wire   string `json:"wire"`
	GoName string `json:"goName"`
	Doc    string `json:"doc,omitempty"`
	Notes
	Type *Type `json:"type"`
	// Optional says that the field may be left out: name?: T.
	Optional bool `json:"optional,omitempty"`
	// Default is what a missing field stands for, nil if nothing is declared. It is never sent.
	Default *Literal `json:"default,omitempty"`
}

// Interface is the type of an object that answers methods.
type Interface struct {
	Pos    Pos    `json:"pos"`
	Name   string `json:"name"`
	GoName string `json:"goName"`
	Doc    string `json:"doc,omitempty"`
	Notes
	Extends []*TypeRef `json:"extends,omitempty"`
	// Methods are the methods that this interface declares itself.
	Methods []*Method `json:"methods"`
	// All are the methods of the extended interfaces, in order of Extends and without repetition, then Methods. The
	// types of inherited methods are given from the point of view of this file: a TypeRef of another Go package has
	// its GoImport set.
	All []*Method `json:"-"`
}

// Method is a method of an interface.
type Method struct {
	Pos Pos `json:"pos"`
	// Name is the method as the source spells it, Wire the selector that is sent.
	Name   string `json:"name"`
	Wire   string `json:"wire"`
	GoName string `json:"goName"`
	Doc    string `json:"doc,omitempty"`
	Notes
	// OneWay says that no answer is asked for.
	OneWay bool `json:"oneWay,omitempty"`
	// Stream says that the method is called many times in a row, with a bounded number of calls under way.
	Stream bool     `json:"stream,omitempty"`
	Params []*Param `json:"params,omitempty"`
	// Result is nil when the method declares no result: any answer is accepted and ignored.
	Result *Type `json:"result,omitempty"`
	// Raises are the errors that the method may raise, in source order.
	Raises []*TypeRef `json:"raises,omitempty"`
	// Strict says that arguments beyond the declared ones are refused: @strict.
	Strict bool `json:"strict,omitempty"`
	// Idempotent says that the call does no harm when it is made twice: @idempotent. It is carried for other programs.
	Idempotent bool `json:"idempotent,omitempty"`
	// From is the interface that declares the method.
	From *Interface `json:"-"`
}

// Param is a parameter of a method or a callable. Required ones come first, then optional ones, then at most one Rest.
type Param struct {
	Pos    Pos    `json:"pos"`
	Name   string `json:"name"`
	GoName string `json:"goName"`
	Notes
	// Type is the type of one argument, for a Rest parameter too.
	Type     *Type `json:"type"`
	Optional bool  `json:"optional,omitempty"`
	Rest     bool  `json:"rest,omitempty"`
	// Default is what a missing argument stands for, nil if nothing is declared. It is never sent.
	Default *Literal `json:"default,omitempty"`
}

// Callable is the type of an object that is called without a selector.
type Callable struct {
	Pos    Pos    `json:"pos"`
	Name   string `json:"name"`
	GoName string `json:"goName"`
	Doc    string `json:"doc,omitempty"`
	Notes
	Params []*Param `json:"params,omitempty"`
	// Result is nil when the callable declares no result: any answer is accepted and ignored.
	Result *Type `json:"result,omitempty"`
	// Raises are the errors that the callable may raise, in source order.
	Raises     []*TypeRef `json:"raises,omitempty"`
	Strict     bool       `json:"strict,omitempty"`
	Idempotent bool       `json:"idempotent,omitempty"`
}

// LiteralKind is the kind of a [Literal].
type LiteralKind string

// The kinds of literals.
const (
	LitString LiteralKind = "string" // Text is the decoded text
	LitSymbol LiteralKind = "symbol" // Text is the symbol without its quote mark
	LitInt    LiteralKind = "int"    // Text is decimal, with a minus sign if negative, of any size
	LitFloat  LiteralKind = "float"  // Text is decimal, valid in Go source and finite as a float64
	LitBool   LiteralKind = "bool"   // Text is "true" or "false"
	LitEnum   LiteralKind = "enum"   // Text is the wire text of the case, GoName its Go constant
	LitAbsent LiteralKind = "absent" // Text is "undefined", "null" or "false"
	LitList   LiteralKind = "list"   // Elems are the elements
)

// Literal is a constant, a default or an argument of an annotation. In constants and defaults it has been checked
// against the type beside it: an integer in a place of type float64 or number has become a LitFloat, and the elements
// of a list fit the element type.
type Literal struct {
	Kind   LiteralKind `json:"kind"`
	Text   string      `json:"text,omitempty"`
	GoName string      `json:"goName,omitempty"`
	Elems  []Literal   `json:"elems,omitempty"`
}

// DeclName returns the name of the constant.
func (d *Const) DeclName() string { return d.Name }

// DeclName returns the name of the alias.
func (d *Alias) DeclName() string { return d.Name }

// DeclName returns the name of the enum.
func (d *Enum) DeclName() string { return d.Name }

// DeclName returns the name of the struct.
func (d *Struct) DeclName() string { return d.Name }

// DeclName returns the name of the union.
func (d *Union) DeclName() string { return d.Name }

// DeclName returns the name of the error.
func (d *ErrorDecl) DeclName() string { return d.Name }

// DeclName returns the name of the interface.
func (d *Interface) DeclName() string { return d.Name }

// DeclName returns the name of the callable.
func (d *Callable) DeclName() string { return d.Name }

func (*Const) decl()     {}
func (*Alias) decl()     {}
func (*Enum) decl()      {}
func (*Struct) decl()    {}
func (*Union) decl()     {}
func (*ErrorDecl) decl() {}
func (*Interface) decl() {}
func (*Callable) decl()  {}
