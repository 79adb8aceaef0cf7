package markdown

import (
	"strings"

	"github.com/ocapn-go/ocapn/idl"
)

// remarks returns what annotations say, as paragraphs.
func (w *writer) remarks(n idl.Notes) []string {
	var out []string
	if n.Deprecated != "" {
		out = append(out, "**Deprecated:** "+inline(n.Deprecated))
	}
	if n.Since != "" {
		out = append(out, "Since "+inline(n.Since)+".")
	}
	for _, e := range n.Examples {
		out = append(out, "Example: "+code(e))
	}
	for _, a := range n.Ext {
		args := make([]string, len(a.Args))
		for i, l := range a.Args {
			args[i] = literal(nil, l)
		}
		text := "@" + a.Name
		if len(args) > 0 {
			text += "(" + strings.Join(args, ", ") + ")"
		}
		out = append(out, "Marked "+code(text)+".")
	}
	return out
}

// item writes an item of a list: its first line, and documentation and notes below it.
func (w *writer) item(text, doc string, notes idl.Notes) {
	parts := []string{text}
	if d := w.docs(doc); d != "" {
		parts = append(parts, d)
	}
	parts = append(parts, w.remarks(notes)...)
	w.printf("- %s\n", indented(strings.Join(parts, "\n\n")))
}

// nested writes a field as an item of a list within an item.
func (w *writer) nested(f *idl.Field) {
	var inner writer
	inner.schema, inner.path, inner.places, inner.anchors, inner.names, inner.used = w.schema, w.path, w.places, w.anchors, w.names, w.used
	inner.field(f)
	text := strings.TrimSuffix(inner.out.String(), "\n")
	w.printf("  %s\n", indented(text))
}

// endList ends a list of n items.
func (w *writer) endList(n int) {
	if n > 0 {
		w.printf("\n")
	}
}

// fields writes a list of fields.
func (w *writer) fields(fields []*idl.Field) {
	for _, f := range fields {
		w.field(f)
	}
	w.endList(len(fields))
}

func (w *writer) field(f *idl.Field) {
	text := code(f.Name) + ": " + w.valueOf(f.Type, f.Optional, f.Default)
	w.item(text+sentAs(f.Name, f.Wire), f.Doc, f.Notes)
}

// valueOf returns a type with what there is to say of its values.
func (w *writer) valueOf(t *idl.Type, optional bool, value *idl.Literal) string {
	parts := append([]string{w.typeOf(t)}, bounds(t)...)
	switch {
	case value != nil:
		parts = append(parts, code(literal(t, *value))+" if it is left out")
	case optional:
		parts = append(parts, "may be left out")
	}
	return strings.Join(parts, ", ")
}

// sentAs says what is sent for a name, if that is not the name.
func sentAs(name, wire string) string {
	if name == wire {
		return ""
	}
	return ", sent as " + code(wire)
}

// method writes the section of a method.
func (w *writer) method(i *idl.Interface, m *idl.Method) {
	w.printf("### %s\n\n", inline(methodTitle(i, m)))
	modifier := ""
	switch {
	case m.OneWay:
		modifier = "oneway "
	case m.Stream:
		modifier = "stream "
	}
	w.printf("%s\n\n", codeBlock("ocapn", modifier+name(m.Name)+signature(m.Params, m.Result, m.Raises)))
	w.paragraph(w.docs(m.Doc))
	w.paragraph(strings.Join(w.remarks(m.Notes), "\n\n"))
	text := "On the wire: " + code(message(m.Wire, m.Params)) + "." + strictArgs(m.Strict)
	switch {
	case m.OneWay:
		text += " It is not answered."
	case m.Stream:
		text += " It is called many times in a row; each answer says that more may come."
	}
	w.paragraph(text + " In Go: " + code(m.GoName) + ".")
	w.call(call{m.Params, m.Result, m.Raises, m.OneWay || m.Stream, m.Idempotent})
}

// call is what methods and callables have in common.
type call struct {
	params     []*idl.Param
	result     *idl.Type
	raises     []*idl.TypeRef
	mute       bool // no value is answered, which was said
	idempotent bool
}

// call writes what is passed and what comes back.
func (w *writer) call(c call) {
	for _, p := range c.params {
		text := code(p.Name) + ": " + w.valueOf(p.Type, p.Optional, p.Default)
		if p.Rest {
			text = code(p.Name) + ": any number of " + w.valueOf(p.Type, false, nil)
		}
		w.item(text, "", p.Notes)
	}
	w.endList(len(c.params))
	var out []string
	switch {
	case c.result != nil:
		out = append(out, sentence("Answers", append([]string{w.typeOf(c.result)}, bounds(c.result)...)...))
	case !c.mute:
		out = append(out, "Answers when it is done, without a value.")
	}
	var errs []string
	for _, ref := range c.raises {
		if link := w.link(ref); link != "" {
			errs = append(errs, "["+code(ref.Name)+"]("+link+")")
		} else {
			errs = append(errs, code(ref.Name))
		}
	}
	if len(errs) > 0 {
		out = append(out, sentence("Raises", errs...))
	}
	if c.idempotent {
		out = append(out, "It does no harm when it is called twice.")
	}
	w.paragraph(strings.Join(out, " "))
}
