package idl

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl/internal/pages"
)

// reported matches the ID of a diagnostic where the code reports it.
var reported = regexp.MustCompile(`(?:ID: |e\.ID, [^=]*= |c\.report\([^"]*)"([A-Z_]+)"`)

func TestEveryDiagnosticHasAPage(t *testing.T) {
	used := map[string]bool{}
	for _, pattern := range []string{"*.go", "internal/syntax/*.go"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			src, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range reported.FindAllStringSubmatch(string(src), -1) {
				used[m[1]] = true
			}
		}
	}
	got := make([]string, 0, len(used))
	for id := range used {
		got = append(got, id)
	}
	slices.Sort(got)
	if diff := cmp.Diff(IDs(), got); diff != "" {
		t.Errorf("pages and reported diagnostics differ (-pages +code):\n%s", diff)
	}
}

func TestExamplesOfPages(t *testing.T) {
	for _, id := range IDs() {
		page, ok := Explain(id)
		if !ok || strings.HasPrefix(page, "wrong:") {
			t.Errorf("Explain(%q) has no text", id)
		}
		if src, ok := pages.Example(page, "wrong"); ok {
			_, errs := loadText(t, src)
			if !slices.ContainsFunc(errs, func(e Error) bool { return e.ID == id }) {
				t.Errorf("%s: the wrong example reports %v", id, errs)
			}
		}
		if src, ok := pages.Example(page, "right"); ok {
			if _, errs := loadText(t, src); len(errs) > 0 {
				t.Errorf("%s: the right example reports %v", id, errs)
			}
		}
	}
	if page, ok := Explain("NO_SUCH"); ok {
		t.Errorf("Explain of an unknown ID = %q", page)
	}
}
