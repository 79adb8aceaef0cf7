package editor

import (
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// Span is a range of bytes of a source text, End past the last one.
type Span = syntax.Span

// Kind says what a named part of a source file is.
type Kind string

// The kinds of named parts: the keywords of declarations, and members.
const (
	Package   Kind = "package"
	Import    Kind = "import"
	Const     Kind = "const"
	Alias     Kind = "type"
	Enum      Kind = "enum"
	Struct    Kind = "struct"
	Union     Kind = "union"
	Error     Kind = "error"
	Interface Kind = "interface"
	Callable  Kind = "callable"
	Method    Kind = "method"
	Field     Kind = "field"
	Case      Kind = "case"
	Variant   Kind = "variant"
	Parameter Kind = "parameter"
)

// outline is what can be told of a source text, broken or not: its named parts and the names that it uses.
type outline struct {
	src    string
	lines  syntax.Lines
	tokens []syntax.Token // all of them
	clause *symbol        // the package clause, or nil
	decls  []*symbol      // imports and declarations, in source order
	uses   []*use         // in source order
	anns   []*annotation  // in source order
	wanted wanted         // what may stand at the end of the text

	byName, byAlias map[string]*symbol // the first declarations and imports of each name
}

// symbol is a named part of a source file.
type symbol struct {
	kind   Kind
	name   string // without quotes; the alias of an import
	span   Span   // of the name, quotes included
	whole  Span   // of everything, from documentation to the last token
	head   int    // where it starts when documentation and annotations are left out
	docs   []string
	anns   []*annotation
	parent *symbol // the declaration, method or variant that it is part of, or nil

	modifier string // closed, oneway or stream, or ""
	path     string // of an import; the Go package of a package clause, as it is written
	pathSpan Span   // of path, quotes included
	aliased  bool   // the import has an alias of its own

	members  []*symbol // members of a declaration, parameters of a signature
	extends  []*use
	called   bool // a method or callable has its parameter list
	result   *typeUse
	raises   []*use
	typ      *typeUse // of a constant, alias, field, parameter or variant
	optional bool
	rest     bool
	value    Span // of the default or the value of a constant; empty if there is none
	brackets Span // from the bracket that opens the body or the parameters to the one that closes it; empty if there is none
}

// typeUse is a type in use.
type typeUse struct {
	span   Span
	name   *use
	tag    string // of tagged, as it is written
	args   []*typeUse
	absent []string
}

// role says what a name is used for.
type role int

// The roles of names in use.
const (
	asType   role = iota + 1
	asBase        // after extends
	asRaised      // after raises
	asValue       // in a default or a constant
)

// use is a name that stands for something declared elsewhere.
type use struct {
	role  role
	parts []part   // two if an import's alias comes first
	in    *symbol  // what the name is used by
	typ   *typeUse // for asValue: what the default or the constant is declared as; nil if it is not known
	lists int      // for asValue: the lists of that type which the value is inside of
}

// part is one identifier of a dotted name.
type part struct {
	text string
	span Span
}

// span returns the bytes of the whole name.
func (u *use) span() Span {
	return Span{Start: u.parts[0].span.Start, End: u.parts[len(u.parts)-1].span.End}
}

// annotation is an annotation in front of something.
type annotation struct {
	name  string
	at    Span // of the name
	whole Span // of all of it, at sign included
	args  []part
	owner *symbol // what it stands before; nil if nothing follows
}

// wanted is what the language allows at the end of a text.
type wanted struct {
	keywords   []string // words and punctuation
	types      bool
	interfaces bool
	errors     bool
	qualifier  string // the alias before the dot, if the name is a dotted one
	value      bool   // a literal of the type typ, if that is not nil, inside of lists
	typ        *typeUse
	lists      int
	annotation bool // the name of an annotation, before something of the kind place; "" is any declaration
	place      Kind
	argumentOf string // the argument of this annotation
	closed     bool   // something has to stand here, so what may come later does not count
}

// contains reports whether the offset lies in s or right after it, where a cursor that belongs to a word may stand.
func contains(s Span, offset int) bool { return s.Start <= offset && offset <= s.End }

// each calls f for the symbol and everything in it, outer parts first.
func (s *symbol) each(f func(*symbol)) {
	f(s)
	for _, m := range s.members {
		m.each(f)
	}
}

// each calls f for all symbols of the outline in source order.
func (o *outline) each(f func(*symbol)) {
	if o.clause != nil {
		f(o.clause)
	}
	for _, d := range o.decls {
		d.each(f)
	}
}

// index fills the maps of the outline.
func (o *outline) index() {
	o.byName, o.byAlias = map[string]*symbol{}, map[string]*symbol{}
	for _, d := range slices.Backward(o.decls) {
		if d.kind == Import {
			o.byAlias[d.name] = d
		} else {
			o.byName[d.name] = d
		}
	}
}

// member returns the member called name, or nil.
func (s *symbol) member(name string) *symbol {
	for _, m := range s.members {
		if m.name == name {
			return m
		}
	}
	return nil
}

// ann returns the annotation called name, or nil.
func (s *symbol) ann(name string) *annotation {
	for _, a := range s.anns {
		if a.name == name {
			return a
		}
	}
	return nil
}

// argument returns the text of the only argument of the annotation called name, without quotes, or "".
func (s *symbol) argument(name string) string {
	a := s.ann(name)
	if a == nil || len(a.args) != 1 {
		return ""
	}
	return unquoted(a.args[0].text)
}

// unquoted returns the text of a string token, or the token if it is none.
func unquoted(text string) string {
	if !strings.HasPrefix(text, `"`) {
		return text
	}
	plain, err := syntax.Unquote(text)
	if err != nil {
		return text
	}
	return plain
}
