package lint_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/idl/lint"
)

// FuzzCheck looks at any description with all rules: every finding is that of a rule, at a place in the file.
func FuzzCheck(f *testing.F) {
	paths, err := filepath.Glob("testdata/*/*.ocapn")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		src, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	f.Fuzz(func(t *testing.T, src string) {
		_, findings, errs := lint.Check(text(src), "in.ocapn", lint.IDs())
		if len(errs) > 0 && len(findings) > 0 {
			t.Error("both errors and findings")
		}
		lines := strings.Count(src, "\n") + 1
		for _, found := range findings {
			if !slices.Contains(lint.IDs(), found.ID) || found.Line < 1 || found.Line > lines || found.EndCol <= found.Col || found.Message == "" {
				t.Errorf("finding %+v", found)
			}
		}
	})
}
