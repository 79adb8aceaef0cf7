package gen

import (
	"fmt"
	"strings"
	"testing"
)

// TestSameGoType compares what is said about two types with the Go that they become.
func TestSameGoType(t *testing.T) {
	names := []string{
		"bool", "int", "i64", "uint", "u64", "i8", "u8", "u32", "bigint", "float64", "number", "string", "symbol", "bytes", "any", "target", "sturdyref",
		"error", "list<u8>", "list<int>", "map<int>", "tuple<int, i64>", "tuple<i64, int>", "promise<int>", "promise<i>", "promise<i | null>", "i",
		"e", "s", "u", "f", `tagged<"a", int>`, `tagged<"b", i64 | null>`, `tagged<"c", i>`, `tagged<"d", list<int>>`,
	}
	var text strings.Builder
	text.WriteString("package x go \"example.org/x\"\ninterface i {} enum e {} struct s {} union u {} callable f()\nstruct all {\n")
	for n, name := range names {
		fmt.Fprintf(&text, "a%d: %s\n", n, name)
		if name != "any" {
			fmt.Fprintf(&text, "b%d: %s | undefined\n", n, name)
		}
	}
	text.WriteString("}\n")
	schema := schemaOf(t, text.String())
	g := newGenerator(schema, Options{})
	fields := schema.Structs[1].Fields
	same := 0
	for _, a := range fields {
		for _, b := range fields {
			want := g.goType(a.Type).GoString() == g.goType(b.Type).GoString()
			if got := sameGoType(a.Type, b.Type); got != want {
				t.Errorf("%s and %s: the same Go type = %v, want %v", a.Name, b.Name, got, want)
			}
			if want {
				same++
			}
		}
	}
	if same <= len(fields) {
		t.Error("no two of the types have the same Go type")
	}
}
