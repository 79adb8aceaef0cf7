package gen

import (
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/ocapn-go/ocapn/idl"
)

// union adds the interface of a union, its variants and the function that reads it:
//
//	type Content interface {
//		captp.Marshaler
//		isContent()
//	}
//
//	type ContentText string
//
//	type ContentImage struct {
//		Data []byte
//	}
//
//	func DecodeContent(d *captp.Decoder) (v Content) { ... }
func (g *generator) union(d *idl.Union) {
	names := make([]string, len(d.Variants))
	for i, v := range d.Variants {
		names[i] = "[" + v.GoName + "]"
	}
	if !d.Closed {
		names = append(names, "["+d.GoName+"Unknown]")
	}
	choice, more := "is one of "+strings.Join(names, ", ")+". A nil "+d.GoName+" is none, which cannot be sent.", []string{}
	if d.Doc != "" {
		more = append(more, d.GoName+" "+choice)
	}
	g.decl(subject{d.GoName, d.Name, d.Doc, d.Notes, true, false}.describe(choice, more...),
		jen.Type().Id(d.GoName).Interface(g.captp("Marshaler"), jen.Id(sealName(d)).Params()))
	for _, v := range d.Variants {
		g.variant(d, v)
	}
	if !d.Closed {
		g.unknownVariant(d)
	}
	g.decodeUnion(d)
}

// sealName returns the name of the method that nothing but the variants of a union has.
func sealName(d *idl.Union) string { return "is" + d.GoName }

// unionDecoder returns the function that reads a union.
func unionDecoder(ref *idl.TypeRef) *jen.Statement {
	return qualified(ref.GoImport, "Decode"+ref.GoName)
}

// seal adds the method that makes a type a variant.
func (g *generator) seal(d *idl.Union, name string) {
	g.file.Line()
	g.file.Func().Params(jen.Id(name)).Id(sealName(d)).Params().Block()
}

// openTag is the constant syntax of a tagged value up to its tag.
func openTag(tag string) string { return "<11'desc:tagged" + strconv.Itoa(len(tag)) + "'" + tag }

// variant adds the type of a variant and the methods that write it, and read it if it has fields.
//
//	func (t ContentText) EncodeOCapN(e *captp.Encoder) {
//		e.Raw("<11'desc:tagged4'text")
//		e.String(string(t))
//		e.Raw(">")
//	}
func (g *generator) variant(d *idl.Union, v *idl.Variant) {
	recv := receiver(v.GoName)
	about := subject{v.GoName, v.Name, v.Doc, v.Notes, true, false}.describe("is the variant " + v.Name + " of [" + d.GoName + "].")
	var write, read []jen.Code
	switch v.Form {
	case idl.VariantFields:
		r := newRecord(v.Name, recv, v.Fields)
		g.decl(about, g.recordType(v.GoName, v.Fields, false))
		write, read = g.encodeFields(r, openTag(v.Wire), ">"), g.decodeFields(r)
	case idl.VariantValue:
		value := id(recv).dot("Value")
		if isDefined(v.Type) {
			g.decl(about, jen.Type().Id(v.GoName).Add(g.goType(v.Type)))
			value = func() *jen.Statement { return g.underlying(v.Type, recv) }
		} else {
			g.decl(about, jen.Type().Id(v.GoName).Struct(jen.Id("Value").Add(g.goType(v.Type))))
		}
		raw := func(s string) jen.Code { return jen.Id("e").Dot("Raw").Call(stringLit(s)) }
		write = append(append([]jen.Code{raw(openTag(v.Wire))}, g.encode(v.Type, "e", value)...), raw(">"))
	default:
		g.decl(about, jen.Type().Id(v.GoName).Struct())
		write, recv = []jen.Code{jen.Id("e").Dot("Raw").Call(stringLit(openTag(v.Wire) + "<4'void>>"))}, ""
	}
	g.seal(d, v.GoName)
	g.decl("EncodeOCapN writes the variant with its tag.", g.encodeMethod(recv, v.GoName, write))
	if read != nil {
		g.decl("decode reads the fields.", jen.Func().Params(jen.Id(recv).Op("*").Id(v.GoName)).Id("decode").
			Params(jen.Id("d").Op("*").Add(g.captp("Decoder"))).Block(read...))
	}
}

// isDefined reports whether the value of a variant becomes a type of its own, and not a struct around it: a scalar, a list or
// a map.
func isDefined(t *idl.Type) bool {
	if len(t.Absent) > 0 {
		return false
	}
	switch t.Kind {
	case idl.KindBool, idl.KindFloat64, idl.KindNumber, idl.KindString, idl.KindSymbol, idl.KindBytes, idl.KindList, idl.KindMap:
		return true
	default:
		return t.Kind.Integer() && t.Kind != idl.KindBigInt
	}
}

// underlying returns v, which is of a type defined as that of t, as what the encoder wants.
func (g *generator) underlying(t *idl.Type, v string) *jen.Statement {
	switch t.Kind {
	case idl.KindI8, idl.KindI16, idl.KindI32, idl.KindU8, idl.KindU16, idl.KindU32: // are converted anyway
		return jen.Id(v)
	case idl.KindMap:
		return jen.Add(g.goType(t)).Call(jen.Id(v))
	default:
		return jen.Add(g.goType(t)).Parens(jen.Id(v))
	}
}

