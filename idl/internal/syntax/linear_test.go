package syntax

import (
	"math"
	"strings"
	"testing"
	"time"
)

// TestLinear makes texts of equal pieces eight times as long. The time that they take may grow with them, and by what else the machine
// does, but not by the square, which would be 64.
func TestLinear(t *testing.T) {
	const small, factor, most = 30_000, 8, 30
	for _, piece := range []string{
		"//\n", "/**/", "/", "///\n", "@a\n", "@a(\n", "@a()\n", "@a(\n///\n", ";", "struct s {\n", "struct s {}\n//\n", "interface i { m(", "'a",
	} {
		ratio := math.Inf(1)
		for range 5 {
			short, long := formatTime(piece, small), formatTime(piece, small*factor)
			if ratio = min(ratio, float64(long)/float64(short)); ratio < most {
				break
			}
		}
		if ratio >= most {
			t.Errorf("%d times as many of %q take %.0f times as long", factor, piece, ratio)
		}
	}
}

// formatTime returns how long it takes to format a text of so many bytes, most of which are of no declaration that could be formatted.
func formatTime(piece string, size int) time.Duration {
	src := strings.Repeat(piece, size/len(piece))
	start := time.Now()
	_, _ = Format(src) // what it says does not matter
	return time.Since(start)
}
