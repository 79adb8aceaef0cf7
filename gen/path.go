package gen

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/ocapn-go/ocapn/idl"
)

// This file writes the eventual views of data: of results that hold references, to which messages can be sent before the
// result is here. A value has a view if a path of typed steps leads from it to a reference. What any may hold has none.

// part is a member of a value with a view.
type part struct {
	goName string
	typ    *idl.Type
	step   *jen.Statement // what follows the promise of the value: Get("owner")
	what   string         // the member, for its comment
	absent bool           // it may be left out
}

// structView adds the view of a struct, if it has one:
//
//	type TicketE struct{ *captp.Promise[Ticket] }
//
//	func (e TicketE) Owner() UserE { return captp.ViewRef[UserE](e.Get("owner")) }
func (g *generator) structView(d *idl.Struct) {
	g.dataView(d.GoName, jen.Id(d.GoName), fieldParts(d.GoName, d.Fields))
}

// fieldParts returns the fields as parts.
func fieldParts(owner string, fields []*idl.Field) []part {
	var out []part
	for _, f := range fields {
		out = append(out, part{
			f.GoName, f.Type, jen.Dot("Get").Call(jen.Lit(f.Wire)), "[" + owner + "." + f.GoName + "]", f.Optional || len(f.Type.Absent) > 0,
		})
	}
	return out
}

// resultView adds the view of a result of several values.
func (g *generator) resultView(m *method) {
	var parts []part
	for i, name := range tupleNames(m.result) {
		t := m.result.Elems[i]
		parts = append(parts, part{
			name, t, jen.Dot("Index").Call(jen.Lit(i)), "[" + m.prefix + "Result." + name + "]", len(t.Absent) > 0,
		})
	}
	g.dataView(m.prefix+"Result", jen.Id(m.prefix+"Result"), parts)
}

// promiseMethods are the names that every view of data has already.
var promiseMethods = []string{"AsRef", "Await", "Done", "Get", "Index", "Promise", "Untag", "Wait"}

// dataView adds the view of values of a Go type, if one of the parts leads to a reference.
func (g *generator) dataView(name string, value *jen.Statement, parts []part) {
	taken := slices.Clone(promiseMethods)
	for _, p := range parts {
		taken = append(taken, p.goName)
	}
	parts = slices.DeleteFunc(parts, func(p part) bool { return !p.typ.LeadsToRef() })
	if len(parts) == 0 {
		return
	}
	g.decl(name+"E is the eventual view of type ["+name+"]: of a value that is not here yet. Its methods lead to the references in it, "+
		"which can be sent messages at once.",
		jen.Type().Id(name+"E").Add(embed(g.promiseOf(value))))
	for _, p := range parts {
		method := p.goName
		for slices.Contains(promiseMethods, method) || method != p.goName && slices.Contains(taken, method) {
			method += "Member"
		}
		text := method + " leads to " + p.what + "."
		if p.absent {
			text += " If it is absent, what is sent there breaks; see [captp.Promise.Get]."
		}
		g.decl(text, jen.Func().Params(jen.Id("e").Id(name+"E")).Id(method).Params().Add(g.viewOfData(p.typ)).
			Add(oneLine(jen.Return(g.viewFrom(p.typ, jen.Id("e").Add(p.step))))))
	}
}

// viewOfData returns the Go type of the view of the values of t that are not absent. A tuple that is no result has no name, so
// its view is a plain promise.
func (g *generator) viewOfData(t *idl.Type) *jen.Statement {
	switch t.Kind {
	case idl.KindTarget:
		return g.captp("Pipe").Index(g.captp("AnyRef"))
	case idl.KindPromise, idl.KindTagged:
		return g.viewOfData(t.Elem)
	case idl.KindList:
		return g.captp("ListView").Index(jen.List(g.goType(t.Elem), g.viewOfData(t.Elem)))
	case idl.KindMap:
		return g.captp("MapView").Index(jen.List(g.goType(t.Elem), g.viewOfData(t.Elem)))
	case idl.KindTuple:
		return g.promiseOf(jen.Any())
	default:
		return g.viewOf(t.Ref)
	}
}

// viewFrom returns the view of the value of t that p, of type *captp.Promise[any], will be.
func (g *generator) viewFrom(t *idl.Type, p *jen.Statement) *jen.Statement {
	switch t.Kind {
	case idl.KindPromise:
		return g.viewFrom(t.Elem, p)
	case idl.KindTagged:
		return g.viewFrom(t.Elem, p.Dot("Untag").Call(jen.Lit(t.Tag)))
	case idl.KindList, idl.KindMap, idl.KindUnion:
		return g.viewAround(t, g.captp("PromiseOf").Call(p, g.decodeFunc(t, false)))
	case idl.KindTuple:
		return p
	default:
		return g.viewFunc(t).Call(p)
	}
}

