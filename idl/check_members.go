package idl

import (
	"strings"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// constant resolves the type and the value of a constant.
func (c *checker) constant(e *entry, out *Const) {
	out.Type = c.resolve(e.decl.Const.Type)
	if out.Type == nil {
		return
	}
	if !isData(out.Type) || len(out.Type.Absent) > 0 {
		c.report(e.decl.Const.Type.Span(), "CONST_TYPE", "a constant cannot be of this type").
			Note = "constants are numbers, bools, strings, symbols, cases of enums and lists of them"
		return
	}
	out.Value, _ = c.literal(e.decl.Const.Value, out.Type)
}

// enum fills in the cases of an enum.
func (c *checker) enum(e *entry) {
	out, ok := e.out.(*Enum)
	if !ok {
		return
	}
	names := c.newMembers("case", "enum "+quoted(out.Name))
	for _, k := range e.decl.Enum.Cases {
		m := c.marks(k.Anns, "case")
		name, span := c.memberName(k.Name)
		goName := memberGoName(m, out.GoName, name)
		kase := &EnumCase{
			Pos: c.pos(span), Name: name, Wire: wireName(m, name), GoName: goName, Doc: syntax.DocText(k.Docs), Notes: m.notes,
		}
		if c.checkGoName(span, m, goName, name) {
			fits := names.add(span, name, kase.Wire, "") // the names of constants are those of the package
			if fits {
				c.spans[kase] = span
				out.Cases = append(out.Cases, kase)
			}
		}
	}
	if out.Closed && len(out.Cases) == 0 {
		c.report(e.span, "EMPTY_CLOSED", "the closed enum %q has no cases, so it has no values", out.Name)
	}
}

// memberGoName returns the Go name of a case or a variant of the declaration with the Go name owner, which may be "".
func memberGoName(m *marks, owner, name string) string {
	if m.goName == "" {
		return caseName(owner, name)
	}
	return m.goName
}

// fields returns the fields of a struct, a variant or an error, whose Go type has the methods taken.
func (c *checker) fields(fields []*syntax.Field, taken takenNames) []*Field {
	out := make([]*Field, 0, len(fields))
	names := c.newMembers("field", taken.owner)
	names.taken = taken.names
	for _, f := range fields {
		m := c.marks(f.Anns, "field")
		name, span := c.memberName(f.Name)
		field := &Field{
			Pos: c.pos(span), Name: name, Wire: wireName(m, name), GoName: m.goNameFor(name), Doc: syntax.DocText(f.Docs),
			Notes: m.notes, Type: c.resolve(f.Type), Optional: f.Optional || f.Default != nil,
		}
		c.applyMarks(field.Type, m)
		field.Default = c.defaultValue(f.Default, field.Type)
		if c.checkGoName(span, m, field.GoName, name) {
			names.add(span, name, field.Wire, field.GoName)
		}
		out = append(out, field)
	}
	return out
}

// defaultValue returns the checked default, nil if there is none.
func (c *checker) defaultValue(l *syntax.Literal, t *Type) *Literal {
	if l == nil || t == nil {
		return nil
	}
	lit, ok := c.literal(l, t)
	if !ok {
		return nil
	}
	return &lit
}

// memberName returns the name of a member and its place. A name in quotes must be one that a peer could print.
func (c *checker) memberName(n *syntax.Name) (string, syntax.Span) {
	name, span := n.Text(), n.Span()
	c.visible(name, span, "name")
	return name, span
}

// visible reports a name or a tag that is empty or that nobody could read.
func (c *checker) visible(name string, span syntax.Span, kind string) {
	if name == "" || printable(name) != name || strings.Contains(name, "\t") {
		c.report(span, "BAD_NAME", "a %s has at least one character and none that cannot be seen", kind)
	}
}

// wireName returns the name that is sent for a member.
func wireName(m *marks, name string) string {
	if m.wire != "" {
		return m.wire
	}
	return name
}

// methods returns the methods that an interface declares itself.
func (c *checker) methods(e *entry, from *Interface) []*Method {
	decls := e.decl.Interface.Methods
	out := make([]*Method, 0, len(decls))
	names := c.newMembers("method", "interface "+quoted(from.Name))
	for _, d := range decls {
		m := c.marks(d.Anns, "method")
		name, span := c.memberName(d.Name)
		method := &Method{
			Pos: c.pos(span), Name: name, Wire: wireName(m, name), GoName: m.goNameFor(name), Doc: syntax.DocText(d.Docs),
			Notes: m.notes, Strict: m.strict, Idempotent: m.idempotent, From: from,
		}
		method.Params, method.Result, method.Raises = c.signature(d.Signature, "method "+quoted(name))
		c.session.incomplete[method] = incomplete(d.Signature, method)
		if d.Modifier != nil {
			c.modifier(d, method, m)
		}
		if c.checkGoName(span, m, method.GoName, name) && names.add(span, name, method.Wire, method.GoName) {
			c.spans[method] = span
			out = append(out, method)
		}
	}
	return out
}

// incomplete reports whether something in the signature of a method does not stand for anything.
func incomplete(s *syntax.Signature, m *Method) bool {
	for i, p := range m.Params {
		if p.Type == nil || p.Default == nil && s.Params[i].Default != nil {
			return true
		}
	}
	return s.Result != nil && m.Result == nil || len(s.Raises) != len(m.Raises)
}

// modifier applies the word before a method.
func (c *checker) modifier(d *syntax.Method, out *Method, m *marks) {
	result, raises := d.Signature.Result, d.Signature.Raises
	if d.Modifier.Value == "stream" {
		out.Stream = true
		if result != nil {
			c.report(result.Span(), "STREAM_RESULT", "the stream method %q cannot answer with a value", out.Name).
				Note = "its answers only say that the next calls may come; take stream or the result away"
		}
		if m.idempotent {
			c.report(m.idemSpan, "ANNOTATION_PLACE", "@idempotent says nothing about a stream").
				Note = "the calls of a stream belong together, so one of them alone is not made again"
		}
		return
	}
	out.OneWay = true
	if result != nil {
		c.report(result.Span(), "ONEWAY_RESULT", "the oneway method %q cannot answer", out.Name).
			Note = "nobody waits for the answer of a oneway method; take oneway or the result away"
	}
	if len(raises) > 0 {
		c.report(raises[0].Span(), "ONEWAY_RAISES", "the oneway method %q cannot raise errors", out.Name).
			Note = "nobody hears of what becomes of a oneway call; take oneway or raises away"
	}
}

// signature returns the parameters, the result and the errors of a method or a callable.
func (c *checker) signature(s *syntax.Signature, owner string) ([]*Param, *Type, []*TypeRef) {
	out := make([]*Param, 0, len(s.Params))
	names := c.newMembers("parameter", owner)
	var optional, rest *Param
	for _, p := range s.Params {
		param, span := c.param(p)
		switch {
		case rest != nil:
			c.report(span, "REST_PLACE", "nothing stands after the rest parameter %q", rest.Name)
		case param.Rest:
			rest = param
		case param.Optional:
			optional = param
		case optional != nil:
			c.report(span, "OPTIONAL_ORDER", "the required parameter %q stands after the optional %q", param.Name, optional.Name).
				Note = "arguments have no names when they are sent, so only the last ones can be left out"
		}
		if param.GoName == "" || ExportedName(param.Name) == "" { // options are fields, which are exported
			c.report(span, "BAD_GO_NAME", "the parameter %q has no Go name", param.Name).
				Note = "names of parameters are never sent; choose any"
		} else {
			names.add(span, param.Name, param.Name, ExportedName(param.Name)) // ok and o-k are different variables and one field
		}
		out = append(out, param)
	}
	var result *Type
	if s.Result != nil {
		result = c.resolve(s.Result)
	}
	return out, result, c.raises(s)
}

// param returns one parameter and the place of its name.
func (c *checker) param(p *syntax.Param) (*Param, syntax.Span) {
	m := c.marks(p.Anns, "parameter")
	name, span := c.memberName(p.Name)
	out := &Param{
		Pos: c.pos(span), Name: name, GoName: LocalName(name), Notes: m.notes, Type: c.resolve(p.Type),
		Optional: p.Optional || p.Default != nil, Rest: p.Rest,
	}
	c.applyMarks(out.Type, m)
	if out.Rest && out.Optional {
		c.report(span, "REST_PLACE", "the rest parameter %q is optional as it is", name).
			Note = "it stands for any number of arguments, also for none"
		out.Optional = false
		return out, span
	}
	out.Default = c.defaultValue(p.Default, out.Type)
	return out, span
}
