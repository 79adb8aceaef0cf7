package gen

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/ocapn-go/ocapn/idl"
)

// begin returns the expression that starts the message of a method.
//
//	e.Begin("[9'subscribe")
//	e.Begin("[9'subscribe").Raises(captp.Raised[BannedError])
//	e.Begin("[9'subscribe").Raises(func(b *captp.BrokenError) error { return captp.AnyRaised(b, ...) })
func (g *generator) begin(m *method) *jen.Statement {
	begin := jen.Id("e").Dot("Begin").Call(jen.Lit(m.head()))
	var reads []jen.Code
	for _, ref := range m.raises {
		reads = append(reads, g.captp("Raised").Index(named(ref)))
	}
	switch len(reads) {
	case 0:
		return begin
	case 1:
		return begin.Dot("Raises").Call(reads[0])
	default:
		return begin.Dot("Raises").Call(jen.Func().Params(jen.Id("b").Op("*").Add(g.captp("BrokenError"))).Error().Add(oneLine(
			jen.Return(g.captp("AnyRaised").Call(append([]jen.Code{jen.Id("b")}, reads...)...)))))
	}
}

// raisesText returns what the comment of a method says of the errors that it raises, as paragraphs.
func (m *method) raisesText() []string {
	if len(m.raises) == 0 {
		return nil
	}
	links := make([]string, len(m.raises))
	for i, ref := range m.raises {
		links[i] = "*[" + errorLink(ref) + "]"
	}
	return []string{m.name + " raises " + strings.Join(links, ", ") + "."}
}

// errorLink returns the name of a declared error as documentation links spell it.
func errorLink(ref *idl.TypeRef) string {
	if ref.GoImport == "" {
		return ref.GoName
	}
	return ref.GoPackage + "." + ref.GoName
}

// errorDecl adds the type of a declared error and the methods that write and read it:
//
//	type BannedError struct {
//		Until captp.Opt[int64]
//	}
//
//	func (b *BannedError) Error() string { return captp.ErrorText("banned", "") }
func (g *generator) errorDecl(d *idl.ErrorDecl) {
	r := newRecord(d.Name, receiver(d.GoName), d.Fields)
	r.strict = d.Strict
	pointer := "*" + d.GoName
	g.decl(subject{d.GoName, d.Name, d.Doc, d.Notes, false, false}.describe("is an error that peers are told of.",
		"A method that returns a "+pointer+", which may be wrapped, breaks its promise with it; whoever waits for that finds it with "+
			"[errors.As]."),
		g.recordType(d.GoName, d.Fields, false))
	g.decl("Error returns the name of the error, and its message if it has one.",
		jen.Func().Params(jen.Id(r.recv).Op("*").Id(d.GoName)).Id("Error").Params().String().
			Add(oneLine(jen.Return(g.captp("ErrorText").Call(jen.Lit(d.Name), g.messageOf(d, r.recv))))))
	g.decl("EncodeOCapN writes "+r.recv+" as a tagged struct.",
		g.encodeMethod(r.recv, pointer, g.encodeFields(r, openTag(d.Wire), ">")))
	about := "DecodeOCapN reads a tagged struct."
	if textual(d) {
		about += " A text that starts with the name of the error is taken for it, since some peers send nothing else."
	}
	g.decl(about, g.decodeMethod(r.recv, d.GoName, g.decodeError(d, r)))
}

// messageField returns the field with what there is to say of an error, nil if it has none.
func messageField(d *idl.ErrorDecl) *idl.Field {
	for _, f := range d.Fields {
		if f.Name == "message" && f.Type.Kind == idl.KindString && len(f.Type.Absent) == 0 {
			return f
		}
	}
	return nil
}

// messageOf returns the expression that is the message of an error.
func (g *generator) messageOf(d *idl.ErrorDecl, recv string) *jen.Statement {
	switch f := messageField(d); {
	case f == nil:
		return jen.Lit("")
	case f.Optional:
		return jen.Id(recv).Dot(f.GoName).Dot("Value")
	default:
		return jen.Id(recv).Dot(f.GoName)
	}
}

// textual reports whether a text can stand for an error: all its fields but the message may be left out.
func textual(d *idl.ErrorDecl) bool {
	message := messageField(d)
	for _, f := range d.Fields {
		if f != message && !f.Optional {
			return false
		}
	}
	return true
}

// decodeError returns the statements that read an error:
//
//	if text, ok := d.ErrorText("banned"); ok {
//		b.Message = text
//		return
//	}
//	d.Untag("banned")
//	...
//	d.EndTag()
func (g *generator) decodeError(d *idl.ErrorDecl, r record) []jen.Code {
	var out []jen.Code
	if textual(d) {
		out = g.decodeErrorText(d, r)
	}
	out = append(out, jen.Id("d").Dot("Untag").Call(jen.Lit(d.Wire)))
	if len(d.Fields) > 0 || d.Strict { // without fields, whatever stands behind the tag
		out = append(out, g.decodeFields(r)...)
	}
	return append(out, jen.Id("d").Dot("EndTag").Call())
}

// decodeErrorText returns the statements that read an error from a text. The message, if the error has one, is what follows its
// name.
func (g *generator) decodeErrorText(d *idl.ErrorDecl, r record) []jen.Code {
	text, body := "_", []jen.Code{}
	if f := messageField(d); f != nil {
		text = "text"
		check := g.check(f.Type, jen.Id("d"), id("text"), false)
		set := jen.Id(r.recv).Dot(f.GoName).Op("=").Id("text")
		if f.Optional {
			set = jen.If(jen.Id("text").Op("!=").Lit("")).Block(
				jen.Id(r.recv).Dot(f.GoName).Op("=").Add(g.captp("Some").Call(jen.Id("text"))))
		}
		if body = append(body, set); check != nil {
			body = append(body, check)
		}
		if !f.Optional {
			body = append(body, jen.If(jen.Id("text").Op("==").Lit("")).Block(jen.Id("d").Dot("Missing").Call(jen.Lit(f.Wire))))
		}
	}
	body = append(append(body, g.setDefaults(r)...), jen.Return())
	return []jen.Code{jen.If(jen.List(jen.Id(text), jen.Id("ok")).Op(":=").Id("d").Dot("ErrorText").Call(jen.Lit(d.Wire)), jen.Id("ok")).
		Block(body...)}
}
