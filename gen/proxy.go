package gen

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/ocapn-go/ocapn/idl"
)

// proxy adds the reference type of an interface and its plain methods:
//
//	// Chatroom is ...
//	type Chatroom struct{ captp.Ref }
//
//	func (c Chatroom) SelfProposedName(ctx context.Context) (string, error) {
//		return c.E(ctx).SelfProposedName().Await(ctx)
//	}
//
//	func (c RichRoom) Chatroom() Chatroom { return Chatroom(c) }
//
//	func (c Chatroom) E(ctx context.Context) ChatroomE { return ChatroomE{captp.Eventually(ctx, c)} }
func (g *generator) proxy(it *iface) {
	g.referenceType(it.name, it.Name, it.Doc, it.Notes, "is a reference to an object with the methods below.")
	for _, m := range it.methods {
		if m.stream {
			g.plainStream(it.name, m)
		} else {
			g.plainMethod(it.name, m)
		}
	}
	for _, b := range it.bases {
		if b.convert {
			g.decl(b.ref.GoName+" returns c as a reference to what it extends: the same object.",
				jen.Func().Params(jen.Id("c").Id(it.name)).Id(b.ref.GoName).Params().Add(named(b.ref)).
					Add(oneLine(jen.Return(named(b.ref).Parens(jen.Id("c"))))))
		}
	}
	g.viewMethod(it.name)
}

// referenceType adds the type of a reference.
func (g *generator) referenceType(name, idlName, doc string, notes idl.Notes, fallback string) {
	g.decl(subject{name, idlName, doc, notes, true, true}.describe(fallback,
		"References of this type are used in the same way wherever the object lives, and before it is known where: they may be "+
			"promises. Two are == when they lead to the same settled object. Methods wait for the answer; their context ends the "+
			"waiting, not the work. ["+name+".E] sends without waiting."),
		jen.Type().Id(name).Add(embed(g.captp("Ref"))))
}

// viewMethod adds the method that leads to the eventual view.
func (g *generator) viewMethod(name string) {
	g.decl("E returns the eventual view of c, whose methods send at once and wait for nothing. If ctx is done, they send nothing.",
		jen.Func().Params(jen.Id("c").Id(name)).Id("E").Params(ctxParam()).Id(name+"E").Add(oneLine(
			jen.Return(jen.Id(name+"E").Values(g.captp("Eventually").Call(jen.Id("ctx"), jen.Id("c")))))))
}

// plainMethod adds the method that sends and waits.
func (g *generator) plainMethod(recv string, m *method) {
	s := g.scope(signatureNames...)
	names := m.names(s)
	fallback := map[bool]string{
		false: "sends " + m.spoken() + " and waits for the answer.",
		true:  "sends " + m.spoken() + " one way: the error is one that arose here.",
	}[m.oneWay]
	more := m.raisesText()
	if m.result != nil && isTarget(m.result) {
		more = append(more, "What the result is a reference to is not declared; see [captp.As].")
	}
	g.decl(m.subject().describe(fallback, more...),
		jen.Func().Params(jen.Id("c").Id(recv)).Id(m.name).
			Params(append([]jen.Code{ctxParam()}, g.params(m, names)...)...).Add(resultList(g.results(m, false))).
			Add(g.plainBody(m, names, s)))
}

// spoken returns the method as a word of a sentence.
func (m *method) spoken() string {
	if m.bare {
		return "the arguments"
	}
	return "the message " + strconv.Quote(m.wire)
}

// subject returns the method as something that has a comment.
func (m *method) subject() subject { return subject{m.name, m.idlName, m.doc, m.notes, false, true} }

// embed returns a struct type with one embedded field, on one line.
func embed(field *jen.Statement) *jen.Statement { return jen.Op("struct{").Add(field).Op("}") }

// plainBody returns the body of a plain method. An inherited one is that of the interface it comes from.
//
//	return c.E(ctx).Join(who).Await(ctx)
//
//	return c.E(ctx).Leave().Wait(ctx)
//
//	r, err := c.E(ctx).Subscribe(who).Await(ctx)
//	return r.Ack, r.Unsubscribe, err
func (g *generator) plainBody(m *method, names args, s *scope) jen.Code {
	if m.base != nil {
		call := append([]jen.Code{jen.Id("ctx")}, names.forward()...)
		return oneLine(jen.Return(named(m.base.ref).Parens(jen.Id("c")).Dot(m.name).Call(call...)))
	}
	sent := jen.Id("c").Dot("E").Call(jen.Id("ctx")).Dot(m.name).Call(names.forward()...)
	if m.answer() == answerNone {
		return oneLine(jen.Return(sent))
	}
	if m.answer() == answerVoid {
		return oneLine(jen.Return(sent.Dot("Wait").Call(jen.Id("ctx"))))
	}
	await := sent.Dot("Await").Call(jen.Id("ctx"))
	switch {
	case m.answer() == answerTuple:
		r, err := s.name("r"), s.name("err")
		var values []jen.Code
		for _, name := range tupleNames(m.result) {
			values = append(values, jen.Id(r).Dot(name))
		}
		return jen.Block(jen.List(jen.Id(r), jen.Id(err)).Op(":=").Add(await), jen.Return(append(values, jen.Id(err))...))
	case isTarget(m.result):
		r, err := s.name("r"), s.name("err")
		return jen.Block(jen.List(jen.Id(r), jen.Id(err)).Op(":=").Add(await), jen.Return(jen.Id(r).Dot("Ref"), jen.Id(err)))
	default:
		return oneLine(jen.Return(await))
	}
}

// refTarget returns the type of the reference that a t is, or is the promise of.
func refTarget(t *idl.Type) *idl.Type {
	if t.Kind == idl.KindPromise {
		return t.Elem
	}
	return t
}
