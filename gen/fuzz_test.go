package gen

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/ocapn-go/ocapn/idl"
)

// FuzzGenerate checks that there is code for every description that has no errors. (What does not parse as Go is an error of Generate.)
func FuzzGenerate(f *testing.F) {
	paths, err := filepath.Glob("../golden/*/*.ocapn")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, path := range paths {
		src, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	f.Fuzz(func(t *testing.T, src string) {
		loader := idl.Loader{ReadFile: func(name string) ([]byte, error) {
			if name != "dir/x.ocapn" {
				return nil, fs.ErrNotExist
			}
			return []byte(src), nil
		}}
		schema, errs := loader.Load("dir/x.ocapn")
		if len(errs) > 0 {
			return
		}
		files, err := Generate(schema, Options{})
		if err != nil || len(files) == 0 {
			t.Errorf("%d files, error %v", len(files), err)
		}
	})
}
