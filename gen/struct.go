package gen

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/ocapn-go/ocapn/idl"
)

// structDecl adds a struct and the methods that write and read it:
//
//	type Profile struct {
//		// DisplayName ...
//		DisplayName string
//		AvatarURL   captp.Opt[string]
//	}
func (g *generator) structDecl(d *idl.Struct) {
	r := newRecord(d.Name, receiver(d.GoName), d.Fields)
	r.strict, r.keep = d.Strict, d.Keep
	g.decl(subject{d.GoName, d.Name, d.Doc, d.Notes, true, false}.describe("is a record, copied from vat to vat."),
		g.recordType(d.GoName, d.Fields, d.Keep))
	g.decl("EncodeOCapN writes "+r.recv+" as a struct, its fields in the order of their names.",
		g.encodeMethod(r.recv, d.GoName, g.encodeFields(r, "", "")))
	unknown := "Fields that it does not know are ignored."
	switch {
	case d.Strict:
		unknown = "A field that it does not know is an error."
	case d.Keep:
		unknown = "Fields that it does not know are kept in Extra, but for those that [captp.Decoder.Any] cannot read."
	}
	g.decl("DecodeOCapN reads a struct. "+unknown, g.decodeMethod(r.recv, d.GoName, g.decodeFields(r)))
}

// recordType returns the declaration of a struct type with the fields, and those that peers add if keep is set.
func (g *generator) recordType(name string, fields []*idl.Field, keep bool) *jen.Statement {
	return jen.Type().Id(name).StructFunc(func(group *jen.Group) {
		for _, f := range fields {
			for _, line := range fieldDoc(f) {
				group.Comment(line)
			}
			group.Id(f.GoName).Add(g.fieldType(f))
		}
		if keep {
			group.Comment("// Extra are the fields that are not declared: those that peers sent, and those to send.")
			group.Id("Extra").Map(jen.String()).Any()
		}
	})
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

// record is a struct, the fields of a variant or those of an error, as the methods that write and read it see it.
type record struct {
	name         string       // in the IDL
	recv         string       // the receiver of the methods
	fields       []*idl.Field // in the order of the wire
	strict, keep bool
}

func newRecord(name, recv string, fields []*idl.Field) record {
	return record{name: name, recv: recv, fields: slices.SortedFunc(slices.Values(fields), func(a, b *idl.Field) int {
		return strings.Compare(a.Wire, b.Wire)
	})}
}

// encodeFields returns the statements that write the fields of a record between what stands before and after it:
//
//	e.Raw(`{12"display-name`)
//	e.String(p.DisplayName)
//	if p.AvatarURL.Set {
//		e.Raw(`9"avatarUrl`)
//		e.String(p.AvatarURL.Value)
//	}
//	e.Raw("}")
//
// Where fields are kept that are not declared, extra.Before("display-name") writes those whose turn it is.
func (g *generator) encodeFields(r record, before, after string) []jen.Code {
	raw := func(s string) jen.Code { return jen.Id("e").Dot("Raw").Call(stringLit(s)) }
	var out []jen.Code
	pending := before + "{"
	flush := func() {
		if pending != "" {
			out, pending = append(out, raw(pending)), ""
		}
	}
	if r.keep {
		out = append(out, jen.Id("extra").Op(":=").Id("e").Dot("Extra").Call(jen.Id(r.recv).Dot("Extra")))
	}
	for _, f := range r.fields {
		key, v := strconv.Itoa(len(f.Wire))+`"`+f.Wire, id(r.recv).dot(f.GoName)
		if r.keep {
			flush()
			out = append(out, jen.Id("extra").Dot("Before").Call(jen.Lit(f.Wire)))
		}
		if !f.Optional {
			out = append(append(out, raw(pending+key)), g.encode(f.Type, "e", v)...)
			pending = ""
			continue
		}
		flush()
		value := v
		if wrapped(f.Type, true) {
			value = v.dot("Value")
		}
		out = append(out, jen.If(g.isSet(f.Type, v)).Block(raw(key), g.encodePresent(f.Type, "e", value)))
	}
	if r.keep {
		flush()
		out = append(out, jen.Id("extra").Dot("Rest").Call())
	}
	return append(out, raw(pending+"}"+after))
}

// stringLit returns a string constant, in back quotes if that spares escapes.
func stringLit(s string) *jen.Statement {
	if strings.Contains(s, `"`) && strconv.CanBackquote(s) {
		return jen.Id("`" + s + "`")
	}
	return jen.Lit(s)
}

// decodeFields returns the statements that read a record:
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
//
// Where fields are kept that are not declared, the others go to d.Keep(&p.Extra, key).
func (g *generator) decodeFields(r record) []jen.Code {
	var has, cases, missing []jen.Code
	for _, f := range r.fields {
		cases = append(cases, jen.Case(jen.Lit(f.Wire)).Block(g.readField(f, r.recv)...))
		if f.Optional {
			continue
		}
		has = append(has, jen.Id("has"+f.GoName))
		missing = append(missing, jen.If(jen.Op("!").Id("has"+f.GoName)).Block(jen.Id("d").Dot("Missing").Call(jen.Lit(f.Wire))))
	}
	unknown, key := jen.Id("d").Dot("Skip").Call(), jen.Switch(jen.String().Parens(jen.Id("d").Dot("Key").Call()))
	switch {
	case r.strict:
		unknown = jen.Id("d").Dot("Refuse").Call(jen.Lit("a field of "+r.name), jen.Lit("another field"))
	case r.keep:
		unknown = jen.Id("d").Dot("Keep").Call(jen.Op("&").Id(r.recv).Dot("Extra"), jen.Id("key"))
		key = jen.Switch(jen.Id("key").Op(":=").Id("d").Dot("Key").Call(), jen.String().Parens(jen.Id("key")))
	}
	var out []jen.Code
	if len(has) > 0 {
		out = append(out, jen.Var().List(has...).Bool())
	}
	cases = append(cases, jen.Default().Block(unknown))
	out = append(out, jen.Id("d").Dot("Dict").Call(), jen.For(jen.Id("d").Dot("More").Call()).Block(key.Block(cases...)))
	return append(append(out, missing...), g.setDefaults(r)...)
}

// setDefaults returns the statements that give the fields that are absent the value they stand for:
//
//	if !p.Limit.Set {
//		p.Limit = captp.Some(int64(50))
//	}
func (g *generator) setDefaults(r record) []jen.Code {
	var out []jen.Code
	for _, f := range r.fields {
		if f.Optional && f.Default != nil {
			out = append(out, jen.If(g.isUnset(f.Type, id(r.recv).dot(f.GoName))).
				Block(jen.Id(r.recv).Dot(f.GoName).Op("=").Add(g.defaultValue(f.Type, *f.Default))))
		}
	}
	return out
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
