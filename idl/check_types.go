package idl

import (
	"maps"
	"slices"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// builtin is a type that needs no declaration.
type builtin struct {
	kind Kind
	args int // number of type arguments; -1 is one or more
}

// builtins are the types that need no declaration, by name.
var builtins = map[string]builtin{
	"bool": {KindBool, 0}, "int": {KindInt, 0}, "uint": {KindUint, 0}, "i8": {KindI8, 0}, "i16": {KindI16, 0},
	"i32": {KindI32, 0}, "i64": {KindI64, 0}, "u8": {KindU8, 0}, "u16": {KindU16, 0}, "u32": {KindU32, 0},
	"u64": {KindU64, 0}, "bigint": {KindBigInt, 0}, "float64": {KindFloat64, 0}, "number": {KindNumber, 0},
	"string": {KindString, 0}, "symbol": {KindSymbol, 0}, "bytes": {KindBytes, 0}, "any": {KindAny, 0},
	"target": {KindTarget, 0}, "sturdyref": {KindSturdyRef, 0}, "error": {KindError, 0},
	"list": {KindList, 1}, "map": {KindMap, 1}, "promise": {KindPromise, 1}, "tuple": {KindTuple, -1}, "tagged": {KindTagged, 2},
}

const builtinsNote = "the built-in types are any, bool, bytes, int, list, map, string, target and others (ocapngen help types)"

// resolve returns the type that t names, or nil after a report. The result belongs to the caller.
func (c *checker) resolve(t *syntax.Type) *Type {
	out := c.resolveName(t)
	if out == nil {
		return nil
	}
	for _, alt := range t.Alternatives() {
		c.alternative(out, alt.Value, syntax.TokenSpan(alt))
	}
	return out
}

// alternative adds an alternative to a type: T | undefined.
func (c *checker) alternative(t *Type, name string, span syntax.Span) {
	singletons := []string{"undefined", "null", "false"}
	switch {
	case !slices.Contains(singletons, name):
		e := c.report(span, "BAD_ALTERNATIVE", `after "|" stands undefined, null or false, not %q`, name)
		e.Hint = syntax.DidYouMean(name, singletons)
		e.Note = "a choice between types is a union; any takes every value"
	case t.Kind == KindAny, t.Kind == KindBool && name == "false", slices.Contains(t.Absent, name):
		c.report(span, "BAD_ALTERNATIVE", "the type has the value %s already", name)
	default:
		t.Absent = append(t.Absent, name)
	}
}

// resolveName returns the type that the name and the arguments of t make.
func (c *checker) resolveName(t *syntax.Type) *Type {
	names := t.Name.Names()
	span := t.Name.Span()
	if len(names) > 1 {
		return c.importedType(t)
	}
	name := names[0].Value
	if e, ok := c.entries[name]; ok {
		if len(t.Args) > 0 {
			c.report(t.Args[0].Span(), "TYPE_ARGUMENTS", "%s %q takes no type arguments", e.kind, name)
		}
		return c.declaredType(e, span)
	}
	b, ok := builtins[name]
	switch {
	case c.broken[name]:
		return nil
	case !ok:
		e := c.report(span, "UNKNOWN_TYPE", "unknown type %q", name)
		e.Hint = c.guess(name, c.typeNames)
		e.Note = builtinsNote
		if name == "undefined" || name == "null" || name == "void" {
			e.Note = `absence is written after a type, as in string | undefined; no result needs no "->"`
		}
		return nil
	case b.kind == KindTagged:
		return c.taggedType(t)
	}
	return c.builtinType(t, b)
}

// builtinType returns a built-in type with its arguments.
func (c *checker) builtinType(t *syntax.Type, b builtin) *Type {
	name := t.Name.String()
	if len(t.Args) != b.args && (b.args >= 0 || len(t.Args) == 0) {
		e := c.report(t.Name.Span(), "TYPE_ARGUMENTS", "%s takes no type arguments", name)
		switch b.args {
		case 1:
			e.Message, e.Note = name+" takes one type argument", "it is written "+name+"<T>"
		case -1:
			e.Message, e.Note = "tuple takes at least one type argument", "it is written tuple<A, B>"
		}
		return nil
	}
	out := &Type{Kind: b.kind, Lenient: c.lenient && meansSomethingLenient(b.kind)}
	parts := 1
	for _, a := range t.Args {
		if a.Type == nil {
			c.report(a.Span(), "TYPE_ARGUMENTS", "a type is expected, not a string")
			return nil
		}
		elem := c.resolve(a.Type)
		if elem == nil {
			return nil
		}
		if parts += typeParts(elem); c.tooLarge(t, parts) {
			return nil
		}
		if b.kind == KindPromise && elem.Kind == KindPromise {
			c.report(a.Span(), "PROMISE_OF_PROMISE", "a promise of a promise is a promise").
				Note = "promises are followed to their end, so nobody ever holds the inner one"
		}
		out.Elems = append(out.Elems, elem)
	}
	if b.args == 1 {
		out.Elem, out.Elems = out.Elems[0], nil
	}
	return out
}

// taggedType returns the type of a value behind a tag: tagged<"tag", T>.
func (c *checker) taggedType(t *syntax.Type) *Type {
	span := t.Name.Span()
	fault := "tagged takes a tag and a type"
	if len(t.Args) == 2 {
		switch {
		case t.Args[0].Tag == nil:
			span, fault = t.Args[0].Span(), "the tag is a string, not a type"
		case t.Args[1].Type == nil:
			span, fault = t.Args[1].Span(), "a type is expected, not a string"
		default:
			fault = ""
		}
	}
	if fault != "" {
		c.report(span, "TYPE_ARGUMENTS", "%s", fault).Note = `it is written tagged<"tag", T>`
		return nil
	}
	tag, _ := syntax.Unquote(t.Args[0].Tag.Value)
	c.visible(tag, t.Args[0].Span(), "tag")
	elem := c.resolve(t.Args[1].Type)
	if elem == nil || c.tooLarge(t, 1+typeParts(elem)) {
		return nil
	}
	return &Type{Kind: KindTagged, Tag: tag, Elem: elem}
}

// meansSomethingLenient reports whether @lenient changes what is accepted for the kind.
func meansSomethingLenient(k Kind) bool { return k.Integer() || k == KindFloat64 }

// typeNames returns the names of types in scope.
func (c *checker) typeNames() []string {
	names := slices.Collect(maps.Keys(builtins))
	for name, e := range c.entries {
		if e.kind != "const" && e.kind != "error" {
			names = append(names, name)
		}
	}
	names = slices.AppendSeq(names, maps.Keys(c.broken))
	for alias, imp := range c.imported {
		for name, d := range imp.file.byName {
			if kind := HeadingOf(d).Keyword; kind != "const" && kind != "error" {
				names = append(names, alias+"."+name)
			}
		}
	}
	return names
}

// declaredType returns a reference to a declaration of this file.
func (c *checker) declaredType(e *entry, span syntax.Span) *Type {
	switch out := e.out.(type) {
	case *Alias:
		c.alias(e, out)
		if !c.mayCopy(typeParts(out.Type), span) {
			return nil
		}
		return copyType(out.Type)
	case *Const:
		c.notType(span, out.Name, out)
		return nil
	case *ErrorDecl:
		c.notType(span, out.Name, out)
		return nil
	default:
		ref := &TypeRef{Name: out.DeclName(), Package: c.schema.Package, GoPackage: c.schema.GoPackage}
		return refer(ref, out)
	}
}

// notType reports a declaration in the place of a type.
func (c *checker) notType(span syntax.Span, name string, d Decl) {
	if _, isError := d.(*ErrorDecl); isError {
		c.report(span, "NOT_A_TYPE", "%q is an error, not a type", name).
			Note = "errors stand after raises; the type error takes any of them"
		return
	}
	c.report(span, "NOT_A_TYPE", "%q is a constant, not a type", name)
}

// refer returns the type of the declaration d and completes ref.
func refer(ref *TypeRef, d Decl) *Type {
	t := &Type{Ref: ref}
	switch d := d.(type) {
	case *Enum:
		t.Kind, ref.Enum, ref.GoName = KindEnum, d, d.GoName
	case *Struct:
		t.Kind, ref.Struct, ref.GoName = KindStruct, d, d.GoName
	case *Union:
		t.Kind, ref.Union, ref.GoName = KindUnion, d, d.GoName
	case *Interface:
		t.Kind, ref.Interface, ref.GoName = KindInterface, d, d.GoName
	case *Callable:
		t.Kind, ref.Callable, ref.GoName = KindCallable, d, d.GoName
	default:
		return nil
	}
	return t
}

// importedType returns the type that a name with a dot stands for.
func (c *checker) importedType(t *syntax.Type) *Type {
	decl, home := c.importedDecl(t.Name)
	if decl == nil {
		return nil
	}
	if len(t.Args) > 0 {
		c.report(t.Args[0].Span(), "TYPE_ARGUMENTS", "%s takes no type arguments", t.Name)
	}
	switch decl := decl.(type) {
	case *Alias:
		if !c.mayCopy(typeParts(decl.Type), t.Name.Span()) {
			return nil
		}
		return c.view(decl.Type, home)
	case *Const, *ErrorDecl:
		c.notType(t.Name.Span(), t.Name.String(), decl)
		return nil
	default:
		ref := &TypeRef{
			Name: decl.DeclName(), Package: home.Package, GoPackage: home.GoPackage, GoImport: c.relative("", home),
		}
		return refer(ref, decl)
	}
}

// importedDecl returns the declaration that a name with dots stands for and the schema that it belongs to, or nil after a
// report. What a broken file should declare is nil without one.
func (c *checker) importedDecl(name *syntax.Dotted) (Decl, *Schema) {
	names := name.Names()
	alias := names[0].Value
	imp, ok := c.imported[alias]
	switch {
	case !ok && c.broken[alias]:
		return nil, nil
	case !ok:
		e := c.report(syntax.TokenSpan(names[0]), "UNKNOWN_IMPORT", "no import is called %q", alias)
		e.Hint = c.guess(alias, func() []string { return slices.Collect(maps.Keys(c.imported)) })
		e.Note = `a file is imported with import "path.ocapn" as ` + alias
		return nil, nil
	case len(names) > 2:
		c.report(name.Span(), "UNKNOWN_TYPE", "%q has too many dots", name)
		return nil, nil
	}
	imp.used = true
	decl, ok := imp.file.byName[names[1].Value]
	if !ok {
		if !imp.file.broken {
			c.report(name.Span(), "UNKNOWN_TYPE", "%q declares no %q", imp.out.Path, names[1].Value).
				Hint = c.guess(names[1].Value, func() []string { return slices.Collect(maps.Keys(imp.file.byName)) })
		}
		return nil, nil
	}
	return decl, imp.file.schema
}

// view returns a copy of a type of the schema home from the point of view of this file.
func (c *checker) view(t *Type, home *Schema) *Type {
	out := copyType(t)
	if out == nil {
		return nil
	}
	if out.Ref != nil {
		out.Ref.GoImport = c.relative(out.Ref.GoImport, home)
	}
	if out.Elem != nil {
		out.Elem = c.view(out.Elem, home)
	}
	for i, e := range out.Elems {
		out.Elems[i] = c.view(e, home)
	}
	return out
}

// copyType returns a deep copy of t; the declarations that it refers to are shared.
func copyType(t *Type) *Type {
	if t == nil {
		return nil
	}
	out := *t
	out.Absent = slices.Clone(t.Absent)
	out.Elem = copyType(t.Elem)
	out.Elems = slices.Clone(t.Elems)
	for i, e := range t.Elems {
		out.Elems[i] = copyType(e)
	}
	if t.Ref != nil {
		ref := *t.Ref
		out.Ref = &ref
	}
	return &out
}

// alias resolves an alias once.
func (c *checker) alias(e *entry, out *Alias) {
	switch {
	case e.resolving:
		c.report(e.span, "ALIAS_CYCLE", "type %q is defined by itself", out.Name)
		return
	case e.resolved:
		return
	}
	e.resolving = true
	out.Type = c.resolve(e.decl.Alias.Type)
	c.applyMarks(out.Type, e.marks)
	e.resolving, e.resolved = false, true
}

// applyMarks carries @max and @lenient over to the type that they stand before.
func (c *checker) applyMarks(t *Type, m *marks) {
	if t == nil {
		return
	}
	if m.max > 0 {
		switch t.Kind {
		case KindString, KindSymbol, KindBytes, KindList, KindMap:
			t.Max = m.max
		default:
			c.report(m.maxSpan, "ANNOTATION_PLACE", "@max says nothing about %s", valueOf(t)).
				Note = "it bounds strings, symbols, bytes, lists and maps"
		}
	}
	if m.lenient && !setLenient(t) {
		c.report(m.lenSpan, "ANNOTATION_PLACE", "@lenient says nothing about %s", valueOf(t)).
			Note = "it is about integers and float64"
	}
}

// setLenient marks the numbers in t and reports whether there is one.
func setLenient(t *Type) bool {
	if t == nil {
		return false
	}
	found := meansSomethingLenient(t.Kind)
	t.Lenient = t.Lenient || found
	found = setLenient(t.Elem) || found
	for _, e := range t.Elems {
		found = setLenient(e) || found
	}
	return found
}
