package breaking

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/idl"
)

// typesOf returns the types of the parameters of a method with these.
func typesOf(t *testing.T, params string) []*idl.Param {
	t.Helper()
	src := "enum open { a }\nclosed enum shut { a }\nstruct s { a: int }\ninterface i { m(" + params + ") }\ncallable c()\n"
	loader := idl.Loader{ReadFile: func(string) ([]byte, error) { return []byte(src), nil }}
	schema, errs := loader.Load("in.ocapn")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return schema.Interfaces[0].Methods[0].Params
}

func TestRelate(t *testing.T) {
	tests := []struct {
		old, now          string
		forward, backward level
	}{
		{"int", "int", allValues, allValues},
		{"int", "i64", allValues, allValues},
		{"u8", "i16", allValues, someValues},
		{"u8", "i8", someValues, someValues},
		{"u64", "int", someValues, someValues},
		{"int", "bigint", allValues, someValues},
		{"bigint", "number", allValues, someValues},
		{"int", "number", allValues, someValues},
		{"float64", "number", allValues, someValues},
		{"int", "float64", noValues, noValues},
		{"int", "string", noValues, noValues},
		{"string", "symbol", noValues, noValues},
		{"string", "any", allValues, someValues},
		{"string", "string | null", allValues, someValues},
		{"string | undefined", "string | null", someValues, someValues},
		{"bool", "bool | null", allValues, someValues},
		{"any", "string | null", someValues, allValues},
		{"open", "symbol", allValues, allValues},
		{"open", "string", noValues, allValues},
		{"shut", "symbol", allValues, someValues},
		{"open", "int", noValues, noValues},
		{"open", "shut", someValues, allValues},
		{"s", "map<int>", someValues, someValues},
		{"s", "list<int>", noValues, noValues},
		{"list<u8>", "list<int>", allValues, someValues},
		{"list<string>", "tuple<string, string>", someValues, allValues},
		{"tuple<string>", "tuple<string, string>", noValues, allValues},
		{"string", "promise<string>", allValues, someValues},
		{"promise<string>", "promise<string | null>", allValues, someValues},
		{"promise<i>", "i", allValues, allValues},
		{"i", "target", allValues, someValues},
		{"c", "i", noValues, noValues},
		{"i", "sturdyref", noValues, noValues},
		{"tagged<\"a\", int>", "tagged<\"a\", number>", allValues, someValues},
		{"tagged<\"a\", int>", "tagged<\"b\", int>", noValues, noValues},
		{"@max(9) string", "string", allValues, someValues},
		{"@max(9) string", "@max(5) string", someValues, allValues},
		{"@lenient int", "int", someValues, allValues},
		{"@lenient int", "float64", someValues, someValues},
		{"@lenient float64", "number", allValues, allValues},
	}
	for _, tt := range tests {
		t.Run(tt.old+" to "+tt.now, func(t *testing.T) {
			params := typesOf(t, param("x", tt.old)+", "+param("y", tt.now))
			c := &comparer{related: &relations{levels: map[[2]idl.Decl][2]level{}}}
			for _, turned := range []bool{false, true} {
				old, now, wantForward, wantBackward := params[0].Type, params[1].Type, tt.forward, tt.backward
				if turned {
					old, now, wantForward, wantBackward = now, old, wantBackward, wantForward
				}
				if forward, backward := c.relate(old, now); forward != wantForward || backward != wantBackward {
					t.Errorf("turned %t: forward %d, backward %d, want %d and %d", turned, forward, backward, wantForward, wantBackward)
				}
			}
		})
	}
}

// param returns a parameter of a type, which may have an annotation before it.
func param(name, typ string) string {
	for i := range typ {
		if typ[0] == '@' && typ[i] == ' ' {
			return typ[:i] + " " + name + ": " + typ[i+1:]
		}
	}
	return name + ": " + typ
}

// Declarations that stand in for others are compared once, however often they are used; what is made of itself is compared to an end.
func TestRelateLongChains(t *testing.T) {
	version := func(used string) *Version {
		var b strings.Builder
		for _, name := range []string{"a", "b"} {
			for i := range 60 {
				fmt.Fprintf(&b, "struct %s%d { x: %s%d, y: %s%d, z: list<%s0> }\n", name, i, name, i+1, name, i+1, name)
			}
		}
		b.WriteString("struct a60 { n: int }\nstruct b60 { n: u8 }\ninterface album { add(x: " + used + ") }\n")
		loader := &idl.Loader{ReadFile: func(string) ([]byte, error) { return []byte(b.String()), nil }}
		v := new(Version)
		if errs := v.Add(loader, "in.ocapn"); len(errs) > 0 {
			t.Fatal(errs)
		}
		return v
	}
	for _, tt := range []struct{ was, is, want string }{{"a0", "b0", "PARAM_NARROWED"}, {"b0", "a0", "PARAM_WIDENED"}} {
		changes := Compare(version(tt.was), version(tt.is))
		if !slices.ContainsFunc(changes, func(c Change) bool { return c.Rule.ID == tt.want }) {
			t.Errorf("%s to %s: %v, want %s", tt.was, tt.is, changes, tt.want)
		}
	}
}
