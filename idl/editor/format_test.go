package editor

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ocapn-go/ocapn/idl"
)

func TestFormat(t *testing.T) {
	var long strings.Builder
	long.WriteString("package a\n")
	for i := range 300 {
		fmt.Fprintf(&long, "interface i%d {\nm()\n}\n", i)
	}
	for _, test := range []struct {
		name, text string
		edits      int
	}{
		{"in the layout", "package a\n\ninterface i {\n  m()\n}\n", 0},
		{"one line", "package a\n\ninterface i {\n    m()\n}\n", 1},
		{"two places", "package a\ninterface i {\n  m()\n    n()\n  o()\n}\n", 2},
		{"no line end", "enum e {A}", 1},
		{"windows", "enum e {\r\n  A\r\n}\r\n", 1},
		{"many", long.String(), 600},
		{"broken", "interface i {\n", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := one(test.text)
			w := New(files.sources())
			edits := w.Format("/a.ocapn")
			if len(edits) != test.edits {
				t.Errorf("%d edits, want %d", len(edits), test.edits)
			}
			want, errs := idl.Format("/a.ocapn", []byte(test.text))
			if len(errs) > 0 || len(edits) == 0 {
				return
			}
			if diff := cmp.Diff(string(want), edited(t, files, edits)["/a.ocapn"]); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFormatRange(t *testing.T) {
	const text = "interface i {\n    m()\n  n()\n    o()\n}\n"
	w := New(one(text).sources())
	at := strings.Index(text, "o()")
	edits := w.FormatRange("/a.ocapn", Span{Start: at, End: at})
	want := []Edit{{"/a.ocapn", Span{Start: at - 4, End: at + 4}, "  o()\n"}}
	if diff := cmp.Diff(want, edits); diff != "" {
		t.Errorf("edits (-want +got):\n%s", diff)
	}
}
