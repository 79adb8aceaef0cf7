package breaking

import (
	"strings"

	"github.com/ocapn-go/ocapn/idl"
)

// goType is a Go type as two versions of generated code are compared by: a type that has been renamed has the new name in both, so
// that only its declaration counts as changed. The short form is for people.
type goType struct{ whole, short string }

// wrap returns a type made of another one.
func (t goType) wrap(before, after string) goType {
	return goType{before + t.whole + after, before + t.short + after}
}

// goType returns the Go type of t. old says that t is of the old version.
func (c *comparer) goType(t *idl.Type, old bool) goType { return c.optionalGoType(t, false, old) }

// optionalGoType returns the Go type of a field or an argument, which may be left out.
func (c *comparer) optionalGoType(t *idl.Type, optional, old bool) goType {
	if (optional || len(t.Absent) > 0) && !t.ZeroIsAbsent() {
		return c.presentGoType(t, old).wrap("captp.Opt[", "]")
	}
	return c.presentGoType(t, old)
}

// goNames are the Go types of the kinds that have one of their own.
var goNames = map[idl.Kind]string{
	idl.KindInt: "int64", idl.KindI64: "int64", idl.KindUint: "uint64", idl.KindU64: "uint64", idl.KindI8: "int8", idl.KindI16: "int16",
	idl.KindI32: "int32", idl.KindU8: "uint8", idl.KindU16: "uint16", idl.KindU32: "uint32", idl.KindBigInt: "*big.Int",
	idl.KindFloat64: "float64", idl.KindNumber: "float64", idl.KindBool: "bool", idl.KindString: "string", idl.KindAny: "any",
	idl.KindSymbol: "captp.Symbol", idl.KindBytes: "[]byte", idl.KindTarget: "captp.Ref", idl.KindSturdyRef: "locator.SturdyRef",
	idl.KindError: "*captp.RemoteError",
}

// presentGoType returns the Go type of the values of t that are not absent.
func (c *comparer) presentGoType(t *idl.Type, old bool) goType {
	if name, ok := goNames[t.Kind]; ok {
		return goType{name, name}
	}
	switch t.Kind {
	case idl.KindList:
		return c.goType(t.Elem, old).wrap("[]", "")
	case idl.KindMap:
		return c.goType(t.Elem, old).wrap("map[string]", "")
	case idl.KindTagged:
		return c.goType(t.Elem, old)
	case idl.KindPromise:
		if t.IsRef() {
			return c.presentGoType(t.Elem, old)
		}
		return c.goType(t.Elem, old).wrap("*captp.Promise[", "]")
	case idl.KindTuple:
		return c.goTypesOf(t.Elems, old).wrap("struct{ ", " }")
	default:
		return c.namedGoType(t.Ref, old)
	}
}

// goTypesOf returns Go types separated by commas.
func (c *comparer) goTypesOf(types []*idl.Type, old bool) goType {
	var whole, short []string
	for _, t := range types {
		g := c.goType(t, old)
		whole, short = append(whole, g.whole), append(short, g.short)
	}
	return goType{strings.Join(whole, ", "), strings.Join(short, ", ")}
}

// namedGoType returns the Go type of a declaration: that of the new version, if it has one.
func (c *comparer) namedGoType(ref *idl.TypeRef, old bool) goType {
	decl := ref.Decl()
	home := c.homeAfter
	if old {
		home = c.homeBefore
		if now := c.pairs[decl]; now != nil {
			decl, home = now, c.homeAfter
		}
	}
	name := idl.HeadingOf(decl).GoName
	if schema := home[decl]; schema != nil {
		return goType{schema.Package + "." + name, name}
	}
	return goType{ref.Package + "." + name, name}
}

// goSignatures compares the Go methods that come of a method or a callable.
func (c *comparer) goSignatures(s site, what string, old, now signature) {
	was, is := c.goSignature(old, true), c.goSignature(now, false)
	if was == is {
		return
	}
	switch {
	case was.short != is.short:
		c.report(s, "GO_SIGNATURE", "%s is %s in Go, and was %s", what, is.short, was.short)
	case old.oneWay != now.oneWay, old.stream != now.stream:
		c.report(s, "GO_SIGNATURE", "%s is called in another way in Go", what)
	case viewOf(old.result) != viewOf(now.result):
		c.report(s, "GO_SIGNATURE", "the result of %s has another eventual view in Go", what)
	default:
		c.report(s, "GO_SIGNATURE", "%s has types of other packages in Go", what)
	}
}

// goSignature returns parameters and results of a Go method. What sets apart methods that are called in different ways, or whose
// results have different views, is in the whole form only.
func (c *comparer) goSignature(m signature, old bool) goType {
	var params []*idl.Type
	var last goType
	hasOptions := false
	for _, p := range m.params {
		switch {
		case p.Optional:
			hasOptions = true
		case p.Rest:
			last = c.goType(p.Type, old).wrap("...", "")
		default:
			params = append(params, p.Type)
		}
	}
	if hasOptions { // the rest is one of them
		last = goType{"*Opts", "*Opts"}
	}
	list := c.goTypesOf(params, old)
	if last.whole != "" && len(params) > 0 {
		list = list.wrap("", ", ")
	}
	results := goType{"error", "error"}
	switch {
	case m.result != nil && m.result.Kind == idl.KindTuple && len(m.result.Absent) == 0:
		results = c.goTypesOf(m.result.Elems, old).wrap("(", ", error)")
	case m.result != nil:
		results = c.goType(m.result, old).wrap("(", ", error)")
	}
	way := ""
	switch {
	case m.oneWay:
		way = "oneway "
	case m.stream:
		way = "stream "
	}
	return goType{
		way + "func(" + list.whole + last.whole + ") " + results.whole + viewOf(m.result),
		"func(" + list.short + last.short + ") " + results.short,
	}
}

// option compares the fields of the struct for optional arguments that two parameters become.
func (c *comparer) option(s site, old, now *idl.Param) {
	was, is := idl.ExportedName(old.Name), idl.ExportedName(now.Name)
	c.renamedInGo(s, was, is)
	c.goTypes(s, "the option "+is, c.optionalGoType(old.Type, true, true), c.optionalGoType(now.Type, true, false))
}
