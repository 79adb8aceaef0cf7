package editor

import (
	"strings"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// Paint says how a piece of a source text is to be shown.
type Paint struct {
	Span     Span  // within one line
	Class    Class // what it is
	Declares bool  // it is the name that declares something
	Builtin  bool  // it is part of the language
	Faded    bool  // it is deprecated
	Doc      bool  // it is documentation
}

// Class is what a piece of a source text is, in the words of the Language Server Protocol.
type Class string

// The classes.
const (
	ClassNamespace  Class = "namespace"
	ClassType       Class = "type"
	ClassClass      Class = "class"
	ClassEnum       Class = "enum"
	ClassInterface  Class = "interface"
	ClassStruct     Class = "struct"
	ClassParameter  Class = "parameter"
	ClassVariable   Class = "variable"
	ClassProperty   Class = "property"
	ClassEnumMember Class = "enumMember"
	ClassFunction   Class = "function"
	ClassMethod     Class = "method"
	ClassKeyword    Class = "keyword"
	ClassComment    Class = "comment"
	ClassString     Class = "string"
	ClassNumber     Class = "number"
	ClassDecorator  Class = "decorator"
)

// Classes are all classes.
func Classes() []Class {
	return []Class{
		ClassNamespace, ClassType, ClassClass, ClassEnum, ClassInterface, ClassStruct, ClassParameter, ClassVariable, ClassProperty,
		ClassEnumMember, ClassFunction, ClassMethod, ClassKeyword, ClassComment, ClassString, ClassNumber, ClassDecorator,
	}
}

// kindClasses are the classes of the names of things.
var kindClasses = map[Kind]Class{
	Package: ClassNamespace, Import: ClassNamespace, Const: ClassVariable, Alias: ClassType, Enum: ClassEnum, Struct: ClassStruct,
	Union: ClassEnum, Error: ClassClass, Interface: ClassInterface, Callable: ClassFunction, Method: ClassMethod,
	Field: ClassProperty, Case: ClassEnumMember, Variant: ClassEnumMember, Parameter: ClassParameter,
}

// Paint says how the words of a file are to be shown, in source order. Punctuation is left out, and names that stand for
// nothing.
func (w *Workspace) Paint(path string) []Paint {
	f, ok := w.start(path)
	if !ok {
		return nil
	}
	names := w.names(f)
	var clause Span
	if f.clause != nil {
		clause = f.clause.span
	}
	out := make([]Paint, 0, len(f.tokens)/2)
	for _, t := range f.tokens {
		if t.Kind == syntax.SpaceToken || t.Kind == syntax.PunctToken {
			continue
		}
		p, named := names[t.Start]
		p.Span = t.Span
		switch {
		case named && t.Kind == syntax.IdentToken, named && t.Kind == syntax.StringToken:
			if p.Class == "" {
				continue
			}
		case t.Kind == syntax.IdentToken && clause.Start < t.Start && t.End <= clause.End: // of a package name with dots
			p.Class, p.Declares = ClassNamespace, true
		case t.Kind == syntax.IdentToken:
			if _, ok := keywordDocs[f.src[t.Start:t.End]]; !ok && f.src[t.Start:t.End] != "true" {
				continue
			}
			p.Class = ClassKeyword
		case t.Kind == syntax.StringToken, t.Kind == syntax.SymbolToken:
			p.Class = ClassString
		case t.Kind == syntax.IntToken, t.Kind == syntax.FloatToken:
			p.Class = ClassNumber
		case t.Kind == syntax.DocToken, t.Kind == syntax.CommentToken, t.Kind == syntax.BannerToken:
			p.Class, p.Doc = ClassComment, t.Kind == syntax.DocToken
		default:
			continue
		}
		if p.Class == ClassComment {
			out = append(out, byLine(f.src, p)...)
			continue
		}
		out = append(out, p)
	}
	return out
}

// names returns how the names in the file are to be shown, by the offsets at which they start. Those without a class are not shown.
func (w *Workspace) names(f file) map[int]Paint {
	out := make(map[int]Paint, len(f.tokens)/2)
	for _, u := range f.uses {
		for i, p := range u.parts {
			t, ok := w.resolvePart(f, u, i)
			switch {
			case !ok: // a name of nothing, though it may be spelled like a keyword
				if u.role != asValue {
					out[p.span.Start] = Paint{}
				}
			case t.symbol == nil:
				out[p.span.Start] = Paint{Class: ClassType, Builtin: true}
			default:
				out[p.span.Start] = Paint{Class: kindClasses[t.symbol.kind], Faded: t.symbol.ann("deprecated") != nil}
			}
		}
	}
	for _, a := range f.anns {
		out[a.at.Start] = Paint{Class: ClassDecorator}
	}
	f.each(func(s *symbol) {
		if s.kind == Import && !s.aliased {
			return
		}
		out[s.span.Start] = Paint{Class: kindClasses[s.kind], Declares: true, Faded: s.ann("deprecated") != nil}
	})
	return out
}

// byLine cuts a piece at the ends of lines.
func byLine(src string, p Paint) []Paint {
	var out []Paint
	at := p.Span.Start
	for line := range strings.Lines(src[p.Span.Start:p.Span.End]) {
		piece := p
		piece.Span = Span{Start: at, End: at + len(strings.TrimRight(line, "\r\n"))}
		if piece.Span.End > piece.Span.Start {
			out = append(out, piece)
		}
		at += len(line)
	}
	return out
}
