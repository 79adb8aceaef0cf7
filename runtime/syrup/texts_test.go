package syrup_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// TestTexts reads texts that share a copy, and such that do not, and overwrites the input afterwards.
func TestTexts(t *testing.T) {
	long := strings.Repeat("long ", 20)
	tests := map[string]struct {
		texts  []string // the even ones are strings, the odd ones symbols
		gap    int      // octets of a byte array behind each of them
		allocs float64
	}{
		"none":                {nil, 0, 0},
		"one":                 {[]string{"alone"}, 0, 1},
		"one of one octet":    {[]string{"a"}, 0, 0}, // which the run-time system has
		"several":             {[]string{"ada", "bob", "", "carol", "dave", "ada"}, 0, 1},
		"long, short":         {[]string{long, "ada", "bob", "carol"}, 0, 2},
		"short, long":         {[]string{"ada", long, long}, 0, 3},
		"empty at first":      {[]string{"", "", "ada", "bob"}, 0, 1},
		"more than one copy":  {strings.Split(strings.Repeat("twelve bytes/", 10), "/")[:10], 0, 4},
		"not close":           {[]string{"ada", "bob", "carol", "dave"}, 100, 4},
		"not ASCII, cut":      {[]string{"a", "€€€€€€", "€€€€€€", "€€€€€€", "€€€€€€"}, 0, 2},
		"close, then far off": {[]string{"ada", "bob", long + long, "carol"}, 0, 4},
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
				if test.gap > 0 {
					data = syrup.AppendBytes(data, make([]byte, test.gap))
				}
			}
			data = append(data, syrup.ListEnd)
			var d syrup.Decoder
			got := make([]string, len(test.texts))
			read := func(data []byte) {
				d.Reset(data, syrup.Options{})
				d.List()
				for i := range test.texts {
					if i%2 == 0 {
						got[i] = d.String()
					} else {
						got[i] = string(d.Symbol())
					}
					if test.gap > 0 {
						d.RawBytes()
					}
				}
				d.End()
				if err := d.Finish(); err != nil {
					t.Fatal(err)
				}
			}
			lent := append([]byte(nil), data...)
			read(lent)
			clear(lent)
			if diff := cmp.Diff(append([]string{}, test.texts...), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if allocs := testing.AllocsPerRun(10, func() { read(data) }); allocs > test.allocs {
				t.Errorf("%v allocations, want %v at the most", allocs, test.allocs)
			}
		})
	}
}

// TestTextsRepeat reads a list of structs, each with a text and then a list of texts: the guess that others are close by is wrong once.
func TestTextsRepeat(t *testing.T) {
	const n = 100
	wire := appendList(nil, files(n), (*file).appendDict)
	var d syrup.Decoder
	allocs := testing.AllocsPerRun(10, func() {
		d.Reset(wire, syrup.Options{})
		for d.List(); d.More(); {
			for d.Dict(); d.More(); {
				switch string(d.StringBytes()) {
				case "name":
					_ = d.String()
				case "tags":
					for d.List(); d.More(); {
						_ = d.String()
					}
				default:
					d.Skip()
				}
			}
		}
		if err := d.Finish(); err != nil {
			t.Fatal(err)
		}
	})
	if allocs > n+5 {
		t.Errorf("%v allocations for %d structs", allocs, n)
	}
}

// TestTextsAreCopiedLittle reads random texts and byte arrays: however wrong the guesses, what is allocated is in proportion to the input.
func TestTextsAreCopiedLittle(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, longest := range []int{2, 20, 40, 70} {
		data := []byte{syrup.ListStart}
		var want []string
		for len(data) < 200_000 {
			if rng.IntN(2) == 0 {
				data = syrup.AppendBytes(data, make([]byte, rng.IntN(longest)))
				continue
			}
			want = append(want, fmt.Sprintf("%0*d", rng.IntN(longest), 0))
			data = syrup.AppendString(data, want[len(want)-1])
		}
		data = append(data, syrup.ListEnd)
		got := make([]string, 0, len(want))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var d syrup.Decoder
		d.Reset(data, syrup.Options{})
		for d.List(); d.More(); {
			if d.Kind() == syrup.Bytes {
				d.Skip()
				continue
			}
			got = append(got, d.String())
		}
		runtime.ReadMemStats(&after)
		if err := d.Finish(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
		const block = 16 // what the smallest text may take up
		if n := after.TotalAlloc - before.TotalAlloc; n > uint64(3*len(data)+block*len(want)) {
			t.Errorf("%d bytes allocated for %d of input with %d texts", n, len(data), len(want))
		}
	}
}

// TestTextsKeepLittle keeps one short text of each of many inputs: none of them holds on to more than one shared copy.
func TestTextsKeepLittle(t *testing.T) {
	const n, shared = 20_000, 64
	data := []byte{syrup.ListStart}
	for range 500 {
		data = syrup.AppendString(data, "twelve bytes")
	}
	data = append(data, syrup.ListEnd)
	kept := make([]string, n)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range kept {
		var d syrup.Decoder
		d.Reset(data, syrup.Options{})
		d.List()
		for range 3 + i%7 {
			kept[i] = d.String()
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if held := int64(after.HeapAlloc) - int64(before.HeapAlloc); held > n*shared+64<<10 {
		t.Errorf("%d texts hold on to %d bytes", n, held)
	}
	runtime.KeepAlive(kept)
}
