package lint

import (
	"slices"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// deprecatedUse reports what refers to something deprecated. What is deprecated itself may.
func deprecatedUse(f *file) {
	for _, e := range f.elements {
		if e.within(func(owner *element) bool { return owner.notes.Deprecated != "" }) {
			continue
		}
		for _, use := range e.types {
			f.deprecatedType(e, use.src, use.t)
		}
		for _, use := range e.values {
			f.deprecatedValue(e, use.src, use.value, use.t)
		}
	}
}

// deprecatedType reports deprecated declarations in a type as it is written. t is what the type is after all aliases.
func (f *file) deprecatedType(e *element, src *syntax.Type, t *idl.Type) {
	if why := f.deprecation(src.Name, t); why != "" {
		f.report(e, src.Name.Span(), "DEPRECATED_USE", "%q is deprecated: %s", src.Name, why)
	}
	for _, arg := range src.Args {
		if arg.Type != nil {
			f.deprecatedType(e, arg.Type, t)
		}
	}
}

// deprecation returns why the declaration called name is deprecated, or "". t is a type in which it is used.
func (f *file) deprecation(name *syntax.Dotted, t *idl.Type) string {
	parts := name.Names()
	last := parts[len(parts)-1].Value
	if len(parts) == 1 {
		for _, e := range f.elements {
			if _, isDecl := e.node.(idl.Decl); isDecl && e.name == last {
				return e.notes.Deprecated
			}
		}
	}
	if used := first(t, func(t *idl.Type) bool { return t.Ref != nil && t.Ref.Name == last }); used != nil {
		return idl.HeadingOf(used.Ref.Decl()).Notes.Deprecated
	}
	return ""
}

// deprecatedValue reports deprecated cases of enums in a literal.
func (f *file) deprecatedValue(e *element, src *syntax.Literal, value idl.Literal, t *idl.Type) {
	switch {
	case value.Kind == idl.LitList:
		for i, elem := range value.Elems {
			f.deprecatedValue(e, src.List[i], elem, t.Elem)
		}
	case value.Kind == idl.LitEnum && t.Kind == idl.KindEnum:
		i := slices.IndexFunc(t.Ref.Enum.Cases, func(c *idl.EnumCase) bool { return c.GoName == value.GoName })
		if i >= 0 && t.Ref.Enum.Cases[i].Deprecated != "" {
			f.report(e, src.Span(), "DEPRECATED_USE", "the case %q is deprecated: %s", t.Ref.Enum.Cases[i].Name, t.Ref.Enum.Cases[i].Deprecated)
		}
	}
}
