package idl

import (
	"strings"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// union fills in the variants of a union.
func (c *checker) union(e *entry, out *Union) {
	names := c.newMembers("variant", "union "+quoted(out.Name))
	for _, d := range e.decl.Union.Variants {
		v, span, m := c.variant(d, out)
		if c.checkGoName(span, m, v.GoName, v.Name) && names.add(span, v.Name, v.Wire, "") { // the types of variants are those of the package
			c.spans[v] = span
			out.Variants = append(out.Variants, v)
		}
	}
	if out.Closed && len(e.decl.Union.Variants) == 0 {
		c.report(e.span, "EMPTY_CLOSED", "the closed union %q has no variants, so it has no values", out.Name)
	}
}

// variant returns one variant, the place of its name and its annotations.
func (c *checker) variant(d *syntax.Variant, of *Union) (*Variant, syntax.Span, *marks) {
	m := c.marks(d.Anns, "variant")
	name, span := c.memberName(d.Name)
	out := &Variant{
		Pos: c.pos(span), Name: name, Wire: wireName(m, name), GoName: memberGoName(m, of.GoName, name), Doc: syntax.DocText(d.Docs),
		Notes: m.notes, Form: VariantBare,
	}
	switch {
	case d.Type != nil:
		out.Form, out.Type = VariantValue, c.resolve(d.Type)
		c.applyMarks(out.Type, m)
		return out, span, m
	case d.HasBody():
		out.Form, out.Fields = VariantFields, c.fields(d.Fields, variantFields)
	}
	for _, mark := range []struct {
		name string
		span syntax.Span
	}{{"max", m.maxSpan}, {"lenient", m.lenSpan}} {
		if mark.span != (syntax.Span{}) {
			c.report(mark.span, "ANNOTATION_PLACE", "@%s says nothing about a variant without a type", mark.name).
				Note = "it is about the type in name(T)"
		}
	}
	return out, span, m
}

// errorDecl fills in the fields of an error.
func (c *checker) errorDecl(e *entry, out *ErrorDecl) {
	out.Fields = c.fields(e.decl.Error.Fields, errorFields)
}

// errorGoName returns the Go name of the error called name, which ends in Error once.
func errorGoName(m *marks, name string) string {
	goName := m.goNameFor(name)
	if m.goName != "" || goName == "" || strings.HasSuffix(goName, "Error") {
		return goName
	}
	return goName + "Error"
}

// raises returns the errors that a signature lists.
func (c *checker) raises(s *syntax.Signature) []*TypeRef {
	var out []*TypeRef
	listed, wires := map[*ErrorDecl]bool{}, map[string]bool{}
	for _, name := range s.Raises {
		decl, home := c.raised(name)
		switch {
		case decl == nil:
		case listed[decl]:
			c.report(name.Span(), "DUPLICATE_NAME", "%q is raised twice", name)
		case wires[decl.Wire]:
			c.report(name.Span(), "DUPLICATE_WIRE", "another error in this list is sent as %q already", decl.Wire).
				Note = `write @wire("other") before one of the two`
		default:
			listed[decl], wires[decl.Wire] = true, true
			out = append(out, &TypeRef{
				Name: decl.Name, GoName: decl.GoName, Package: home.Package, GoPackage: home.GoPackage, Error: decl,
				GoImport: c.relative("", home),
			})
		}
	}
	return out
}

// raised returns the error that name stands for and its schema, or nil after a report.
func (c *checker) raised(name *syntax.Dotted) (*ErrorDecl, *Schema) {
	var decl Decl
	home := c.schema
	switch e, declared := c.entries[name.String()]; {
	case len(name.Names()) > 1:
		decl, home = c.importedDecl(name)
	case declared:
		decl = e.out
	case c.broken[name.String()]:
	default:
		c.unknownError(name)
	}
	if decl == nil {
		return nil, nil
	}
	out, ok := decl.(*ErrorDecl)
	if !ok {
		kind := HeadingOf(decl).Keyword
		c.report(name.Span(), "RAISES_KIND", "%q is %s %s, not an error", name, article(kind), kind).Note = raisesNote
		return nil, nil
	}
	return out, home
}

const raisesNote = "what can be raised is declared with error name { fields }"

// unknownError reports a name after raises that is not declared.
func (c *checker) unknownError(name *syntax.Dotted) {
	if name.String() == string(KindError) {
		c.report(name.Span(), "RAISES_KIND", "error is the type of all errors, and raises lists single ones").Note = raisesNote
		return
	}
	if _, builtin := builtins[name.String()]; builtin {
		c.report(name.Span(), "RAISES_KIND", "%q is a type, not an error", name).Note = raisesNote
		return
	}
	c.report(name.Span(), "UNKNOWN_TYPE", "unknown error %q", name).
		Hint = c.guess(name.String(), func() []string { return c.namesOf("error") })
}
