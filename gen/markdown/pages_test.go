package markdown_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/gen/markdown"
	"github.com/ocapn-go/ocapn/idl"
)

var update = flag.Bool("update", false, "write the golden files")

// load returns the schema of a file.
func load(tb testing.TB, path string) *idl.Schema {
	tb.Helper()
	schema, errs := idl.Load(path)
	if len(errs) > 0 {
		var text bytes.Buffer
		if err := idl.PrintErrors(&text, errs, 10); err != nil {
			tb.Fatal(err)
		}
		tb.Fatalf("%s", text.String())
	}
	return schema
}

func TestGolden(t *testing.T) {
	var schemas []*idl.Schema
	for _, path := range []string{"testdata/everything.ocapn", "testdata/hostile.ocapn", "testdata/parts/parts.ocapn"} {
		schemas = append(schemas, load(t, path))
	}
	for _, page := range markdown.Pages(schemas, nil) {
		t.Run(page.Path, func(t *testing.T) {
			if *update {
				if err := os.WriteFile(filepath.FromSlash(page.Path), page.Content, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(filepath.FromSlash(page.Path))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(page.Content)); diff != "" {
				t.Errorf("page (-want +got); run with -update:\n%s", diff)
			}
		})
	}
}
