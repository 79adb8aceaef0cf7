package captp

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// wide is a type whose values take up much more than the two octets in which one may come.
type wide struct{ Fields [40]Opt[string] }

func (w *wide) DecodeOCapN(d *Decoder) {
	d.Dict()
	for d.More() {
		d.Key()
		d.Skip()
	}
}

// TestBudgetCountsWhatItemsTakeUp sends many short items of a type that is large, as much of them as the budget allows, and one more.
func TestBudgetCountsWhatItemsTakeUp(t *testing.T) {
	const items = 100
	size := int(reflect.TypeFor[wide]().Size())
	for name, tt := range map[string]struct {
		wire   func(n int) string
		read   func(*Decoder)
		budget int
	}{
		"list": {
			func(n int) string { return "[" + strings.Repeat("{}", n) + "]" },
			func(d *Decoder) { DecodeList(d, Decode[wide]) }, items * size,
		},
		"struct": {
			func(n int) string {
				fields := []byte{'{'}
				for i := range n {
					fields = fmt.Appendf(fields, "3\"%03d{}", i)
				}
				return string(fields) + "}"
			},
			func(d *Decoder) { DecodeMap(d, Decode[wide]) }, items * (size + 3),
		},
	} {
		t.Run(name, func(t *testing.T) {
			for n, want := range map[int]bool{items: true, items + 1: false} {
				var d Decoder
				d.reset(core.Body{Data: []byte(tt.wire(n))}, syrup.Limits{}, tt.budget)
				if tt.read(&d); (d.Err() == nil) != want {
					t.Errorf("%d items: %v", n, d.Err())
				}
			}
		})
	}
}
