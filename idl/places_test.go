package idl

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// marked returns the text that each error marks, after its line.
func marked(t *testing.T, errs []Error) []string {
	t.Helper()
	out := make([]string, len(errs))
	for i, e := range errs {
		if e.Col < 1 || e.EndCol <= e.Col || e.EndCol > len(e.Excerpt)+1 {
			t.Errorf("%v marks %d to %d of %q", e, e.Col, e.EndCol, e.Excerpt)
			continue
		}
		out[i] = e.Excerpt[e.Col-1 : e.EndCol-1]
	}
	return out
}

// TestPlaces checks that errors mark the right part of a line, whatever stands before it.
func TestPlaces(t *testing.T) {
	tests := []struct {
		name, src string
		want      []string
	}{
		{"tabs", "struct s {\n\t\ta:\tstrng,\tb:\t\tlist<\tint\t>,\tc: nit\n}\n", []string{"strng", "nit"}},
		{"other letters", "struct s { @example(\"Grüße, 世界 🌍\") \"größe\": strng, \"größe\": int }\n", []string{"strng", `"größe"`}},
		{"letters that are not allowed", "struct größe { a: int }\n", []string{"ö"}},
		{"combined letters", "enum e { \"e\u0301\" @wire(\"e\u0301\") b } // e\u0301\nunion u { /* \u0301 */ a(x) }\n", []string{"b", "x"}},
		{"the end of a line", "/// Größe\nstruct s { a: string = \"größe\n}\n", []string{`"größe`}},
		{"comments", "/* 世界\n世界 */ struct s { a: /* é */ strng } // 世界\n", []string{"strng"}},
	}
	for _, tt := range tests {
		for style, src := range map[string]string{
			"": tt.src, "CRLF": strings.ReplaceAll(tt.src, "\n", "\r\n"), "byte order mark": "\ufeff" + tt.src,
			"no end": strings.TrimSuffix(tt.src, "\n"),
		} {
			t.Run(tt.name+" "+style, func(t *testing.T) {
				_, errs := loadText(t, src)
				if diff := cmp.Diff(tt.want, marked(t, errs)); diff != "" {
					t.Errorf("marked in %q (-want +got):\n%s\n%v", src, diff, errs)
				}
			})
		}
	}
}

// TestLineEndings checks that a file as Windows writes it gets the same diagnostics, at the same places, and the same schema.
func TestLineEndings(t *testing.T) {
	paths, err := filepath.Glob("../golden/testdata/errors/*/in.ocapn")
	if err != nil || len(paths) == 0 {
		t.Fatal(err, len(paths))
	}
	good, err := filepath.Glob("../golden/*/*.ocapn")
	if err != nil || len(good) == 0 {
		t.Fatal(err, len(good))
	}
	for _, path := range append(paths, good...) {
		if strings.HasSuffix(filepath.Dir(path), "bad_encoding") {
			continue // the mark makes no difference to what is not text
		}
		loader := func(change func(src string) string) *Loader {
			return &Loader{ReadFile: func(name string) ([]byte, error) {
				src, err := os.ReadFile(name)
				if err == nil && strings.HasSuffix(name, ".ocapn") {
					src = []byte(change(string(src)))
				}
				return src, err
			}}
		}
		want, wantErrs := loader(func(src string) string { return src }).Load(path)
		got, gotErrs := loader(func(src string) string { return "\ufeff" + strings.ReplaceAll(src, "\n", "\r\n") }).Load(path)
		if diff := cmp.Diff(wantErrs, gotErrs); diff != "" {
			t.Errorf("%s: errors (-LF +CRLF):\n%s", path, diff)
		}
		if diff := cmp.Diff(schemaText(t, want), schemaText(t, got)); diff != "" {
			t.Errorf("%s: schema (-LF +CRLF):\n%s", path, diff)
		}
	}
}
