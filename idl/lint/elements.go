package lint

import (
	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// element is a part of a file that rules look at: the package, a declaration, a member or a parameter.
type element struct {
	up     *element // what it is a part of; nil for the package
	kind   string   // package, a keyword, method, field, case, variant or parameter
	name   string   // as the source spells it
	wire   string   // the name that is sent, or "" if no name is
	span   syntax.Span
	quoted bool
	doc    string
	notes  *idl.Notes
	anns   []*syntax.Ann
	node   any // *idl.Schema, or the pointer to what the schema has for it
	types  []typeUse
	values []valueUse
}

// typeUse is a type where it is written.
type typeUse struct {
	role role
	src  *syntax.Type
	t    *idl.Type // never nil
}

// role is what a type is used for.
type role int

const (
	roleAlias role = iota + 1
	roleConst
	roleField   // of a struct, an error or a variant, and the value of a variant
	roleParam   // of a method or a callable
	roleResult  // of a method or a callable
	roleExtends // the name of an interface
	roleRaises  // the name of an error
)

// valueUse is a literal where it is written.
type valueUse struct {
	src   *syntax.Literal
	value idl.Literal
	t     *idl.Type
}

// within reports whether the element, or something that it is part of, is one of which holds is true.
func (e *element) within(holds func(*element) bool) bool {
	for ; e != nil; e = e.up {
		if holds(e) {
			return true
		}
	}
	return false
}

// collector makes the elements of a file.
type collector struct{ out []*element }

// elementsOf returns the elements of a file, the package first, each before its parts. The tree is that of the text which the
// schema comes from, so the declarations and members of both are the same, in the same order.
func elementsOf(schema *idl.Schema, tree *syntax.File) []*element {
	c := &collector{}
	root := c.add(nil, &element{kind: "package", name: schema.Package, doc: schema.Doc, notes: &schema.Notes, node: schema})
	next := 0
	for _, d := range tree.Decls {
		switch {
		case d.Package != nil:
			root.span, root.anns = d.Package.Name.Span(), d.Anns
		case d.Import != nil:
		default:
			c.declaration(root, d, schema.Decls[next])
			next++
		}
	}
	return c.out
}

// add adds an element.
func (c *collector) add(up, e *element) *element {
	e.up = up
	c.out = append(c.out, e)
	return e
}

// declaration adds a declaration and its parts.
func (c *collector) declaration(root *element, d *syntax.Decl, decl idl.Decl) {
	keyword, name := d.Keyword()
	e := c.add(root, &element{
		kind: keyword, name: name, span: syntax.TokenSpan(d.NameToken()), doc: syntax.DocText(d.Docs), anns: d.Anns, node: decl,
	})
	switch out := decl.(type) {
	case *idl.Const:
		e.notes = &out.Notes
		e.use(roleConst, d.Const.Type, out.Type)
		e.values = append(e.values, valueUse{d.Const.Value, out.Value, out.Type})
	case *idl.Alias:
		e.notes = &out.Notes
		e.use(roleAlias, d.Alias.Type, out.Type)
	case *idl.Enum:
		e.notes = &out.Notes
		for i, k := range d.Enum.Cases {
			kase := out.Cases[i]
			c.member(e, "case", k.Name, kase.Wire, syntax.DocText(k.Docs), k.Anns, &kase.Notes, kase)
		}
	case *idl.Struct:
		e.notes = &out.Notes
		c.fields(e, d.Struct.Fields, out.Fields)
	case *idl.Union:
		e.notes = &out.Notes
		c.variants(e, d.Union.Variants, out.Variants)
	case *idl.ErrorDecl:
		e.notes, e.wire = &out.Notes, out.Wire
		c.fields(e, d.Error.Fields, out.Fields)
	case *idl.Interface:
		e.notes = &out.Notes
		for i, base := range d.Interface.Extends {
			e.refer(roleExtends, base, out.Extends[i])
		}
		for i, m := range d.Interface.Methods {
			method := out.Methods[i]
			me := c.member(e, "method", m.Name, method.Wire, syntax.DocText(m.Docs), m.Anns, &method.Notes, method)
			c.signature(me, m.Signature, method.Params, method.Result, method.Raises)
		}
	case *idl.Callable:
		e.notes = &out.Notes
		c.signature(e, d.Callable.Signature, out.Params, out.Result, out.Raises)
	}
}

// member adds a member of a declaration.
func (c *collector) member(
	up *element, kind string, name *syntax.Name, wire string, doc string, anns []*syntax.Ann, notes *idl.Notes, node any,
) *element {
	return c.add(up, &element{
		kind: kind, name: name.Text(), wire: wire, span: name.Span(), quoted: name.Quoted != nil, doc: doc,
		notes: notes, anns: anns, node: node,
	})
}

// variants adds the variants of a union and their fields.
func (c *collector) variants(up *element, variants []*syntax.Variant, out []*idl.Variant) {
	for i, v := range variants {
		variant := out[i]
		e := c.member(up, "variant", v.Name, variant.Wire, syntax.DocText(v.Docs), v.Anns, &variant.Notes, variant)
		if v.Type != nil {
			e.use(roleField, v.Type, variant.Type)
		}
		c.fields(e, v.Fields, variant.Fields)
	}
}

// fields adds fields.
func (c *collector) fields(up *element, fields []*syntax.Field, out []*idl.Field) {
	for i, f := range fields {
		field := out[i]
		e := c.member(up, "field", f.Name, field.Wire, syntax.DocText(f.Docs), f.Anns, &field.Notes, field)
		e.use(roleField, f.Type, field.Type)
		e.byDefault(f.Default, field.Default, field.Type)
	}
}

// signature adds parameters, and to e what is used beside them.
func (c *collector) signature(e *element, s *syntax.Signature, params []*idl.Param, result *idl.Type, raises []*idl.TypeRef) {
	if s.Result != nil {
		e.use(roleResult, s.Result, result)
	}
	for i, name := range s.Raises {
		e.refer(roleRaises, name, raises[i])
	}
	for i, p := range s.Params {
		param := params[i]
		pe := c.member(e, "parameter", p.Name, "", "", p.Anns, &param.Notes, param)
		pe.use(roleParam, p.Type, param.Type)
		pe.byDefault(p.Default, param.Default, param.Type)
	}
}

// use notes that the element has a type.
func (e *element) use(r role, src *syntax.Type, t *idl.Type) {
	e.types = append(e.types, typeUse{r, src, t})
}

// refer notes that the element names a declaration that is no type in use: an interface or an error.
func (e *element) refer(r role, name *syntax.Dotted, ref *idl.TypeRef) {
	e.types = append(e.types, typeUse{r, &syntax.Type{Name: name}, &idl.Type{Ref: ref}})
}

// byDefault notes that the element has a default, if it has one.
func (e *element) byDefault(src *syntax.Literal, value *idl.Literal, t *idl.Type) {
	if value != nil {
		e.values = append(e.values, valueUse{src, *value, t})
	}
}
