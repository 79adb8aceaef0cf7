package syrup_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// pump repeats what opens and what closes around a core, so that about so many octets come of it: a long row, a deep nest, or both.
func pump(open, core, closing []byte, size int) []byte {
	n := max(1, (size-len(core))/max(1, len(open)+len(closing)))
	wire := append(bytes.Repeat(open, n), core...)
	return append(wire, bytes.Repeat(closing, n)...)
}

// FuzzPumped lets a small input become a large one by repetition, and wants no reader to take more than its length is worth: neither
// memory, for which there is a factor, nor time, which must not grow faster than the length and a logarithm or two.
func FuzzPumped(f *testing.F) {
	for _, seed := range [][3]string{
		{"", "[[]", "[t]"},
		{"[", "", "]"},
		{"{", "t", "t}"},
		{`{1"z`, "t", `1"yt1"xt}`},
		{"<", "1'a", ">"},
		{"#", "t", "$"},
		{"[", "9", ""},
		{"", `{1"a1`, "9"},
		{"", "[", "2\"\xc3\xa9"},
		{"", "#", "0:1:a1\"a"},
		{"<", "t", "[]>"},
		{"{{", "tt}t}", "t}"},
		{"0", "7+", ""},
		{"", "[", "t{}"},
		{"", "<1'a", `<1'b><1"c[>]`},
	} {
		f.Add([]byte(seed[0]), []byte(seed[1]), []byte(seed[2]))
	}
	f.Fuzz(func(t *testing.T, open, core, closing []byte) {
		const small, factor, most = 4 << 10, 16, 80 // sixteen times the length, and logarithms; the square would be 256
		if len(open)+len(closing) == 0 || len(open)+len(core)+len(closing) > small {
			return
		}
		short, long := pump(open, core, closing, small), pump(open, core, closing, small*factor)
		limits := syrup.Limits{MaxItems: 1 << 24}
		for name, read := range readers(limits) {
			if cost := allocated(func() { _ = read(long) }); cost > allowance(long, syrup.DefaultMaxDepth) {
				t.Errorf("%s allocates %d octets for %d", name, cost, len(long))
			}
		}
		limits.MaxDepth = 10000
		for name, read := range readers(limits) {
			start := time.Now()
			_ = read(long)
			once := time.Since(start)
			if once < 300*time.Duration(len(long)) {
				continue // it is quick: the square takes hundred times as long
			}
			ratio := 0.0
			for range 16 { // more than once only if something else took the time
				ratio = float64(quickest(long, read)) / float64(max(quickest(short, read), 20*time.Microsecond))
				if ratio < most {
					break
				}
			}
			if ratio >= most {
				t.Errorf("%s: %d times the input, %.1f times the time", name, factor, ratio)
			}
		}
	})
}
