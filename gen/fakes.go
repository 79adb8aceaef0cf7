package gen

import (
	"slices"

	"github.com/dave/jennifer/jen"
)

// unimplemented adds the server that answers nothing:
//
//	type UnimplementedChatroom struct{}
//
//	func (UnimplementedChatroom) Join(context.Context, User) (Channel, error) {
//		return Channel{}, &captp.NoMethodError{Selector: "join"}
//	}
func (g *generator) unimplemented(it *iface) {
	name := "Unimplemented" + it.name
	g.decl(name+" implements ["+it.name+"Server] without having any method: each answers that it is not there. A server that "+
		"embeds it still compiles when the interface gets new methods.",
		jen.Type().Id(name).Struct())
	for _, m := range it.methods {
		params := []jen.Code{jen.Qual("context", "Context")}
		for _, p := range m.required {
			params = append(params, g.goType(p.Type))
		}
		if m.hasOpts() {
			params = append(params, jen.Op("*").Add(m.optsType()))
		}
		if m.variadic() {
			params = append(params, jen.Op("...").Add(g.goType(m.rest.Type)))
		}
		g.decl(m.name+" answers that there is no such method.",
			jen.Func().Params(jen.Id(name)).Id(m.name).Params(params...).Add(resultList(g.results(m, true))).
				Block(jen.Return(g.noMethod(m)...)))
	}
}

// noMethod returns the results of a method that is not there.
func (g *generator) noMethod(m *method) []jen.Code {
	var out []jen.Code
	switch m.answer() {
	case answerNone, answerStream, answerVoid:
	case answerTuple:
		for _, e := range m.result.Elems {
			out = append(out, g.zero(e))
		}
	default:
		out = append(out, g.zero(m.result))
	}
	return append(out, jen.Op("&").Add(g.captp("NoMethodError")).Values(jen.Id("Selector").Op(":").Lit(m.wire)))
}

// funcs adds the server that is made of functions, for tests and small objects:
//
//	type ChatroomFuncs struct {
//		JoinFunc func(ctx context.Context, who User) (Channel, error)
//	}
//
//	func (f ChatroomFuncs) Join(ctx context.Context, who User) (Channel, error) {
//		if f.JoinFunc == nil {
//			return UnimplementedChatroom{}.Join(ctx, who)
//		}
//		return f.JoinFunc(ctx, who)
//	}
func (g *generator) funcs(it *iface) {
	name, suffix := it.name+"Funcs", it.funcSuffix()
	g.decl(name+" implements ["+it.name+"Server] with functions. A method whose function is nil is answered as one that is not there.",
		jen.Type().Id(name).StructFunc(func(group *jen.Group) {
			for _, m := range it.methods {
				names := m.names(g.scope(signatureNames...))
				group.Id(m.name + suffix).Func().Params(append([]jen.Code{ctxParam()}, g.params(m, names)...)...).
					Add(resultList(g.results(m, true)))
			}
		}))
	for _, m := range it.methods {
		names := m.names(g.scope(signatureNames...))
		call := func() []jen.Code { return append([]jen.Code{jen.Id("ctx")}, names.forward()...) }
		field := func() *jen.Statement { return jen.Id("f").Dot(m.name + suffix) }
		g.decl(m.name+" calls "+m.name+suffix+".",
			jen.Func().Params(jen.Id("f").Id(name)).Id(m.name).Params(append([]jen.Code{ctxParam()}, g.params(m, names)...)...).
				Add(resultList(g.results(m, true))).Block(
				jen.If(field().Op("==").Nil()).Block(jen.Return(jen.Id("Unimplemented"+it.name).Values().Dot(m.name).Call(call()...))),
				jen.Return(field().Call(call()...))))
	}
}

// funcSuffix returns what is added to the name of a method to name the field with its function: Func, unless there is a method
// of such a name.
func (it *iface) funcSuffix() string {
	suffix := "Func"
	for slices.ContainsFunc(it.methods, func(m *method) bool {
		return slices.ContainsFunc(it.methods, func(other *method) bool { return other.name == m.name+suffix })
	}) {
		suffix += "tion"
	}
	return suffix
}
