package gen

import (
	"github.com/dave/jennifer/jen"

	"github.com/ocapn-go/ocapn/idl"
)

// callable adds everything that a callable becomes:
//
//	type Unsubscribe struct{ captp.Ref }
//
//	func (c Unsubscribe) Call(ctx context.Context) error { ... }
//
//	type UnsubscribeE struct{ captp.Pipe[Unsubscribe] }
//
//	func (e UnsubscribeE) Call() *captp.Promise[struct{}] { return captp.CallVoid(e.Begin("[")) }
//
//	func NewUnsubscribe(v *captp.Vat, f func(ctx context.Context) error, opts ...captp.ObjectOption) Unsubscribe
func (g *generator) callable(d *idl.Callable) {
	m := &method{
		name: "Call", idlName: d.Name, notes: idl.Notes{Deprecated: d.Deprecated}, strict: d.Strict, bare: true,
		result: d.Result, raises: d.Raises, owner: d.GoName, prefix: d.GoName,
	}
	m.sortParams(d.Params)
	g.referenceType(d.GoName, d.Name, d.Doc, d.Notes, "is a reference to an object that is called as a function.")
	g.plainMethod(d.GoName, m)
	g.viewMethod(d.GoName)
	g.viewType(d.GoName)
	g.eventualMethod(d.GoName, m)
	g.newCallable(m)
	g.signatureTypes(m)
}

// newCallable adds the constructor of a callable and the function type that runs its messages.
func (g *generator) newCallable(m *method) {
	handler := handlerName(m.owner)
	names := m.names(g.scope(signatureNames...))
	f := func() *jen.Statement {
		return jen.Func().Params(append([]jen.Code{ctxParam()}, g.params(m, names)...)...).Add(resultList(g.results(m, true)))
	}
	g.decl("New"+m.owner+" makes f an object of v and returns the reference to it, which can be given to anybody. Calls are run "+
		"one at a time, in order. The object is gone when nobody has a reference.",
		g.newObject(m.owner, jen.Id("f").Add(f()), jen.Id(handler).Parens(jen.Id("f"))))
	g.decl(handler+" reads messages and calls the function.", jen.Type().Id(handler).Add(f()))
	call := func(passed []jen.Code) *jen.Statement {
		return jen.Id("f").Call(append([]jen.Code{jen.Id("ctx")}, passed...)...)
	}
	body := append([]jen.Code{jen.Id("args").Dot("Args").Call()}, g.serve(m, g.scope("f", "ctx", "args", "result"), call)...)
	g.decl("Dispatch implements [captp.Handler].", g.dispatchMethod("f", handler, body))
}
