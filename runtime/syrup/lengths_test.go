package syrup_test

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// TestEveryShortText reads everything that a few octets can be as a text or byte array, and compares what is accepted with what a reading
// of the rule in so many words finds. The content is cut after each octet too, and is followed by nothing.
func TestEveryShortText(t *testing.T) {
	const octets = "0129\"':+a\xc3\xa9["
	var input [5]byte
	var try func(n int)
	try = func(n int) {
		wantSized(t, input[:n])
		if n == len(input) {
			return
		}
		for i := range len(octets) {
			input[n] = octets[i]
			try(n + 1)
		}
	}
	try(0)
}

// TestTextOfEachLength reads texts of up to three digits of length, ASCII but for one character at each place, complete and cut.
func TestTextOfEachLength(t *testing.T) {
	for n := range 130 {
		for _, odd := range []string{"", "é", "\xe9", "\x80"} {
			for at := 0; at+len(odd) <= n; at++ {
				text := strings.Repeat("a", at) + odd + strings.Repeat("b", n-at-len(odd))
				for _, zeros := range []string{"", "0", "00"} {
					wire := []byte(zeros + strconv.Itoa(n) + `"` + text)
					wantSized(t, wire)
					wantSized(t, wire[:len(wire)-1])
					wantSized(t, append(wire, 'x'))
				}
				if odd == "" {
					break
				}
			}
		}
	}
}

// wantSized reads wire as a string, a symbol and a byte array, in each mode.
func wantSized(t *testing.T, wire []byte) {
	t.Helper()
	for _, strict := range []bool{false, true} {
		for _, marker := range []byte{'"', '\'', ':'} {
			var d syrup.Decoder
			d.Reset(wire, syrup.Options{Strict: strict})
			var got []byte
			switch marker {
			case '"':
				got = []byte(d.String())
			case '\'':
				got = []byte(d.Symbol())
			default:
				got = d.Bytes()
			}
			want, end, ok := sizedByRule(wire, marker, strict)
			if ok != (d.Err() == nil) || ok && (!bytes.Equal(got, want) || d.Offset() != end) {
				t.Fatalf("%q as %q, strict %v: %q, end %d, %v; want %q, end %d, %v", wire, marker, strict, got, d.Offset(), d.Err(), want, end, ok)
			}
		}
	}
}

// sizedByRule returns what a text or byte array at the start of wire holds, and where it ends.
func sizedByRule(wire []byte, marker byte, strict bool) (content []byte, end int, ok bool) {
	digits := len(wire) - len(bytes.TrimLeft(wire, "0123456789"))
	n, err := strconv.Atoi(string(wire[:digits]))
	rest := wire[digits:]
	switch {
	case err != nil, len(rest) == 0, rest[0] != marker, n > len(rest)-1:
		return nil, 0, false
	case strict && fmt.Sprint(n) != string(wire[:digits]):
		return nil, 0, false
	case marker != ':' && !utf8.Valid(rest[1:1+n]):
		return nil, 0, false
	}
	return rest[1 : 1+n], digits + 1 + n, true
}
