package gen

import (
	"slices"
	"strconv"
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

// structDecl adds a struct and the methods that write and read it:
//
//	type Profile struct {
//		// DisplayName ...
//		DisplayName string
//		AvatarURL   captp.Opt[string]
//	}
func (g *generator) structDecl(d *idl.Struct) {
	g.decl(subject{d.GoName, d.Name, d.Doc, d.Notes, true, false}.describe("is a record, copied from vat to vat."),
		jen.Type().Id(d.GoName).StructFunc(func(group *jen.Group) {
			for _, f := range d.Fields {
				for _, line := range fieldDoc(f) {
					group.Comment(line)
				}
				group.Id(f.GoName).Add(g.fieldType(f))
			}
		}))
	fields := slices.SortedFunc(slices.Values(d.Fields), func(a, b *idl.Field) int { return strings.Compare(a.Wire, b.Wire) })
	recv := receiver(d.GoName)
	g.decl("EncodeOCapN writes "+recv+" as a struct, its fields in the order of their names.",
		g.encodeMethod(recv, d.GoName, g.encodeFields(fields, recv)))
	unknown := "Fields that it does not know are ignored."
	if d.Strict {
		unknown = "A field that it does not know is an error."
	}
	g.decl("DecodeOCapN reads a struct. "+unknown, g.decodeMethod(recv, d.GoName, g.decodeFields(d, fields, recv)))
}

// fieldDoc returns the comment of a field: what the IDL says, as it stands. A field of which nothing is said has none.
func fieldDoc(f *idl.Field) []string {
	var paragraphs []string
	if f.Doc != "" {
		paragraphs = append(paragraphs, f.Doc)
	}
	if f.Default != nil {
		paragraphs = append(paragraphs, f.GoName+" stands for "+literalText(*f.Default)+" if it is absent.")
	}
	paragraphs = append(paragraphs, subject{notes: f.Notes}.remarks()...)
	return commentLines(strings.Join(paragraphs, "\n\n"))
}

// fieldType returns the Go type of a field.
func (g *generator) fieldType(f *idl.Field) *jen.Statement {
	if f.Optional {
		return g.optionalType(f.Type)
	}
	return g.goType(f.Type)
}

// encodeFields returns the statements that write the fields of a struct, which are in the order of the wire:
//
//	e.Raw(`{12"display-name`)
//	e.String(p.DisplayName)
//	if p.AvatarURL.Set {
//		e.Raw(`9"avatarUrl`)
//		e.String(p.AvatarURL.Value)
//	}
//	e.Raw("}")
func (g *generator) encodeFields(fields []*idl.Field, recv string) []jen.Code {
	raw := func(s string) jen.Code { return jen.Id("e").Dot("Raw").Call(stringLit(s)) }
	var out []jen.Code
	pending := "{"
	for _, f := range fields {
		key, v := strconv.Itoa(len(f.Wire))+`"`+f.Wire, id(recv).dot(f.GoName)
		if !f.Optional {
			out = append(append(out, raw(pending+key)), g.encode(f.Type, "e", v)...)
			pending = ""
			continue
		}
		if pending != "" {
			out = append(out, raw(pending))
			pending = ""
		}
		value := v
		if wrapped(f.Type, true) {
			value = v.dot("Value")
		}
		out = append(out, jen.If(g.isSet(f.Type, v)).Block(raw(key), g.encodePresent(f.Type, "e", value)))
	}
	return append(out, raw(pending+"}"))
}

// stringLit returns a string constant, in back quotes if that spares escapes.
func stringLit(s string) *jen.Statement {
	if strings.Contains(s, `"`) && strconv.CanBackquote(s) {
		return jen.Id("`" + s + "`")
	}
	return jen.Lit(s)
}

// decodeFields returns the statements that read a struct:
//
//	var hasName bool
//	d.Dict()
//	for d.More() {
//		switch string(d.Key()) {
//		case "name":
//			p.Name, hasName = d.At("name").String(), true
//		default:
//			d.Skip()
//		}
//	}
//	if !hasName {
//		d.Missing("name")
//	}
func (g *generator) decodeFields(d *idl.Struct, fields []*idl.Field, recv string) []jen.Code {
	var has, cases, missing []jen.Code
	for _, f := range fields {
		read := g.readField(f, recv)
		cases = append(cases, jen.Case(jen.Lit(f.Wire)).Block(read...))
		if f.Optional {
			if f.Default != nil {
				missing = append(missing, jen.If(jen.Op("!").Add(g.isSet(f.Type, id(recv).dot(f.GoName)))).
					Block(jen.Id(recv).Dot(f.GoName).Op("=").Add(g.defaultValue(f.Type, *f.Default))))
			}
			continue
		}
		has = append(has, jen.Id("has"+f.GoName))
		missing = append(missing, jen.If(jen.Op("!").Id("has"+f.GoName)).Block(jen.Id("d").Dot("Missing").Call(jen.Lit(f.Wire))))
	}
	unknown := jen.Id("d").Dot("Skip").Call()
	if d.Strict {
		unknown = jen.Id("d").Dot("Refuse").Call(jen.Lit("a field of "+d.Name), jen.Lit("another field"))
	}
	var out []jen.Code
	if len(has) > 0 {
		out = append(out, jen.Var().List(has...).Bool())
	}
	cases = append(cases, jen.Default().Block(unknown))
	out = append(out,
		jen.Id("d").Dot("Dict").Call(),
		jen.For(jen.Id("d").Dot("More").Call()).Block(jen.Switch(jen.String().Parens(jen.Id("d").Dot("Key").Call())).Block(cases...)))
	return append(out, missing...)
}

// orUndefined returns the type of a field that may be left out: some peers write undefined instead of leaving it out.
func orUndefined(t *idl.Type) *idl.Type {
	if t.Kind == idl.KindAny || slices.Contains(t.Absent, "undefined") {
		return t
	}
	out := *t
	out.Absent = append(slices.Clone(t.Absent), "undefined")
	return &out
}

// readField returns the statements that read the value of a field.
func (g *generator) readField(f *idl.Field, recv string) []jen.Code {
	v := id(recv).dot(f.GoName)
	named := jen.Id("d").Dot("At").Call(jen.Lit(f.Wire))
	if f.Optional {
		return g.assignOptional(orUndefined(f.Type), v, "d", named)
	}
	out := []jen.Code{jen.List(v(), jen.Id("has"+f.GoName)).Op("=").List(g.decode(f.Type, named), jen.True())}
	if check := g.check(f.Type, jen.Id("d"), v, wrapped(f.Type, false)); check != nil {
		out = append(out, check)
	}
	return out
}
