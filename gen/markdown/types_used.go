package markdown

import (
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl"
)

// typeText returns a type as the language writes it, for signatures.
func typeText(t *idl.Type) string {
	var b strings.Builder
	writeType(t, func(text string) { b.WriteString(text) }, func(ref *idl.TypeRef) { b.WriteString(ref.Name) })
	return b.String()
}

// writeType calls the functions with the parts of a type as the language writes it.
func writeType(t *idl.Type, text func(string), declared func(*idl.TypeRef)) {
	switch {
	case t.Ref != nil:
		declared(t.Ref)
	case t.Kind == idl.KindTagged:
		text("tagged<" + quote(t.Tag) + ", ")
		writeType(t.Elem, text, declared)
		text(">")
	case t.Elem != nil:
		text(string(t.Kind) + "<")
		writeType(t.Elem, text, declared)
		text(">")
	case len(t.Elems) > 0:
		text(string(t.Kind) + "<")
		for i, e := range t.Elems {
			if i > 0 {
				text(", ")
			}
			writeType(e, text, declared)
		}
		text(">")
	default:
		text(string(t.Kind))
	}
	for _, a := range t.Absent {
		text(" | " + a)
	}
}

// typeOf returns a type as Markdown, in which the names of declarations are links.
func (w *writer) typeOf(t *idl.Type) string {
	var out strings.Builder
	pending := ""
	flush := func() {
		if pending != "" {
			out.WriteString(code(pending))
		}
		pending = ""
	}
	writeType(t, func(text string) { pending += text }, func(ref *idl.TypeRef) {
		link := w.link(ref)
		if link == "" {
			pending += ref.Name
			return
		}
		flush()
		out.WriteString("[" + code(ref.Name) + "](" + link + ")")
	})
	flush()
	w.use(t)
	return out.String()
}

// use notes the built-in types that t is made of.
func (w *writer) use(t *idl.Type) {
	if t == nil {
		return
	}
	if t.Ref == nil {
		w.used[t.Kind] = true
	}
	w.use(t.Elem)
	for _, e := range t.Elems {
		w.use(e)
	}
}

// bounds returns what @max and @lenient say of a type and its parts, in words.
func bounds(t *idl.Type) []string {
	var out []string
	if t.Max > 0 {
		out = append(out, "at most "+plural(t.Max, unitOf(t.Kind)))
	}
	for _, part := range append([]*idl.Type{t.Elem}, t.Elems...) {
		out = append(out, innerBounds(part)...)
	}
	if isLenient(t) {
		out = append(out, "integers and floats stand in for each other")
	}
	return out
}

// innerBounds returns what @max says of a part of a type and of its parts.
func innerBounds(t *idl.Type) []string {
	if t == nil {
		return nil
	}
	var out []string
	if t.Max > 0 {
		out = append(out, "each "+code(typeText(t))+" in it at most "+plural(t.Max, unitOf(t.Kind)))
	}
	for _, part := range append([]*idl.Type{t.Elem}, t.Elems...) {
		out = append(out, innerBounds(part)...)
	}
	return out
}

func unitOf(k idl.Kind) string {
	switch k {
	case idl.KindString, idl.KindSymbol:
		return "character"
	case idl.KindBytes:
		return "byte"
	default:
		return "item"
	}
}

// isLenient reports whether a number in t is lenient.
func isLenient(t *idl.Type) bool {
	if t == nil {
		return false
	}
	if slices.ContainsFunc(t.Elems, isLenient) {
		return true
	}
	return t.Lenient || isLenient(t.Elem)
}

// builtins says of each built-in type what it is on the wire and in Go.
var builtins = []struct {
	kind       idl.Kind
	wire, inGo string
}{
	{idl.KindBool, "a Boolean", "bool"},
	{idl.KindInt, "an Integer of 64 bits", "int64"},
	{idl.KindUint, "an Integer of 64 bits that is not negative", "uint64"},
	{idl.KindI8, "an Integer of 8 bits", "int8"},
	{idl.KindI16, "an Integer of 16 bits", "int16"},
	{idl.KindI32, "an Integer of 32 bits", "int32"},
	{idl.KindI64, "an Integer of 64 bits", "int64"},
	{idl.KindU8, "an Integer of 8 bits that is not negative", "uint8"},
	{idl.KindU16, "an Integer of 16 bits that is not negative", "uint16"},
	{idl.KindU32, "an Integer of 32 bits that is not negative", "uint32"},
	{idl.KindU64, "an Integer of 64 bits that is not negative", "uint64"},
	{idl.KindBigInt, "an Integer", "*big.Int"},
	{idl.KindFloat64, "a Float64", "float64"},
	{idl.KindNumber, "a Float64; an Integer is accepted too", "float64"},
	{idl.KindString, "a String", "string"},
	{idl.KindSymbol, "a Symbol", "captp.Symbol"},
	{idl.KindBytes, "a ByteArray", "[]byte"},
	{idl.KindAny, "any value", "any"},
	{idl.KindTarget, "a reference to an object or to the promise of one", "captp.Ref"},
	{idl.KindSturdyRef, "a reference that can be written down", "locator.SturdyRef"},
	{idl.KindError, "an Error, as data", "*captp.RemoteError"},
	{idl.KindList, "a List whose items are T", "[]T"},
	{idl.KindTuple, "a List of exactly these, and perhaps more after them", "several results, or a struct"},
	{idl.KindMap, "a Struct with any keys, whose values are T", "map[string]T"},
	{idl.KindPromise, "a promise of T, or T itself", "*captp.Promise[T], or the type of the reference"},
	{idl.KindTagged, "a Tagged value: the tag, and T", "the type of T"},
}

// types writes what the built-in types of the page are.
func (w *writer) types() {
	if len(w.used) == 0 {
		return
	}
	w.printf("## %s\n\n", typesTitle)
	for _, b := range builtins {
		if !w.used[b.kind] {
			continue
		}
		name := string(b.kind)
		switch b.kind {
		case idl.KindList, idl.KindMap, idl.KindPromise:
			name += "<T>"
		case idl.KindTuple:
			name += "<A, B>"
		case idl.KindTagged:
			name += `<"tag", T>`
		}
		w.printf("- %s: %s. In Go: %s.\n", code(name), b.wire, goOf(b.inGo))
	}
	w.printf("\n")
}

// goOf returns a Go type as code, and words as they are.
func goOf(text string) string {
	first, rest, _ := strings.Cut(text, ", ")
	if rest == "" {
		if strings.Contains(first, " ") {
			return first
		}
		return code(first)
	}
	return goOf(first) + ", " + rest
}
