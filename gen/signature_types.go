package gen

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/ocapn-go/ocapn/idl"
)

// signatureTypes adds the types that the signature of a method needs beside those of the IDL.
func (g *generator) signatureTypes(m *method) {
	if m.hasOpts() {
		g.optsStruct(m)
		g.optsEncode(m)
	}
	if m.answer() == answerTuple {
		g.resultStruct(m)
		g.resultView(m)
	}
	if m.stream {
		g.stream(m)
	}
}

// link returns the method with its owner, as a documentation link.
func (m *method) link() string { return "[" + m.owner + "." + m.name + "]" }

// optsStruct adds the struct of optional arguments:
//
//	type RichRoomHistoryOpts struct {
//		Limit  captp.Opt[int64] // 50 if absent
//		Before captp.Opt[locator.SturdyRef]
//	}
func (g *generator) optsStruct(m *method) {
	text := m.prefix + "Opts are the arguments that " + m.link() + " can do without. A nil *" + m.prefix + "Opts stands for none of " +
		"them."
	if len(m.optional) > 1 || m.rest != nil {
		text += " Where one is left out and a later one is not, undefined is sent in its place."
	}
	g.decl(text, jen.Type().Id(m.prefix+"Opts").StructFunc(func(group *jen.Group) {
		for _, p := range m.optional {
			field := group.Id(m.field(p)).Add(g.optionalType(p.Type))
			if p.Default != nil {
				field.Comment(remark(literalText(*p.Default) + " if absent"))
			}
		}
		if m.rest != nil {
			group.Id(m.field(m.rest)).Index().Add(g.goType(m.rest.Type)).Comment("// the arguments after them")
		}
	}))
}

// field returns the name of the field for a parameter.
func (m *method) field(p *idl.Param) string {
	if name := idl.ExportedName(p.Name); name != "" {
		return name
	}
	return strings.ToUpper(p.GoName[:1]) + p.GoName[1:]
}

// optsEncode adds the method that writes the arguments that are there. Each one is written if it or a later one is set.
//
//	func (o *RichRoomHistoryOpts) encode(e *captp.Encoder) {
//		if o == nil {
//			return
//		}
//		if o.Limit.Set || o.Before.Set {
//			captp.EncodeOpt(e, o.Limit, (*captp.Encoder).Int, "<4'void>")
//		}
//		if o.Before.Set {
//			e.SturdyRef(o.Before.Value)
//		}
//	}
func (g *generator) optsEncode(m *method) {
	body := []jen.Code{jen.If(jen.Id("o").Op("==").Nil()).Block(jen.Return())}
	for i, p := range m.optional {
		v := id("o").dot(m.field(p))
		condition, last := g.isSet(p.Type, v), i == len(m.optional)-1 && m.rest == nil
		for _, later := range m.optional[i+1:] {
			condition.Op("||").Add(g.isSet(later.Type, id("o").dot(m.field(later))))
		}
		if m.rest != nil {
			condition.Op("||").Len(jen.Id("o").Dot(m.field(m.rest))).Op(">").Lit(0)
		}
		body = append(body, jen.If(condition).Block(g.optional(p, v, last)))
	}
	if m.rest != nil {
		body = append(body, jen.For(jen.List(jen.Id("_"), jen.Id("v")).Op(":=").Range().Id("o").Dot(m.field(m.rest))).
			Block(g.encode(m.rest.Type, "e", id("v"))...))
	}
	g.decl("encode writes the arguments up to the last one that is there.",
		jen.Func().Params(jen.Id("o").Op("*").Id(m.prefix+"Opts")).Id("encode").
			Params(jen.Id("e").Op("*").Add(g.captp("Encoder"))).Block(body...))
}

// optional returns the statement that writes an optional argument; last says that it is known to be set. One that is left out
// in front of others is written as its type says absence, or as undefined if it then stands for something.
func (g *generator) optional(p *idl.Param, v expr, last bool) jen.Code {
	t := p.Type
	switch {
	case last && wrapped(t, true):
		return g.encodePresent(t, "e", v.dot("Value"))
	case last:
		return g.encodePresent(t, "e", v)
	case t.Kind == idl.KindAny: // nil is written as undefined
		return g.encodePresent(t, "e", v)
	case len(t.Absent) > 0 && p.Default == nil:
		return g.encodeAbsent(t, "e", v, t.Absent[0])
	default:
		return g.encodeAbsent(t, "e", v, "undefined")
	}
}

// resultStruct adds the struct of a result of several values:
//
//	type ChannelSubscribeResult struct {
//		Ack         Ack
//		Unsubscribe Unsubscribe
//	}
//
// with the methods that write it as a list and read it from one.
func (g *generator) resultStruct(m *method) {
	name := m.prefix + "Result"
	g.decl(name+" is what "+m.link()+" answers, on the wire a list.",
		jen.Type().Id(name).StructFunc(func(group *jen.Group) {
			for i, field := range tupleNames(m.result) {
				group.Id(field).Add(g.goType(m.result.Elems[i]))
			}
		}))
	g.decl("EncodeOCapN writes r as a list.", g.encodeMethod("r", name, g.encodeTuple(m.result, "e", id("r"))))
	g.decl("DecodeOCapN reads a list of at least as many values as r has; more are dropped.",
		g.decodeMethod("r", name, g.decodeTuple(m.result, id("r"))))
}

// encodeMethod returns the method with which values of a type write themselves.
func (g *generator) encodeMethod(recv, name string, body []jen.Code) jen.Code {
	return jen.Func().Params(jen.Id(recv).Id(name)).Id("EncodeOCapN").Params(jen.Id("e").Op("*").Add(g.captp("Encoder"))).
		Block(body...)
}

// decodeMethod returns the method with which values of a type read themselves.
func (g *generator) decodeMethod(recv, name string, body []jen.Code) jen.Code {
	method := jen.Func().Params(jen.Id(recv).Op("*").Id(name)).Id("DecodeOCapN").Params(jen.Id("d").Op("*").Add(g.captp("Decoder")))
	if len(body) == 1 {
		return method.Add(oneLine(body...))
	}
	return method.Block(body...)
}
