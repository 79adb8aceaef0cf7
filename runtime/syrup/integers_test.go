package syrup_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// TestIntegers reads integers as each Go type and compares with math/big, at every length where something changes.
func TestIntegers(t *testing.T) {
	var texts []string
	for n := 1; n <= 22; n++ {
		texts = append(texts, strings.Repeat("9", n), "1"+strings.Repeat("0", n-1), strings.Repeat("0", n), strings.Repeat("0", n)+"5")
	}
	texts = append(texts, "9223372036854775807", "9223372036854775808", "9223372036854775809", "18446744073709551615", "18446744073709551616")
	for _, digits := range texts {
		for _, marker := range []string{"+", "-"} {
			want := bigNumber(digits)
			if marker == "-" {
				want.Neg(want)
			}
			var d syrup.Decoder
			var out *syrup.RangeError
			for _, strict := range []bool{false, true} {
				read := func() {
					d.Reset([]byte(digits+marker), syrup.Options{Strict: strict})
				}
				read()
				canonical := len(digits) == 1 || digits[0] != '0'
				canonical = canonical && (digits != "0" || marker == "+")
				if d.BigInt(); strict && (d.Err() == nil) != canonical {
					t.Errorf("%s%s: strict: %v", digits, marker, d.Err())
				}
				if strict && !canonical {
					continue
				}
				read()
				if got := d.Int64(); want.IsInt64() {
					if err := d.Finish(); err != nil || got != want.Int64() {
						t.Errorf("%s%s: Int64 = %d, %v", digits, marker, got, err)
					}
				} else if !errors.As(d.Err(), &out) || got != 0 {
					t.Errorf("%s%s: Int64 = %d, %v", digits, marker, got, d.Err())
				}
				read()
				if got := d.Uint64(); want.IsUint64() {
					if err := d.Finish(); err != nil || got != want.Uint64() {
						t.Errorf("%s%s: Uint64 = %d, %v", digits, marker, got, err)
					}
				} else if !errors.As(d.Err(), &out) || got != 0 {
					t.Errorf("%s%s: Uint64 = %d, %v", digits, marker, got, d.Err())
				}
			}
		}
	}
}
