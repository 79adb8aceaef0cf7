package captp

import (
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
)

// TestGivenArguments checks which arguments keep the memory in which they came: those that make up most of it.
func TestGivenArguments(t *testing.T) {
	deliver := func(n int) string {
		op := wire.Deliver{To: wire.Desc{Kind: wire.Export}, Args: wire.Body{Data: []byte("[" + strings.Repeat("1+", n/2) + "]")}}
		return string(wire.Modern.Append(nil, &op))
	}
	long, small := deliver(longBody), deliver(100)
	for name, test := range map[string]struct {
		message string
		given   []bool
	}{
		"short":                    {small, []bool{false}},
		"long":                     {long, []bool{true}},
		"long and short":           {long + small, []bool{true, false}},
		"long, and longer beside":  {deliver(10*longBody) + long, []bool{true, false}},
		"several of the same size": {long + long + long, []bool{true, true, true}},
	} {
		t.Run(name, func(t *testing.T) {
			b := new(batch)
			if err := b.decode([][]byte{[]byte(test.message)}, wire.Limits{}); err != nil {
				t.Fatal(err)
			}
			if len(b.ops) != len(test.given) {
				t.Fatalf("%d operations, want %d", len(b.ops), len(test.given))
			}
			for i, want := range test.given {
				if got := b.ops[i].(*wire.Deliver).Args.Own; got != want {
					t.Errorf("operation %d: given %t, want %t", i, got, want)
				}
			}
		})
	}
}