// viewAround returns the view of a list, a map, a struct, a union or a result of several values around the promise of it.
func (g *generator) viewAround(t *idl.Type, promise *jen.Statement) *jen.Statement {
	switch t.Kind {
	case idl.KindList:
		return g.captp("ViewList").Call(promise, g.viewFunc(t.Elem))
	case idl.KindMap:
		return g.captp("ViewMap").Call(promise, g.viewFunc(t.Elem))
	}
	if t.Ref.GoImport != "" {
		promise = jen.Id("Promise").Op(":").Add(promise)
	}
	return g.viewOf(t.Ref).Values(promise)
}

// viewFunc returns an expression of type func(*captp.Promise[any]) E that makes the view of a t.
//
//	captp.ViewRef[UserE]
//	func(p *captp.Promise[any]) captp.ListView[User, UserE] { ... }
func (g *generator) viewFunc(t *idl.Type) *jen.Statement {
	switch t.Kind {
	case idl.KindInterface, idl.KindCallable:
		return g.captp("ViewRef").Index(g.viewOf(t.Ref))
	case idl.KindStruct:
		return g.captp("ViewData").Index(g.viewOf(t.Ref))
	case idl.KindTarget:
		return g.captp("PipeOf").Index(g.captp("AnyRef"))
	case idl.KindPromise:
		return g.viewFunc(t.Elem)
	default:
		return jen.Func().Params(jen.Id("p").Add(g.promiseOf(jen.Any()))).Add(g.viewOfData(t)).
			Block(jen.Return(g.viewFrom(t, jen.Id("p"))))
	}
}

// view returns the type of what the method answers if that has a view, nil if it has none. A reference is its own.
func (m *method) view() *idl.Type {
	t := m.result
	switch m.answer() {
	case answerTuple, answerValue:
	case answerPromise:
		t = t.Elem
	default:
		return nil
	}
	if !t.LeadsToRef() || isTaggedTuple(t) || m.answer() == answerPromise && t.Kind == idl.KindTuple && len(t.Absent) == 0 {
		return nil
	}
	return t
}

// isTaggedTuple reports whether t is a tuple behind a tag. Like one that is promised, it has no Go name that a view could be
// called after.
func isTaggedTuple(t *idl.Type) bool {
	return t.Kind == idl.KindTagged && len(t.Absent) == 0 && (t.Elem.Kind == idl.KindTuple || isTaggedTuple(t.Elem))
}

// isOptView reports whether a result of type t may be absent and has a view that cannot tell, so that it needs one around it.
func isOptView(t *idl.Type) bool {
	if len(t.Absent) == 0 {
		return false
	}
	return t.Kind != idl.KindList && t.Kind != idl.KindMap && t.Kind != idl.KindUnion
}

// viewOfResult returns the Go type of the view of a result.
func (g *generator) viewOfResult(m *method, t *idl.Type) *jen.Statement {
	switch {
	case isOptView(t):
		return g.captp("OptView").Index(jen.List(g.goType(t), g.viewOfData(t)))
	case t.Kind == idl.KindTuple:
		return qualified(m.home, m.prefix+"ResultE")
	case t.Kind == idl.KindTagged:
		return g.viewOfResult(m, t.Elem)
	default:
		return g.viewOfData(t)
	}
}

// sendForView returns the expression that sends the message enc and is the view of the answer.
//
//	ChannelSubscribeResultE{captp.CallParts(m, captp.Decode[ChannelSubscribeResult])}
//	captp.ViewList(captp.CallParts(m, captp.ListOf(captp.DecodeCap[User])), captp.ViewRef[UserE])
func (g *generator) sendForView(m *method, t *idl.Type, enc *jen.Statement) *jen.Statement {
	call := func(decode *jen.Statement) *jen.Statement { return g.captp("CallParts").Call(enc, decode) }
	switch {
	case isOptView(t):
		return g.captp("ViewOpt").Call(call(g.decodeFunc(t, false)), g.viewFunc(present(t)))
	case t.Kind == idl.KindTuple:
		return g.viewOfResult(m, t).Values(call(g.captp("Decode").Index(m.resultType())))
	case t.Kind == idl.KindTagged:
		behind := call(g.decoderFunc("Any")).Dot("Untag").Call(jen.Lit(t.Tag))
		for t = t.Elem; t.Kind == idl.KindTagged && len(t.Absent) == 0; t = t.Elem {
			behind.Dot("Untag").Call(jen.Lit(t.Tag))
		}
		if isOptView(t) {
			return g.captp("ViewOpt").Call(g.captp("PromiseOf").Call(behind, g.decodeFunc(t, false)), g.viewFunc(present(t)))
		}
		return g.viewFrom(t, behind)
	default:
		return g.viewAround(t, call(g.decodeFunc(t, false)))
	}
}

// isTarget reports whether the view of a t is that of a reference of which no interface is declared.
func isTarget(t *idl.Type) bool {
	switch t.Kind {
	case idl.KindPromise, idl.KindTagged:
		return len(t.Absent) == 0 && isTarget(t.Elem)
	default:
		return len(t.Absent) == 0 && t.Kind == idl.KindTarget
	}
}
