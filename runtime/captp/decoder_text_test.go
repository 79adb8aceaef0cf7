package captp

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// TestTexts reads strings that are parts of one copy, and such that are not, and changes the bytes afterwards.
func TestTexts(t *testing.T) {
	long := strings.Repeat("long ", 50)
	tests := map[string]struct {
		texts  []string
		allocs float64
	}{
		"none":           {nil, 0},
		"one":            {[]string{"a"}, 0}, // of one byte, which the run-time system has
		"several":        {[]string{"ada", "bob", "", "carol", "dave", "ada"}, 2},
		"long, short":    {[]string{long, "ada", "bob", "carol"}, 2},
		"short, long":    {[]string{"ada", long, long}, 3},
		"empty at first": {[]string{"", "", "ada", "bob"}, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			data := []byte{syrup.ListStart}
			for i, text := range test.texts {
				if i%2 == 0 {
					data = syrup.AppendString(data, text)
				} else {
					data = syrup.AppendSymbol(data, syrup.Symbol(text))
				}
			}
			data = append(data, syrup.ListEnd)
			var d Decoder
			var got []string
			read := func(data []byte) {
				limits := DefaultLimits()
				d.reset(core.Body{Data: data}, limits.syrup(), limits.DecodedBytes)
				d.List()
				got = got[:0]
				for i := range test.texts {
					if i%2 == 0 {
						got = append(got, d.String())
					} else {
						got = append(got, string(d.Symbol()))
					}
				}
				if err := d.Close(); err != nil {
					t.Fatal(err)
				}
			}
			lent := append([]byte(nil), data...)
			read(lent)
			clear(lent)
			if diff := cmp.Diff(test.texts, append([]string(nil), got...)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if allocs := testing.AllocsPerRun(10, func() { read(data) }); allocs > test.allocs {
				t.Errorf("%v allocations, want %v", allocs, test.allocs)
			}
		})
	}
}
