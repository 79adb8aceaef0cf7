package idl

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// docText returns the package documentation.
func docText(t *testing.T) string {
	t.Helper()
	src, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(src), "\r\n", "\n")
}

func TestDocHasTheGrammar(t *testing.T) {
	_, rest, _ := strings.Cut(docText(t), "//\tFile = ")
	block, _, _ := strings.Cut(rest, "\n//\n")
	got := "File = " + strings.ReplaceAll(block, "\n//\t", "\n") + "\n"
	if diff := cmp.Diff(syntax.Grammar(), got); diff != "" {
		t.Errorf("doc.go has another grammar than the parser (-parser +doc.go):\n%s", diff)
	}
}

func TestDocExampleLoads(t *testing.T) {
	_, rest, _ := strings.Cut(docText(t), "//\t/// A room where people talk.\n")
	var b strings.Builder
	for line := range strings.Lines(rest) {
		if line == "// # Grammar\n" {
			break
		}
		b.WriteString(strings.TrimPrefix(strings.TrimPrefix(line, "//"), "\t"))
	}
	schema, errs := loadText(t, b.String())
	if len(errs) > 0 {
		t.Fatalf("the example of the package documentation: %v", errs)
	}
	if got := len(schema.Decls); got != 6 {
		t.Errorf("%d declarations, want 6", got)
	}
	formatted, errs := Format("in.ocapn", []byte(b.String()))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if diff := cmp.Diff(strings.TrimSpace(b.String()), strings.TrimSpace(string(formatted))); diff != "" {
		t.Errorf("the example is not formatted (-doc +formatted):\n%s", diff)
	}
}
