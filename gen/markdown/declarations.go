package markdown

import (
	"strings"

	"github.com/ocapn-go/ocapn/idl"
)

// declTitle and methodTitle return the headings of declarations and methods, as plain text.
func declTitle(d idl.Decl) string                        { return idl.HeadingOf(d).Keyword + " " + d.DeclName() }
func methodTitle(i *idl.Interface, m *idl.Method) string { return i.Name + "." + m.Name }

// decl writes the section of a declaration.
func (w *writer) decl(d idl.Decl) {
	head := idl.HeadingOf(d)
	w.printf("## %s\n\n", inline(declTitle(d)))
	w.printf("%s\n\n", codeBlock("ocapn", spelled(d)))
	w.paragraph(w.docs(head.Doc))
	w.paragraph(strings.Join(w.remarks(head.Notes), "\n\n"))
	switch d := d.(type) {
	case *idl.Const:
		w.use(d.Type)
		w.paragraph("In Go: " + code(head.GoName) + ".")
	case *idl.Alias:
		w.paragraph(sentence("Another name for", append([]string{w.typeOf(d.Type)}, bounds(d.Type)...)...))
	case *idl.Enum:
		w.enum(d)
	case *idl.Struct:
		w.structDecl(d)
	case *idl.Union:
		w.union(d)
	case *idl.ErrorDecl:
		w.paragraph("On the wire: what the promise is broken with, a Tagged value with the tag " + code(d.Wire) +
			" around a Struct" + fieldsFollow(d.Fields) + "." + strictly(d.Strict) + " In Go: " + code("*"+head.GoName) + ", found by " +
			code("errors.As") + ".")
		w.fields(d.Fields)
	case *idl.Interface:
		w.interfaceDecl(d)
	case *idl.Callable:
		w.paragraph("On the wire: a reference. It is sent " + code(message("", d.Params)) + "." + strictArgs(d.Strict) + " In Go: " +
			code(head.GoName) + ".")
		w.call(call{params: d.Params, result: d.Result, raises: d.Raises, idempotent: d.Idempotent})
	}
}

// spelled returns a declaration as the language writes it, without its members.
func spelled(d idl.Decl) string {
	out := declTitle(d)
	closed := func(yes bool) string {
		if yes {
			return "closed "
		}
		return ""
	}
	switch d := d.(type) {
	case *idl.Const:
		return out + ": " + typeText(d.Type) + " = " + literal(d.Type, d.Value)
	case *idl.Alias:
		return out + " = " + typeText(d.Type)
	case *idl.Enum:
		return closed(d.Closed) + out
	case *idl.Union:
		return closed(d.Closed) + out
	case *idl.Interface:
		for i, ref := range d.Extends {
			out += map[bool]string{true: " extends ", false: ", "}[i == 0] + ref.Name
		}
		return out
	case *idl.Callable:
		return out + signature(d.Params, d.Result, d.Raises)
	default:
		return out
	}
}

// sentence joins a start and what follows, which is separated by commas.
func sentence(start string, parts ...string) string {
	return start + " " + strings.Join(parts, ", ") + "."
}

func fieldsFollow(fields []*idl.Field) string {
	if len(fields) == 0 {
		return " without fields"
	}
	return " of the fields below"
}

func strictly(strict bool) string {
	if strict {
		return " Other fields are refused."
	}
	return ""
}

func strictArgs(strict bool) string {
	if strict {
		return " Further arguments are refused."
	}
	return ""
}

func (w *writer) enum(d *idl.Enum) {
	kind, others := "a Symbol, one of", " Peers may know others."
	if d.AsString {
		kind = "a String, one of"
	}
	if d.Closed {
		others = " Others are refused."
	}
	w.paragraph("On the wire: " + kind + " the cases below." + others + " In Go: " + code(d.GoName) + ".")
	for _, k := range d.Cases {
		w.item(code(k.Name)+sentAs(k.Name, k.Wire), k.Doc, k.Notes)
	}
	w.endList(len(d.Cases))
}

func (w *writer) structDecl(d *idl.Struct) {
	text := "On the wire: a Struct" + fieldsFollow(d.Fields) + "." + strictly(d.Strict)
	if d.Keep {
		text += " Other fields are kept, and sent again."
	}
	w.paragraph(text + " In Go: " + code(d.GoName) + ".")
	w.fields(d.Fields)
}

func (w *writer) union(d *idl.Union) {
	others := " Peers may know others."
	if d.Closed {
		others = " Others are refused."
	}
	w.paragraph("On the wire: a Tagged value, one of the variants below." + others + " In Go: " + code(d.GoName) + ".")
	for _, v := range d.Variants {
		text := code(v.Name)
		switch v.Form {
		case idl.VariantValue:
			text += " of " + strings.Join(append([]string{w.typeOf(v.Type)}, bounds(v.Type)...), ", ")
		case idl.VariantFields:
			text += " of a Struct" + map[bool]string{true: " without fields", false: ""}[len(v.Fields) == 0]
		default:
			text += " alone"
		}
		w.item(text+sentAs(v.Name, v.Wire)+", in Go "+code(v.GoName), v.Doc, v.Notes)
		for _, f := range v.Fields {
			w.nested(f)
		}
	}
	w.endList(len(d.Variants))
}

func (w *writer) interfaceDecl(d *idl.Interface) {
	text := "On the wire: a reference. It is sent the messages of the methods below. In Go: " + code(d.GoName) + ", implemented by a " +
		code(d.GoName+"Server") + "."
	if len(d.All) == 0 {
		text = "On the wire: a reference. It has no methods. In Go: " + code(d.GoName) + "."
	}
	w.paragraph(text)
	for _, ref := range d.Extends {
		base := code(ref.Name)
		if link := w.link(ref); link != "" {
			base = "[" + base + "](" + link + ")"
		}
		var names []string
		if ref.Interface != nil {
			for _, m := range ref.Interface.All {
				names = append(names, code(m.Name))
			}
		}
		if len(names) == 0 {
			w.paragraph("It is a " + base + ".")
		} else {
			w.paragraph("It is a " + base + ", with the methods " + strings.Join(names, ", ") + ".")
		}
	}
	for _, m := range d.Methods {
		w.method(d, m)
	}
}
