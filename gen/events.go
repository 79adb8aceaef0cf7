package gen

import (
	"slices"

	"github.com/dave/jennifer/jen"
)

// events adds what turns the messages of an interface, if they are all one way, into a sequence:
//
//	type ObserverEvent interface{ isObserverEvent() }
//
//	type ObserverUserJoined struct{ Who User }
//
//	func (ObserverUserJoined) isObserverEvent() {}
//
//	func NewObserverStream(ctx context.Context, v *captp.Vat, n int) (Observer, iter.Seq[ObserverEvent]) {
//		events := captp.NewEvents[ObserverEvent](ctx, v, n)
//		return NewObserver(v, observerEvents{events}), events.All()
//	}
func (g *generator) events(it *iface) {
	if len(it.methods) == 0 || slices.ContainsFunc(it.methods, func(m *method) bool { return !m.oneWay }) {
		return
	}
	event := it.name + "Event"
	g.eventTypes(it, event)
	queue := g.captp("Events").Index(jen.Id(event))
	g.decl("New"+it.name+"Stream makes an object of v whose messages are a sequence, and returns the reference to it. Up to n events "+
		"wait in the sequence; when there are as many, whoever sends more waits. Leaving the loop over the sequence, or the end "+
		"of ctx, revokes the object: later messages to it are refused. The sequence is single-use; see [captp.Events].",
		jen.Func().Id("New"+it.name+"Stream").
			Params(ctxParam(), jen.Id("v").Op("*").Add(g.captp("Vat")), jen.Id("n").Int()).
			Params(jen.Id(it.name), jen.Qual("iter", "Seq").Index(jen.Id(event))).Block(
			jen.Id("events").Op(":=").Add(g.captp("NewEvents")).Index(jen.Id(event)).Call(jen.Id("ctx"), jen.Id("v"), jen.Id("n")),
			jen.Return(jen.Id("New"+it.name).Call(jen.Id("v"), jen.Id(eventsName(it)).Values(jen.Id("events"))),
				jen.Id("events").Dot("All").Call())))
	g.decl(eventsName(it)+" implements ["+it.name+"Server] with events.",
		jen.Type().Id(eventsName(it)).Struct(jen.Id("queue").Op("*").Add(queue)))
	for _, m := range it.methods {
		g.putEvent(it, m)
	}
}

// eventsName returns the name of the server whose messages are events. It is not exported.
func eventsName(it *iface) string {
	return unexported(it.name) + "Events"
}

// eventTypes adds the types of the events.
func (g *generator) eventTypes(it *iface, event string) {
	g.decl(event+" is one message to an object of [New"+it.name+"Stream]: one of the types below.",
		jen.Type().Id(event).Interface(jen.Id("is"+event).Params()))
	for _, m := range it.methods {
		name := it.name + m.name
		g.decl(subject{name, m.idlName, m.doc, m.notes, false, false}.describe("is the event of ["+it.name+"."+m.name+"]."),
			jen.Type().Id(name).StructFunc(func(group *jen.Group) {
				for _, f := range g.eventFields(m) {
					group.Id(f.name).Add(f.typ)
				}
			}))
		g.file.Line()
		g.file.Func().Params(jen.Id(name)).Id("is" + event).Params().Block()
	}
}

// eventField is a field of an event.
type eventField struct {
	name string
	typ  *jen.Statement
}

// eventFields returns the fields of the event of a method: one for each parameter of the Go method.
func (g *generator) eventFields(m *method) []eventField {
	var out []eventField
	for _, p := range m.required {
		out = append(out, eventField{m.field(p), g.goType(p.Type)})
	}
	if m.hasOpts() {
		name := "Opts"
		for slices.ContainsFunc(out, func(f eventField) bool { return f.name == name }) {
			name += "Arg"
		}
		out = append(out, eventField{name, jen.Op("*").Add(m.optsType())})
	}
	if m.variadic() {
		out = append(out, eventField{m.field(m.rest), jen.Index().Add(g.goType(m.rest.Type))})
	}
	return out
}

// putEvent adds the method that makes a message an event:
//
//	func (e observerEvents) UserJoined(ctx context.Context, who User) error {
//		return e.queue.Put(ctx, ObserverUserJoined{who})
//	}
func (g *generator) putEvent(it *iface, m *method) {
	names := m.names(g.scope(signatureNames...))
	values := names.forward()
	if names.rest != "" {
		values[len(values)-1] = jen.Id(names.rest)
	}
	g.decl(m.name+" adds an event.",
		jen.Func().Params(jen.Id("e").Id(eventsName(it))).Id(m.name).
			Params(append([]jen.Code{ctxParam()}, g.params(m, names)...)...).Error().Block(
			jen.Return(jen.Id("e").Dot("queue").Dot("Put").Call(jen.Id("ctx"), jen.Id(it.name+m.name).Values(values...)))))
}