// unknownVariant adds the variant for the tags that the union does not list:
//
//	type ContentUnknown struct {
//		Tag   string
//		Value any
//	}
func (g *generator) unknownVariant(d *idl.Union) {
	name := d.GoName + "Unknown"
	recv := receiver(name)
	g.decl(name+" is a variant that this program does not know: peers may know more of them. It can be sent on as it is.",
		jen.Type().Id(name).Struct(
			jen.Id("Tag").String(), jen.Id("Value").Any().Comment("as captp.Decoder.Any reads it")))
	g.seal(d, name)
	g.decl("EncodeOCapN writes the value with its tag.", g.encodeMethod(recv, name, []jen.Code{
		jen.Id("e").Dot("Any").Call(g.captp("Tagged").Parens(jen.Id(recv))),
	}))
}

// decodeUnion adds the function that reads a union:
//
//	func DecodeContent(d *captp.Decoder) (v Content) {
//		switch tag := d.Tag(); string(tag) {
//		case "text":
//			v = ContentText(d.At("<text>").String())
//		case "image":
//			var fields ContentImage
//			fields.decode(d.At("<image>"))
//			v = fields
//		case "none":
//			v = ContentNone{}
//		default:
//			return ContentUnknown(d.Untagged(tag))
//		}
//		d.EndTag()
//		return v
//	}
func (g *generator) decodeUnion(d *idl.Union) {
	about, body := "DecodeName reads one of the variants. A tag that is none of theirs becomes a [NameUnknown].", g.readUnion(d)
	if d.Closed {
		about = "DecodeName reads one of the variants. Any other tag is an error."
	}
	g.decl(strings.ReplaceAll(about, "Name", d.GoName)+" The result is of no use after an error.",
		jen.Func().Id("Decode"+d.GoName).Params(jen.Id("d").Op("*").Add(g.captp("Decoder"))).Params(jen.Id("v").Id(d.GoName)).
			Block(body...))
}

// readUnion returns the statements that read a union into v and return it.
func (g *generator) readUnion(d *idl.Union) []jen.Code {
	unknown := func(tag jen.Code) *jen.Statement {
		return jen.Return(jen.Id(d.GoName + "Unknown").Parens(jen.Id("d").Dot("Untagged").Call(tag)))
	}
	if len(d.Variants) == 0 {
		return []jen.Code{unknown(jen.Id("d").Dot("Tag").Call())}
	}
	cases := make([]jen.Code, 0, len(d.Variants)+1)
	for _, v := range d.Variants {
		cases = append(cases, jen.Case(jen.Lit(v.Wire)).Block(g.readVariant(v)...))
	}
	choose := jen.Switch(jen.Id("tag").Op(":=").Id("d").Dot("Tag").Call(), jen.String().Parens(jen.Id("tag")))
	otherwise := unknown(jen.Id("tag"))
	if d.Closed {
		choose = jen.Switch(jen.String().Parens(jen.Id("d").Dot("Tag").Call()))
		otherwise = jen.Id("d").Dot("Refuse").Call(jen.Lit("a variant of "+d.Name), jen.Lit("another tag"))
	}
	return []jen.Code{
		choose.Block(append(cases, jen.Default().Block(otherwise))...), jen.Id("d").Dot("EndTag").Call(), jen.Return(jen.Id("v")),
	}
}

// readVariant returns the statements that read a variant into v.
func (g *generator) readVariant(v *idl.Variant) []jen.Code {
	at := jen.Id("d").Dot("At").Call(jen.Lit("<" + v.Wire + ">"))
	switch v.Form {
	case idl.VariantFields:
		return []jen.Code{
			jen.Var().Id("fields").Id(v.GoName),
			jen.Id("fields").Dot("decode").Call(at),
			jen.Id("v").Op("=").Id("fields"),
		}
	case idl.VariantValue:
		wrap := func(value *jen.Statement) jen.Code {
			if isDefined(v.Type) {
				return jen.Id("v").Op("=").Id(v.GoName).Parens(value)
			}
			return jen.Id("v").Op("=").Id(v.GoName).Values(value)
		}
		check := g.check(v.Type, jen.Id("d"), id("value"), wrapped(v.Type, false))
		if check == nil {
			return []jen.Code{wrap(g.decode(v.Type, at))}
		}
		return []jen.Code{jen.Id("value").Op(":=").Add(g.decode(v.Type, at)), check, wrap(jen.Id("value"))}
	default: // whatever stands behind the tag
		return []jen.Code{jen.Id("v").Op("=").Id(v.GoName).Values()}
	}
}

// unionView adds the view of a union, if one of its variants leads to a reference:
//
//	type ContentE struct{ *captp.Promise[Content] }
//
//	func (e ContentE) AsWho() RoomE { return captp.ViewRef[RoomE](e.Untag("who")) }
func (g *generator) unionView(d *idl.Union) {
	const other = ". If the value is another variant, what is sent there breaks; see [captp.Promise.Get]"
	var parts []part
	for _, v := range d.Variants {
		untag := jen.Dot("Untag").Call(jen.Lit(v.Wire))
		name := "As" + strings.TrimPrefix(v.GoName, d.GoName)
		if v.Form == idl.VariantValue {
			parts = append(parts, part{name, v.Type, untag, "what [" + v.GoName + "] holds" + other, false})
		}
		for _, p := range fieldParts(v.GoName, v.Fields) {
			p.goName, p.what, p.absent = name+p.goName, p.what+other, false
			p.step = untag.Clone().Add(p.step)
			parts = append(parts, p)
		}
	}
	g.dataView(d.GoName, jen.Id(d.GoName), parts)
}
