package idl

import (
	"maps"
	"reflect"
	"slices"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// interfaceDecl fills in an interface, after the ones that it extends.
func (c *checker) interfaceDecl(e *entry, out *Interface) {
	if e.resolved {
		return
	}
	e.resolving = true
	extended := map[string]bool{}
	set := &methodSet{out, map[string]int{}, map[string]int{}}
	for _, name := range e.decl.Interface.Extends {
		base, home := c.extended(name, out)
		if base == nil {
			continue
		}
		if extended[name.String()] {
			c.report(name.Span(), "DUPLICATE_NAME", "%q is extended twice", name.String())
			continue
		}
		extended[name.String()] = true
		ref := &TypeRef{
			Name: base.Name, GoName: base.GoName, Package: home.Package, GoPackage: home.GoPackage, Interface: base,
			GoImport: c.relative("", home),
		}
		out.Extends = append(out.Extends, ref)
		for _, m := range base.All {
			if !c.mayCopy(methodParts(m), name.Span()) {
				break
			}
			c.inherit(set, c.viewMethod(m, home), name.Span())
		}
	}
	out.Methods = c.methods(e, out)
	for _, m := range out.Methods {
		c.own(set, m)
	}
	e.resolving, e.resolved = false, true
}

// extended returns the interface that name stands for, complete, and its schema, or nil after a report.
func (c *checker) extended(name *syntax.Dotted, by *Interface) (*Interface, *Schema) {
	var decl Decl
	home := c.schema
	if len(name.Names()) > 1 {
		decl, home = c.importedDecl(name)
	} else if e, ok := c.entries[name.String()]; ok {
		if e.resolving {
			c.report(name.Span(), "EXTENDS_CYCLE", "interface %q extends itself", by.Name)
			return nil, nil
		}
		if base, ok := e.out.(*Interface); ok {
			c.interfaceDecl(e, base)
		}
		decl = e.out
	} else if !c.broken[name.String()] {
		c.unknownInterface(name)
		return nil, nil
	}
	if decl == nil {
		return nil, nil
	}
	base, ok := decl.(*Interface)
	if !ok {
		c.report(name.Span(), "EXTENDS_KIND", "%q is not an interface", name.String())
		return nil, nil
	}
	return base, home
}

// unknownInterface reports a name after extends that is not declared.
func (c *checker) unknownInterface(name *syntax.Dotted) {
	if _, ok := builtins[name.String()]; ok {
		c.report(name.Span(), "EXTENDS_KIND", "%q is not an interface", name.String())
		return
	}
	c.report(name.Span(), "UNKNOWN_TYPE", "unknown interface %q", name.String()).
		Hint = c.guess(name.String(), func() []string { return c.namesOf("interface") })
}

// namesOf returns the names of the declarations of a kind in scope, and of those that did not parse.
func (c *checker) namesOf(kind string) []string {
	names := slices.Collect(maps.Keys(c.broken))
	for name, e := range c.entries {
		if e.kind == kind {
			names = append(names, name)
		}
	}
	for alias, imp := range c.imported {
		for name, d := range imp.file.byName {
			if HeadingOf(d).Keyword == kind {
				names = append(names, alias+"."+name)
			}
		}
	}
	return names
}

// methodSet finds the methods of an interface by their names while its All is put together.
type methodSet struct {
	out              *Interface
	byWire, byGoName map[string]int // index in out.All
}

// find returns the method of the set that has a name in common with m, and its index; nil if there is none.
func (s *methodSet) find(m *Method) (*Method, int) {
	i, ok := s.byWire[m.Wire]
	if !ok {
		i, ok = s.byGoName[m.GoName]
	}
	if !ok {
		return nil, 0
	}
	return s.out.All[i], i
}

// add adds a method that has no name in common with another.
func (s *methodSet) add(m *Method) {
	s.byWire[m.Wire], s.byGoName[m.GoName] = len(s.out.All), len(s.out.All)
	s.out.All = append(s.out.All, m)
}

// inherit adds a method of an extended interface to the set. The same method may come in several ways; two methods with
// one name must be declared alike.
func (c *checker) inherit(s *methodSet, m *Method, span syntax.Span) {
	switch other, _ := s.find(m); {
	case other == nil:
		s.add(m)
	case other != m && !c.alike(other, m):
		c.conflict(span, s.out, other, m)
	}
}

// own adds a method that the interface declares itself, in the place of an inherited one that is declared alike.
func (c *checker) own(s *methodSet, m *Method) {
	switch other, i := s.find(m); {
	case other == nil:
		s.add(m)
	case other.From == s.out: // reported as a collision of names
	case c.alike(other, m):
		s.out.All[i] = m
	default:
		c.conflict(c.spans[m], s.out, other, m)
	}
}

// conflict reports two methods of an interface that cannot both be there.
func (c *checker) conflict(span syntax.Span, out *Interface, a, b *Method) {
	if a.Wire == b.Wire {
		c.report(span, "METHOD_CONFLICT", "interface %q gets method %q from %q and from %q, declared differently",
			out.Name, a.Wire, a.From.Name, b.From.Name)
		return
	}
	c.report(span, "METHOD_CONFLICT", "methods %q of %q and %q of %q both become the Go name %s in interface %q",
		a.Name, a.From.Name, b.Name, b.From.Name, a.GoName, out.Name).Note = "write @go(Name) before one of them"
}

// alike is sameMethod, where a method a part of which has been reported is like every other of its names.
func (c *checker) alike(a, b *Method) bool {
	names := a.Wire == b.Wire && a.GoName == b.GoName
	return names && (c.session.incomplete[a] || c.session.incomplete[b]) || sameMethod(a, b)
}

// sameMethod reports whether two methods are called and answer in the same way.
func sameMethod(a, b *Method) bool {
	return a.Wire == b.Wire && a.GoName == b.GoName && a.OneWay == b.OneWay && a.Stream == b.Stream && a.Strict == b.Strict &&
		sameRaises(a.Raises, b.Raises) && sameType(a.Result, b.Result) && slices.EqualFunc(a.Params, b.Params, sameParam)
}

// sameRaises reports whether two lists name the same errors, in whatever order.
func sameRaises(a, b []*TypeRef) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(x *TypeRef) bool {
		return !slices.ContainsFunc(b, func(y *TypeRef) bool { return sameRef(x, y) })
	})
}

