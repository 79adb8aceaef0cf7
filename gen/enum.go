package gen

import (
	"strings"
	"unicode"

	"github.com/dave/jennifer/jen"

	"github.com/ocapn-go/ocapn/idl"
)

// enum adds the type of an enum and its cases:
//
//	type Ack captp.Symbol
//
//	const (
//		AckOK Ack = "OK"
//	)
func (g *generator) enum(d *idl.Enum) {
	openness := "A value that is none of its constants is legal: peers may know more cases. See [" + d.GoName + ".Known]."
	if d.Closed {
		openness = "A value that is none of its constants is refused."
	}
	g.decl(subject{d.GoName, d.Name, d.Doc, d.Notes, true, false}.describe("is one of a set of names.", openness),
		jen.Type().Id(d.GoName).Add(g.captp("Symbol")))
	if len(d.Cases) > 0 {
		g.decl("The cases of "+d.GoName+".", jen.Const().DefsFunc(func(group *jen.Group) {
			for _, c := range d.Cases {
				if c.Doc != "" || c.Deprecated != "" {
					for _, line := range commentLines(subject{c.GoName, c.Name, c.Doc, c.Notes, false, false}.describe("is " + c.Wire + ".")) {
						group.Comment(line)
					}
				}
				group.Id(c.GoName).Id(d.GoName).Op("=").Lit(c.Wire)
			}
		}))
	}
	recv := receiver(d.GoName)
	g.known(d, recv)
	g.enumCodec(d, recv)
}

// known adds the method that tells the cases from other values:
//
//	func (a Ack) Known() bool {
//		switch a {
//		case AckOK, AckConnectionClosed:
//			return true
//		}
//		return false
//	}
func (g *generator) known(d *idl.Enum, recv string) {
	body := []jen.Code{jen.Return(jen.False())}
	if len(d.Cases) > 0 {
		var cases []jen.Code
		for _, c := range d.Cases {
			cases = append(cases, jen.Id(c.GoName))
		}
		body = []jen.Code{
			jen.Switch(jen.Id(recv)).Block(jen.Case(cases...).Block(jen.Return(jen.True()))),
			jen.Return(jen.False()),
		}
	}
	g.decl("Known reports whether "+recv+" is one of the constants.",
		jen.Func().Params(jen.Id(recv).Id(d.GoName)).Id("Known").Params().Bool().Block(body...))
}

// enumCodec adds the methods that write and read an enum:
//
//	func (a Ack) EncodeOCapN(e *captp.Encoder) {
//		if a == "" {
//			e.Fail(&captp.EncodeError{Reason: "not a case of Ack"})
//		}
//		e.Symbol(captp.Symbol(a))
//	}
//
//	func (a *Ack) DecodeOCapN(d *captp.Decoder) { *a = Ack(d.EnumSymbol()) }
func (g *generator) enumCodec(d *idl.Enum, recv string) {
	invalid, kind := jen.Id(recv).Op("==").Lit(""), "symbol"
	write := jen.Id("e").Dot("Symbol").Call(g.captp("Symbol").Parens(jen.Id(recv)))
	if d.AsString {
		write, kind = jen.Id("e").Dot("String").Call(jen.String().Parens(jen.Id(recv))), "string"
	}
	said := "The empty value is an error."
	if d.Closed {
		invalid, said = jen.Op("!").Id(recv).Dot("Known").Call(), "A value that is not known is an error."
	}
	g.decl("EncodeOCapN writes "+recv+" as a "+kind+". "+said, g.encodeMethod(recv, d.GoName, []jen.Code{
		jen.If(invalid).Block(jen.Id("e").Dot("Fail").Call(
			jen.Op("&").Add(g.captp("EncodeError")).Values(jen.Id("Reason").Op(":").Lit("not a case of " + d.GoName)))),
		write,
	}))
	read := []jen.Code{jen.Op("*").Id(recv).Op("=").Id(d.GoName).Parens(jen.Id("d").Dot("EnumSymbol").Call())}
	if d.Closed {
		read = append(read, jen.If(jen.Op("!").Id(recv).Dot("Known").Call()).Block(
			jen.Id("d").Dot("Refuse").Call(jen.Lit("a case of "+d.Name), jen.Lit("another name"))))
	}
	g.decl("DecodeOCapN reads a symbol, or a string of the same text: peers differ in how they write names.",
		g.decodeMethod(recv, d.GoName, read))
}

// receiver returns the name of the receiver of the methods of a type: its first letter, unless the methods of an encoder
// and a decoder use that for another thing.
func receiver(goName string) string {
	first := strings.ToLower(goName[:1])
	if first == "e" || first == "d" || !unicode.IsLetter(rune(first[0])) {
		return "v"
	}
	return first
}
