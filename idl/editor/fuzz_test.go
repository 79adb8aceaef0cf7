package editor

import (
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/ocapn-go/ocapn/idl/lint"
)

// FuzzAnswers asks everything at a place of any text, which must not fail, and checks that all places lie in the text.
func FuzzAnswers(f *testing.F) {
	files, err := filepath.Glob("../../golden/*/*.ocapn")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src), len(src)/2)
	}
	for _, src := range []string{
		wholeLanguage, "", "\ufeff", "interface", "interface i {", "interface i { m(", "interface i { m(x: list<", "@", "@go(", "/// a", "type t = t",
		"type a = list<b> type b = list<a> const c: a = [[x", "import \"a.ocapn\" type t = a.t", "interface a extends a { m() }", "const c: x = [[[",
		"callable c(\n@x(\nenum e { \"\" ", "union u { a { b { c", "error error raises raises", "closed closed", "\"\\", "callable c(x: a.\nb: c) raises\ninterface",
	} {
		f.Add(src, len(src))
	}
	f.Fuzz(func(t *testing.T, src string, offset int) {
		if len(src) > 4000 || !utf8.ValidString(src) {
			t.Skip()
		}
		offset = min(max(offset, 0), len(src))
		askAll(t, src, offset)
	})
}

// askAll asks every question about a place.
func askAll(t *testing.T, src string, offset int) {
	t.Helper()
	const path = "/a.ocapn"
	files := world{path: src, "/b.ocapn": "import \"a.ocapn\"\ninterface i extends a.i { m() }\ntype t = a.t\n"}
	w := New(files.sources())
	check := func(what string, spans ...Span) {
		for _, s := range spans {
			if s.Start < 0 || s.End < s.Start || s.End > len(src) {
				t.Errorf("%s: the span %v is not in a text of %d bytes", what, s, len(src))
			}
		}
	}
	if h, ok := w.Hover(path, offset); ok {
		check("hover", h.Span)
	}
	for _, l := range append(w.Definition(path, offset), w.References(path, offset, true)...) {
		if l.Path == path {
			check("references", l.Span)
		}
	}
	check("highlights", w.Highlights(path, offset)...)
	if span, _, err := w.PrepareRename(path, offset); err == nil {
		check("prepareRename", span)
		edits, err := w.Rename(path, offset, "renamed-thing")
		if err == nil {
			edited(t, files, edits)
		}
	}
	for _, c := range w.Completions(path, offset) {
		check("completions", c.Span)
	}
	last := 0
	for _, p := range w.Paint(path) {
		check("paint", p.Span)
		if p.Span.Start < last {
			t.Errorf("paint: %v comes after %d", p.Span, last)
		}
		last = p.Span.End
	}
	for _, f := range w.Folds(path) {
		check("folds", f.Span)
	}
	checkSymbols(check, w.Symbols(path))
	problems := CheckFile(w.sources, path, lint.IDs()).Problems
	for _, p := range problems {
		if p.Path == path {
			check("problems", p.Span)
		}
	}
	for _, a := range w.Actions(path, Span{Start: 0, End: len(src)}, problems) {
		edited(t, files, a.Edits)
	}
	edited(t, files, w.Format(path))
}

// checkSymbols checks that symbols lie within each other.
func checkSymbols(check func(string, ...Span), list []Symbol) {
	for _, s := range list {
		check("symbols", s.Whole, s.Span, Span{Start: s.Whole.Start, End: s.Span.Start}, Span{Start: s.Span.End, End: s.Whole.End})
		for _, c := range s.Children {
			check("symbols", Span{Start: s.Whole.Start, End: c.Whole.Start}, Span{Start: c.Whole.End, End: s.Whole.End})
		}
		checkSymbols(check, s.Children)
	}
}
