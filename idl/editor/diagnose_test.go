package editor

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ocapn-go/ocapn/idl/lint"
)

// problemLines returns problems as lines: place, text that is marked, ID.
func problemLines(files world, check Check) []string {
	w := New(files.sources())
	out := []string{}
	for _, p := range check.Problems {
		out = append(out, fmt.Sprintf("%s %s", show2(w, p.Path, p.Span), p.ID))
	}
	return out
}

// show2 returns one place as show does.
func show2(w *Workspace, path string, span Span) string {
	w.forget("/")
	return show(w, []Location{{path, span}})[0]
}

func TestCheckFile(t *testing.T) {
	for _, test := range []struct {
		name  string
		files world
		want  []string
		reads []string
	}{
		{
			"nothing wrong", one("package a go \"example.org/a\"\n"), []string{}, []string{"/a.ocapn", "/go.mod"},
		},
		{
			"several problems", one("package a go \"example.org/a\"\nstruct é { x: strng }\ntype t = wht\r\ninterface i { m(x: int -> int }\n"),
			[]string{"a.ocapn:2:8 é BAD_CHARACTER", "a.ocapn:3:10 wht UNKNOWN_TYPE", "a.ocapn:4:24 -> SYNTAX"},
			[]string{"/a.ocapn", "/go.mod"},
		},
		{
			"problems of an imported file",
			world{
				"/a.ocapn":     "package a go \"example.org/a\"\nimport \"sub/b.ocapn\"\ntype t = b.x\n",
				"/sub/b.ocapn": "package b go \"example.org/b\"\ntype x = nothing\n",
			},
			[]string{"sub/b.ocapn:2:10 nothing UNKNOWN_TYPE"},
			[]string{"/a.ocapn", "/go.mod", "/sub/b.ocapn", "/sub/go.mod"},
		},
		{
			"behind a byte order mark", one("\ufeffpackage a go \"example.org/a\" type t = wht\n"),
			[]string{"a.ocapn:1:39 wht UNKNOWN_TYPE"},
			[]string{"/a.ocapn", "/go.mod"},
		},
		{
			"missing import", one("package a go \"example.org/a\"\nimport \"b.ocapn\"\n"),
			[]string{"a.ocapn:2:8 \"b.ocapn\" IMPORT_NOT_FOUND"},
			[]string{"/a.ocapn", "/b.ocapn", "/go.mod"},
		},
		{
			"end of the file", one("package a go \"example.org/a\"\ninterface i {"), []string{"a.ocapn:2:13 { SYNTAX"}, []string{"/a.ocapn", "/go.mod"},
		},
		{
			"a name that another file of the Go package has",
			world{
				"/a.ocapn": "package a go \"example.org/a\"\ninterface i {}\nstruct mine {}\n", "/b.ocapn": "package a go \"example.org/a\"\nstruct i {}\nstruct twice {}\n",
				"/broken.ocapn": "package a go \"example.org/a\"\nstruct mine {\n", "/c.ocapn": "package a go \"example.org/a\"\nstruct twice {}\n",
				"/other.ocapn": "package other go \"example.org/other\"\nstruct mine {}\n", "/sub/d.ocapn": "package a go \"example.org/a\"\nstruct mine {}\n",
			},
			[]string{"a.ocapn:2:11 i GO_NAME_COLLISION", "a.ocapn:2:11 i DOC_MISSING", "a.ocapn:3:8 mine DOC_MISSING"},
			[]string{"/a.ocapn", "/b.ocapn", "/broken.ocapn", "/c.ocapn", "/go.mod", "/other.ocapn"},
		},
		{"missing file", world{}, []string{}, []string{"/a.ocapn"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			check := CheckFile(test.files.sources(), "/a.ocapn", lint.IDs())
			if diff := cmp.Diff(test.want, problemLines(test.files, check)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.reads, check.Files); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}
