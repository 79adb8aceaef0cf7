package golden

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl"
)

// loadCase loads in.ocapn of a folder by that name, so that no path outside of the case shows in a diagnostic.
func loadCase(dir string) (*idl.Schema, []idl.Error) {
	loader := idl.Loader{ReadFile: func(path string) ([]byte, error) {
		src, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(path)))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fs.ErrNotExist // the same words on every system
		}
		return src, err
	}}
	return loader.Load("in.ocapn")
}

func TestErrors(t *testing.T) {
	dirs, err := filepath.Glob("testdata/errors/*")
	if err != nil {
		t.Fatal(err)
	}
	if len(dirs) < 85 {
		t.Fatalf("only %d failing cases", len(dirs))
	}
	seen := map[string]bool{}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			schema, errs := loadCase(dir)
			if schema != nil || len(errs) == 0 {
				t.Fatal("no errors")
			}
			for _, e := range errs {
				seen[e.ID] = true
				checkPlace(t, dir, e)
			}
			var got bytes.Buffer
			if err := idl.PrintErrors(&got, errs, 10); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "stderr.txt")
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("diagnostics differ (-want +got); run with -update:\n%s", diff)
			}
		})
	}
	for _, id := range idl.IDs() {
		if !seen[id] {
			t.Errorf("no failing case reports %s", id)
		}
	}
}

// checkPlace checks that an error points into the file that it names.
func checkPlace(t *testing.T, dir string, e idl.Error) {
	t.Helper()
	if e.Line == 0 {
		return
	}
	src, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(e.File)))
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.Collect(bytes.Lines(src))
	if e.Line > len(lines)+1 || e.Col < 1 || e.EndCol <= e.Col || e.Col > len(e.Excerpt)+1 {
		t.Errorf("%v: place %d:%d-%d is outside of the file", e, e.Line, e.Col, e.EndCol)
	}
}
