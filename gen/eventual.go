package gen

import (
	"github.com/dave/jennifer/jen"

	"github.com/ocapn-go/ocapn/idl"
)

// eventual adds the eventual view of an interface:
//
//	type ChatroomE struct{ captp.Pipe[Chatroom] }
//
//	func (e ChatroomE) SelfProposedName() *captp.Promise[string] {
//		return captp.Call(e.Begin("[18'self-proposed-name"), (*captp.Decoder).String)
//	}
func (g *generator) eventual(it *iface) {
	g.viewType(it.name)
	for _, m := range it.methods {
		if m.stream {
			g.eventualStream(it.name, m)
		} else {
			g.eventualMethod(it.name, m)
		}
	}
	for _, b := range it.bases {
		if b.convert {
			g.decl(b.ref.GoName+" returns the view of what e extends: the same object.",
				jen.Func().Params(jen.Id("e").Id(it.name+"E")).Id(b.ref.GoName).Params().Add(g.viewOf(b.ref)).
					Add(oneLine(jen.Return(g.baseView(b.ref)))))
		}
	}
}

// viewType adds the type of an eventual view.
func (g *generator) viewType(name string) {
	g.decl(name+"E is the eventual view of type ["+name+"]: of a reference, or of the answer to a call that will be one. Its "+
		"methods send at once, and what they answer can be sent messages before it is here.",
		jen.Type().Id(name+"E").Add(embed(g.captp("Pipe").Index(jen.Id(name)))))
}

// viewOf returns the type of the eventual view of a reference.
func (g *generator) viewOf(ref *idl.TypeRef) *jen.Statement {
	return qualified(ref.GoImport, ref.GoName+"E")
}

// view returns the eventual view of a reference around a pipe. The fields of structs of other packages are named.
func (g *generator) view(ref *idl.TypeRef, pipe *jen.Statement) *jen.Statement {
	if ref.GoImport != "" {
		pipe = jen.Id("Pipe").Op(":").Add(pipe)
	}
	return g.viewOf(ref).Values(pipe)
}

// baseView returns e as the view of an interface that its own extends. Pipes of different references are of one structure.
//
//	ChatroomE{captp.Pipe[Chatroom](e.Pipe)}
func (g *generator) baseView(ref *idl.TypeRef) *jen.Statement {
	return g.view(ref, g.captp("Pipe").Index(named(ref)).Parens(jen.Id("e").Dot("Pipe")))
}

// eventualMethod adds the method that sends without waiting.
func (g *generator) eventualMethod(recv string, m *method) {
	s := g.scope(signatureNames...)
	names := m.names(s)
	plain := "is [" + recv + "." + m.name + "] without the waiting."
	switch {
	case m.answer() == answerNone:
		plain = "is [" + recv + "." + m.name + "]."
	case m.answer() == answerRef:
		plain = "is [" + recv + "." + m.name + "] without the waiting: the result can be sent messages at once."
	case m.view() != nil:
		plain = "is [" + recv + "." + m.name + "] without the waiting: references in the result can be sent messages at once."
	}
	text := m.subject().describe(plain)
	if m.doc != "" {
		text = m.subject().describe("", m.name+" "+plain)
	}
	g.decl(text, jen.Func().Params(jen.Id("e").Id(recv+"E")).Id(m.name).Params(g.params(m, names)...).
		Add(g.eventualType(m)).Add(g.eventualBody(m, names, s)))
}

// eventualType returns the result of a method that does not wait.
func (g *generator) eventualType(m *method) *jen.Statement {
	if t := m.view(); t != nil {
		return g.viewOfResult(m, t)
	}
	switch m.answer() {
	case answerNone:
		return jen.Error()
	case answerVoid:
		return g.promiseOf(jen.Struct())
	case answerRef:
		if t := refTarget(m.result); t.Kind != idl.KindTarget {
			return g.viewOf(t.Ref)
		}
		return g.captp("Pipe").Index(g.captp("AnyRef"))
	case answerTuple:
		return g.promiseOf(m.resultType())
	case answerPromise:
		return g.promiseOf(g.goType(m.result.Elem))
	default:
		return g.promiseOf(g.goType(m.result))
	}
}

func (g *generator) promiseOf(t *jen.Statement) *jen.Statement {
	return jen.Op("*").Add(g.captp("Promise")).Index(t)
}

// eventualBody returns the body of a method that does not wait.
//
//	m := e.Begin("[4'join")
//	m.Ref(who.Ref)
//	return ChannelE{captp.CallRef[Channel](m)}
func (g *generator) eventualBody(m *method, names args, s *scope) jen.Code {
	if m.base != nil {
		return g.inheritedBody(m, names)
	}
	body, enc := g.message(m, names, s)
	if len(body) == 0 {
		return oneLine(jen.Return(g.send(m, enc)))
	}
	return jen.Block(append(body, jen.Return(g.send(m, enc)))...)
}

// message returns the statements that write the arguments of a message, and the expression that is its encoder then.
func (g *generator) message(m *method, names args, s *scope) (body []jen.Code, enc *jen.Statement) {
	begin := g.begin(m)
	if len(m.required) == 0 && !m.hasOpts() && m.rest == nil {
		return nil, begin
	}
	name := s.name("m")
	body = []jen.Code{jen.Id(name).Op(":=").Add(begin)}
	for i, p := range m.required {
		body = append(body, g.encode(p.Type, name, id(names.required[i]))...)
	}
	if m.hasOpts() {
		body = append(body, jen.Id(names.opts).Dot("encode").Call(jen.Id(name)))
	}
	if m.variadic() {
		body = append(body, jen.For(jen.List(jen.Id("_"), jen.Id("v")).Op(":=").Range().Id(names.rest)).
			Block(g.encode(m.rest.Type, name, id("v"))...))
	}
	return body, jen.Id(name)
}

// inheritedBody returns the body of a method that the view of a base has.
func (g *generator) inheritedBody(m *method, names args) jen.Code {
	view := g.baseView(m.base.ref)
	if m.base.convert {
		view = jen.Id("e").Dot(m.base.ref.GoName).Call()
	}
	return oneLine(jen.Return(view.Dot(m.name).Call(names.forward()...)))
}

// send returns the expression that sends the message enc and is what the method answers.
func (g *generator) send(m *method, enc *jen.Statement) *jen.Statement {
	if t := m.view(); t != nil {
		return g.sendForView(m, t, enc)
	}
	switch m.answer() {
	case answerNone:
		return g.captp("Tell").Call(enc)
	case answerVoid:
		return g.captp("CallVoid").Call(enc)
	case answerRef:
		if t := refTarget(m.result); t.Kind != idl.KindTarget {
			return g.view(t.Ref, g.captp("CallRef").Index(named(t.Ref)).Call(enc))
		}
		return g.captp("CallRef").Index(g.captp("AnyRef")).Call(enc)
	case answerTuple:
		return g.captp("Call").Call(enc, g.captp("Decode").Index(m.resultType()))
	case answerPromise:
		return g.captp("Call").Call(enc, g.decodeFunc(m.result.Elem, false))
	default:
		return g.captp("Call").Call(enc, g.decodeFunc(m.result, false))
	}
}
