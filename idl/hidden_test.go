package idl

import (
	"strings"
	"testing"
)

// TestHiddenCharacters checks that no name that is sent holds what nobody sees.
func TestHiddenCharacters(t *testing.T) {
	for _, hidden := range []string{`\n`, `\r`, `\t`, `\u0000`, `\u2028`, `\u202e`, `\ufeff`, `\u0085`, "\u2066"} {
		for _, place := range []string{
			`enum e { @wire("NAME") @go(EA) a }`, `enum e { @go(EA) "NAME" }`, `struct s { @wire("NAME") a: int }`, `union u { @wire("NAME") a }`,
			`interface i { @wire("NAME") a() }`, `@wire("NAME") error e`, `struct s { a: tagged<"NAME", int> }`,
		} {
			_, errs := loadText(t, strings.ReplaceAll(place, "NAME", "a"+hidden+"b"))
			if len(errs) == 0 || errs[0].ID != "BAD_NAME" {
				t.Errorf("%s with %s: %v", place, hidden, errs)
			}
		}
	}
}