// sameParam reports whether two parameters take the same arguments.
func sameParam(a, b *Param) bool {
	return a.Optional == b.Optional && a.Rest == b.Rest && sameType(a.Type, b.Type) && reflect.DeepEqual(a.Default, b.Default)
}

// sameType reports whether two types have the same values and the same Go type.
func sameType(a, b *Type) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Kind == b.Kind && a.Tag == b.Tag && a.Max == b.Max && a.Lenient == b.Lenient && slices.Equal(a.Absent, b.Absent) &&
		sameRef(a.Ref, b.Ref) && sameType(a.Elem, b.Elem) && slices.EqualFunc(a.Elems, b.Elems, sameType)
}

// sameRef reports whether two references lead to the same declaration.
func sameRef(a, b *TypeRef) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Struct == b.Struct && a.Enum == b.Enum && a.Union == b.Union && a.Error == b.Error &&
		a.Interface == b.Interface && a.Callable == b.Callable
}

// viewMethod returns a method of the schema home from the point of view of this file.
func (c *checker) viewMethod(m *Method, home *Schema) *Method {
	if home == c.schema {
		return m
	}
	out := *m
	c.session.incomplete[&out] = c.session.incomplete[m]
	out.Result = c.view(m.Result, home)
	out.Params = make([]*Param, len(m.Params))
	for i, p := range m.Params {
		param := *p
		param.Type = c.view(p.Type, home)
		out.Params[i] = &param
	}
	out.Raises = make([]*TypeRef, len(m.Raises))
	for i, r := range m.Raises {
		ref := *r
		ref.GoImport = c.relative(ref.GoImport, home)
		out.Raises[i] = &ref
	}
	return &out
}
