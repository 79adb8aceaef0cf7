package editor

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// PrepareRename returns the name at an offset of a file and its place, if it can be changed.
func (w *Workspace) PrepareRename(path string, offset int) (span Span, name string, err error) {
	_, found, err := w.renamed(path, offset)
	if err != nil {
		return Span{}, "", err
	}
	return found.span, found.symbol.name, nil
}

// renamed returns the files of the workspace and what stands at an offset of one, or an error if it cannot get another name.
func (w *Workspace) renamed(path string, offset int) ([]file, at, error) {
	f, ok := w.start(path)
	if !ok {
		return nil, at{}, fmt.Errorf("there is no file %q", path)
	}
	found, ok := w.find(f, offset)
	switch {
	case !ok:
		return nil, found, fmt.Errorf("there is no name here that is declared anywhere")
	case found.symbol == nil:
		return nil, found, fmt.Errorf("%q is a built-in type", found.builtin)
	case found.symbol.kind == Package:
		return nil, found, fmt.Errorf("packages and files cannot be renamed here")
	}
	files := w.all(f)
	for _, t := range w.family(files, found.thing) {
		if !slices.ContainsFunc(files, func(f file) bool { return f.path == t.file.path }) {
			return nil, found, fmt.Errorf("it is declared in %q, which does not belong to the workspace", t.file.path)
		}
	}
	return files, found, nil
}

// Rename returns the edits that give another name to what stands at an offset of a file, wherever the workspace names it.
// Nothing that is sent changes: a method, a field, a case, a variant or an error that gets another name also gets
// @wire("the old one"), unless it has a @wire already; a @wire that says what the new name says goes away. A name that is no
// identifier is written in quotes where that is possible. An error says why the name cannot be given.
func (w *Workspace) Rename(path string, offset int, name string) ([]Edit, error) {
	files, found, err := w.renamed(path, offset)
	if err != nil || name == found.symbol.name {
		return nil, err
	}
	text, err := written(found.symbol.kind, name)
	if err != nil {
		return nil, err
	}
	family := w.family(files, found.thing)
	for _, t := range family {
		if err := taken(t, name); err != nil {
			return nil, err
		}
	}
	var out []Edit
	for _, t := range family {
		out = append(out, keepWire(t, name)...)
	}
	for _, l := range w.references(files, found.thing, true) {
		e := Edit{l.Path, l.Span, text}
		if s := found.symbol; s.kind == Import && l.Span == s.span && !s.aliased {
			e.Span.Start, e.Text = e.Span.End, " as "+text
		}
		out = append(out, e)
	}
	return joined(out), nil
}

// joined returns edits in order of file and place, those that touch each other as one: not every editor agrees on which of
// two edits at one place comes first.
func joined(edits []Edit) []Edit {
	slices.SortStableFunc(edits, func(a, b Edit) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Span.Start, b.Span.Start), cmp.Compare(a.Span.End, b.Span.End))
	})
	var out []Edit
	for _, e := range edits {
		if n := len(out); n > 0 && out[n-1].Path == e.Path && out[n-1].Span.End == e.Span.Start {
			out[n-1].Span.End, out[n-1].Text = e.Span.End, out[n-1].Text+e.Text
			continue
		}
		out = append(out, e)
	}
	return out
}

// written returns name as source text, as a name for something of the kind.
func written(kind Kind, name string) (string, error) {
	if isIdent(name) {
		return name, nil
	}
	switch kind {
	case Method, Field, Case, Variant:
		if name == "" || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
			return "", fmt.Errorf("a name has at least one character and none that cannot be seen")
		}
		return strconv.Quote(name), nil
	default:
		return "", fmt.Errorf("%q is not a name: letters, digits and single dashes, and a letter first", name)
	}
}

// isIdent reports whether text is an identifier of the language.
func isIdent(text string) bool {
	tokens := syntax.Scan(text)
	return len(tokens) == 1 && tokens[0].Kind == syntax.IdentToken
}

// taken returns an error if something beside t has the name already.
func taken(t thing, name string) error {
	s := t.symbol
	var other *symbol
	switch {
	case s.kind == Import:
		other = t.file.byAlias[name]
	case s.parent != nil:
		other = s.parent.member(name)
	default:
		if _, builtin := builtinDocs[name]; builtin {
			return fmt.Errorf("%q is the name of a built-in type", name)
		}
		other = t.file.byName[name]
	}
	if other != nil {
		return fmt.Errorf("there is already %s %q", article(string(other.kind)), name)
	}
	return nil
}

// article returns a noun with "a" or "an" before it. No keyword starts with a u that sounds like one.
func article(noun string) string {
	if strings.ContainsRune("aeio", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

// keepWire returns the edits that make a member be sent as before when its name becomes another one.
func keepWire(t thing, name string) []Edit {
	s := t.symbol
	wire := s.wire()
	a := s.ann("wire")
	switch {
	case wire == "":
		return nil
	case a == nil:
		return []Edit{{t.file.path, Span{Start: s.head, End: s.head}, "@wire(" + strconv.Quote(wire) + ") "}}
	case wire == name:
		return []Edit{removeAnnotation(t.file, a)}
	default:
		return nil
	}
}

// removeAnnotation takes an annotation away, with the white space after it.
func removeAnnotation(f file, a *annotation) Edit {
	end := a.whole.End + len(f.src[a.whole.End:]) - len(strings.TrimLeft(f.src[a.whole.End:], " \t\r\n"))
	return Edit{f.path, Span{Start: a.whole.Start, End: end}, ""}
}

// wireOf returns the member whose name or annotations an offset is at, if it has a @wire that says something else than its
// name.
func (f file) wireOf(span Span) *symbol {
	var found *symbol
	f.each(func(s *symbol) {
		if s.ann("wire") == nil || s.wire() == s.name {
			return
		}
		spans := []Span{s.span}
		for _, a := range s.anns {
			spans = append(spans, a.whole)
		}
		if slices.ContainsFunc(spans, func(p Span) bool { return contains(p, span.Start) }) {
			found = s
		}
	})
	return found
}
