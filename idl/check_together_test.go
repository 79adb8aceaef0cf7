package idl

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheckTogether(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		one   bool // the code of all files goes to one folder
		want  []string
	}{
		{"apart", map[string]string{"a/x.ocapn": "interface i {}", "b/y.ocapn": "interface i {}"}, false, nil},
		{"no name in common", map[string]string{"a/x.ocapn": "package p interface i {}", "a/y.ocapn": "package p interface j {}"}, false, nil},
		{
			"one name",
			map[string]string{"a/x.ocapn": "package p interface i {}", "a/y.ocapn": "package p\nstruct I {}"},
			false,
			[]string{`a/y.ocapn:2:8: interface "i" of "x.ocapn" and struct "I" both become the Go name I, I`},
		},
		{
			"an added name",
			map[string]string{"a/x.ocapn": "package p struct s { i: i } interface i {}", "a/y.ocapn": "package p\n@go(SE) enum view {}"},
			false,
			[]string{`a/y.ocapn:2:14: the eventual view of struct "s" of "x.ocapn" and enum "view" both become the Go name SE, view`},
		},
		{
			"a member",
			map[string]string{"a/x.ocapn": "package p enum ack { ok }", "a/y.ocapn": "package p\nstruct ack-ok {}"},
			false,
			[]string{`a/y.ocapn:2:8: case "ok" of enum "ack" of "x.ocapn" and struct "ack-ok" both become the Go name AckOK, ack-ok`},
		},
		{
			"no references", map[string]string{"a/x.ocapn": "package p struct s { i: int }", "a/y.ocapn": "package p\n@go(SE) enum view {}"}, false, nil,
		},
		{
			"no path to a reference",
			map[string]string{
				"a/x.ocapn": "package p struct s { i: any } union u { a } @keep struct k {}",
				"a/y.ocapn": "package p\n@go(SE) enum view {}\n@go(UE) enum other {}\n@go(KE) enum third {}",
			},
			false,
			nil,
		},
		{
			"packages",
			map[string]string{"a/x.ocapn": "package p", "a/y.ocapn": "package q"},
			false,
			[]string{`a/y.ocapn: this file is in Go package q, and "x.ocapn" in the same folder in p`},
		},
		{
			"one folder for all",
			map[string]string{"a/x.ocapn": "package p", "b/y.ocapn": "package q"},
			true,
			[]string{`b/y.ocapn: this file is in Go package q, and "x.ocapn" in the same folder in p`},
		},
		{"one file twice", map[string]string{"a/x.ocapn": "package p struct s {}", "b/x.ocapn": "package p struct s {}"}, true, nil},
		{
			"a circle of packages",
			map[string]string{
				"a/x.ocapn": "package a go \"m/a\"\nimport \"../b/x.ocapn\" as b\nstruct s { b: b.s }", "a/y.ocapn": "package a go \"m/a\"\nstruct u {}",
				"b/x.ocapn": "package b go \"m/b\"\nstruct s {}", "b/y.ocapn": "package b go \"m/b\"\nimport \"../a/y.ocapn\" as a\nstruct t { a: a.u }",
			},
			false,
			[]string{`a/x.ocapn:2:26: the Go packages m/a and m/b import each other, b`, `b/y.ocapn:2:26: the Go packages m/b and m/a import each other, a`},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			loader := memory(tt.files)
			var schemas []*Schema
			for _, path := range []string{"a/x.ocapn", "a/y.ocapn", "b/x.ocapn", "b/y.ocapn"} {
				if tt.files[path] == "" {
					continue
				}
				schema, errs := loader.Load(path)
				if len(errs) > 0 {
					t.Fatal(errs)
				}
				schemas = append(schemas, schema)
			}
			folder := func(*Schema) string { return "." }
			if !tt.one {
				folder = nil
			}
			var got []string
			for _, e := range loader.CheckTogether(schemas, folder) {
				text := e.Error()
				if e.Line > 0 {
					text += ", " + e.Excerpt[e.Col-1:e.EndCol-1]
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLongTexts checks that no text of a diagnostic grows with the words of the file.
func TestLongTexts(t *testing.T) {
	long := strings.Repeat("x", 900_000)
	for _, src := range []string{
		"%s", "struct s { a: %s }", "struct s { a \"%s\" }", "interface %s {", "interface i { m() raises %s (", "enum %[1]s {} enum %[1]s {}", "struct s { a: int = '%s }",
		"import \"%s\"", "import \"%s.ocapn\"", "package %s go \"a b\"", "interface i extends %s {}", "enum e { \"%[1]s\", \"%[1]s\" }", "@%s struct s {}", "struct s { a: list<%s.t> }",
		"import \"other.ocapn\" as %[1]s import \"other.ocapn\" as %[1]s", "interface i { m(%s: %s }", "interface i { @go(_%s) m() }", "error %s { a: int", "const c: e = %s enum e {}",
	} {
		_, errs := loadText(t, strings.Split(fmt.Sprintf(src, long), "%!")[0])
		if len(errs) == 0 {
			t.Errorf("%s is accepted", src)
		}
		for _, e := range errs {
			if n := len(e.Message) + len(e.Hint) + len(e.Note); n > 1000 {
				t.Errorf("%s: a diagnostic of %d bytes: %.100s", src, n, e.Message)
			}
		}
	}
}

func TestNameOfTheGoPackage(t *testing.T) {
	loader := memory(map[string]string{"in.ocapn": `package p go "example.org/p"`, "a b/in.ocapn": "package p struct s {}", "go.mod": "module example.org/m\n"})
	if schema, errs := loader.Load("a b/in.ocapn"); len(errs) > 0 || schema.GoImport != "" {
		t.Errorf("in a folder that Go cannot import: %v, %v", schema, errs)
	}
	loader.GoPackage = "bad name"
	_, errs := loader.Load("in.ocapn")
	if len(errs) != 1 || errs[0].ID != "BAD_GO_PACKAGE" || errs[0].Line != 0 || !strings.Contains(errs[0].Note, "-package") {
		t.Errorf("the package clause is blamed: %v", errs)
	}
}
