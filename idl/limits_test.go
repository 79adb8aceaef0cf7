package idl

import (
	"fmt"
	"strings"
	"testing"
)

// TestLimits checks that a file within the limit of its size cannot make a schema that fills the memory.
func TestLimits(t *testing.T) {
	var wide, deep, tagged, imported strings.Builder
	wide.WriteString("type a = tuple<" + strings.Repeat("int, ", 900) + "int>\nstruct s {\n")
	imported.WriteString("import \"wide.ocapn\"\nstruct s {\n")
	for i := range 1000 {
		fmt.Fprintf(&wide, "a%d: a\n", i)
		fmt.Fprintf(&imported, "a%d: wide.a\n", i)
		fmt.Fprintf(&deep, "interface x%d extends x%d { oneway m%d(a: int) }\n", i, i+1, i)
	}
	wide.WriteString("}\n")
	imported.WriteString("}\n")
	deep.WriteString("interface x1000 { oneway m(a: int) }\n")
	tagged.WriteString("type a = tuple<" + strings.Repeat("int, ", 998) + "int>\ntype b = tagged<\"b\", a>\n")
	tests := []struct {
		name, src string
		message   string
	}{
		{"aliases that are used often", wide.String(), "the aliases and the inherited methods"},
		{"imported aliases", imported.String(), "the aliases and the inherited methods"},
		{"a long line of extended interfaces", deep.String(), "the aliases and the inherited methods"},
		{"a tag too many", tagged.String(), "this type has more than 1000 parts"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"in.ocapn": tt.src, "wide.ocapn": "package wide\ntype a = tuple<" + strings.Repeat("int, ", 900) + "int>\n"}
			_, errs := memory(files).Load("in.ocapn")
			if len(errs) != 1 || errs[0].ID != "LIMIT" || !strings.Contains(errs[0].Message, tt.message) {
				t.Errorf("%d errors, the first of them %v, want one of the limit", len(errs), errs[:min(len(errs), 1)])
			}
		})
	}
}

// TestGuesses checks that the first unknown names of a file get hints, and that the others cost no time.
func TestGuesses(t *testing.T) {
	var b strings.Builder
	for i := range 300 {
		fmt.Fprintf(&b, "struct s%d { a: strng }\n", i)
	}
	_, errs := loadText(t, b.String())
	if len(errs) != 300 || errs[0].Hint == "" || errs[99].Hint == "" || errs[100].Hint != "" {
		t.Errorf("%d errors, or hints in the wrong places", len(errs))
	}
}
