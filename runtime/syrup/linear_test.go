package syrup_test

import (
	"bytes"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// hostile inputs, of about n octets, made to cost more than their length.
var hostile = []struct {
	name string
	make func(n int) []byte
}{
	{"true", func(n int) []byte { return []byte("[" + strings.Repeat("[ttttttt]", n/9) + "]") }},
	{"one list", func(n int) []byte { return []byte("[" + strings.Repeat("t", n) + "]") }},
	{"lists", func(n int) []byte { return []byte("[" + strings.Repeat("[[][][]]", n/8) + "]") }},
	{"records", func(n int) []byte { return []byte("[" + strings.Repeat("[<t><t>]", n/8) + "]") }},
	{"dictionaries", func(n int) []byte { return []byte("[" + strings.Repeat("[{tt}{}]", n/8) + "]") }},
	{"deep lists", func(n int) []byte {
		return []byte("[" + strings.Repeat(strings.Repeat("[", 250)+strings.Repeat("]", 250), n/500) + "]")
	}},
	{"integers of 16000 digits", func(n int) []byte {
		return []byte("[" + strings.Repeat(strings.Repeat("9", 16000)+"+", max(1, n/16001)) + "]")
	}},
	{"zeros in front", func(n int) []byte {
		return []byte("[" + strings.Repeat(strings.Repeat("0", 16000)+"+", max(1, n/16001)) + "]")
	}},
	{"keys in descending order", func(n int) []byte {
		b := []byte{'{'}
		for i := n / 9; i > 0; i-- {
			b = append(strconv.AppendInt(b, int64(1_000_000+i), 10), '+', 't')
		}
		return append(b, '}')
	}},
	{"members with a long common start", func(n int) []byte {
		b := []byte{'#'}
		for i := n / 1005; i > 0; i-- {
			b = append(b, "1000\""...)
			b = append(b, strings.Repeat("x", 992)...)
			b = strconv.AppendInt(b, int64(10_000_000+i), 10)
		}
		return append(b, '$')
	}},
	{"dictionary in a key, 250 times", func(n int) []byte {
		core := `1"x` + strconv.Itoa(n) + ":" + strings.Repeat("x", n)
		return []byte(strings.Repeat("{", 250) + core + strings.Repeat("}t", 249) + "}")
	}},
	{"dictionary in a value, 250 times, each out of order", func(n int) []byte {
		core := strconv.Itoa(n) + ":" + strings.Repeat("x", n)
		return []byte(strings.Repeat(`{1"z`, 250) + core + strings.Repeat(`1"yt1"xt}`, 250))
	}},
	{"dictionary in a key, as large as the next key", func(n int) []byte {
		// Each level holds two keys of the same length that differ at their ends only.
		wire := []byte("1+")
		for len(wire)*2 < n {
			other := bytes.Clone(wire)
			other[bytes.LastIndexByte(other, '+')] = '-'
			wire = append(append(append(append(append([]byte("{"), wire...), 't'), other...), 't'), '}')
		}
		return wire
	}},
	{"texts that end in an error of UTF-8", func(n int) []byte {
		return []byte("[" + strings.Repeat("4\"ab\xc3\xa9", n/6) + "1\"\xff]")
	}},
	{"error at the end", func(n int) []byte { return []byte("[" + strings.Repeat(`[2"aa]`, n/6) + "?") }},
}

// TestLinear makes each hostile input eight times as large. Time may grow with it, and by a logarithm or two, and by what
// else the machine does, but not by the square, which would be 64.
func TestLinear(t *testing.T) {
	const small, factor, most = 32 << 10, 8, 28
	for _, h := range hostile {
		t.Run(h.name, func(t *testing.T) {
			for name, read := range readers(syrup.Limits{MaxItems: 1 << 24}) {
				short, long := h.make(small), h.make(small*factor)
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
}

// quickest returns the shortest of a few measurements.
func quickest(wire []byte, read func(wire []byte) error) time.Duration {
	best := time.Hour
	for range 4 {
		start := time.Now()
		_ = read(wire) // some are refused: that has to be quick too
		best = min(best, time.Since(start))
	}
	return best
}

// TestMemory bounds what reading allocates, in octets for each octet of input.
func TestMemory(t *testing.T) {
	const size, most = 256 << 10, 64
	for _, h := range hostile {
		t.Run(h.name, func(t *testing.T) {
			for name, read := range readers(syrup.Limits{}) {
				wire := h.make(size)
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				_ = read(wire)
				runtime.ReadMemStats(&after)
				if got := (after.TotalAlloc - before.TotalAlloc) / size; got > most {
					t.Errorf("%s allocates %d octets for each of the input", name, got)
				}
			}
		})
	}
}
