package editor

import (
	"fmt"
	"strings"
	"testing"
)

// large returns a source with 200 interfaces of ten methods each, and as many enums and structs.
func large() string {
	var b strings.Builder
	b.WriteString("package large go \"example.org/large\"\n\n")
	for i := range 200 {
		fmt.Fprintf(&b, "enum kind-%d { OK, NOT-YET, FAILED }\n", i)
		fmt.Fprintf(&b, "struct record-%d {\n  id: int\n  name?: string\n  data: bytes\n}\n", i)
		fmt.Fprintf(&b, "\n/// Thing %d does things.\ninterface thing-%d {\n", i, i)
		for j := range 10 {
			fmt.Fprintf(&b, "  /// Does %d.\n", j)
			fmt.Fprintf(&b, "  do-%d(who: thing-%d, @max(64) what: list<record-%d>, how: kind-%d = OK) -> kind-%d\n", j, (i+1)%200, i, i, i)
		}
		b.WriteString("}\n\n")
	}
	return b.String()
}

// BenchmarkAnswers asks about a place in the middle of a file of 2,000 methods right after a change, so that nothing of
// the file is known.
func BenchmarkAnswers(b *testing.B) {
	text := large()
	const path = "/large.ocapn"
	at := strings.Index(text, "thing-101,") + 3
	for name, ask := range map[string]func(w *Workspace){
		"Hover":       func(w *Workspace) { w.Hover(path, at) },
		"Definition":  func(w *Workspace) { w.Definition(path, at) },
		"References":  func(w *Workspace) { w.References(path, at, true) },
		"Rename":      func(w *Workspace) { _, _ = w.Rename(path, at, "other") },
		"Completions": func(w *Workspace) { w.Completions(path, at) },
		"Symbols":     func(w *Workspace) { w.Symbols(path) },
		"Paint":       func(w *Workspace) { w.Paint(path) },
		"Folds":       func(w *Workspace) { w.Folds(path) },
		"Format":      func(w *Workspace) { w.Format(path) },
		"CheckFile":   func(w *Workspace) { CheckFile(w.sources, path, nil) },
	} {
		b.Run(name, func(b *testing.B) {
			files := world{path: text}
			w := New(files.sources())
			for b.Loop() {
				files[path] += " "
				ask(w)
			}
		})
	}
}
