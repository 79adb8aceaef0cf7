package syrup_test

import (
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// TestBigInt compares integers of many lengths, around those where the way of conversion changes, with math/big.
func TestBigInt(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	lengths := []int{1, 18, 19, 20, 21, 37, 38, 39, 40, 57, 100, 1023, 1024, 1025, 2047, 2048, 2049, 3000, 5000, 9000, 16383, 16384}
	for _, n := range lengths {
		texts := []string{strings.Repeat("9", n), "1" + strings.Repeat("0", n-1), strings.Repeat("0", n-1) + "7", digits(random, n), digits(random, n)}
		for _, text := range texts {
			want := bigNumber(text)
			for _, sign := range []string{"+", "-"} {
				d := decoder(text + sign)
				got := d.BigInt()
				if err := d.Finish(); err != nil {
					t.Fatal(err)
				}
				if got.Cmp(want) != 0 {
					t.Fatalf("%d digits: got %v, want %v", n, got, want)
				}
				want.Neg(want)
			}
		}
	}
}

// TestAppendBigInt is the way back.
func TestAppendBigInt(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for n := 1; n < 200; n++ {
		text := "1" + digits(random, n)
		v := bigNumber(text)
		if got := string(syrup.AppendBigInt([]byte("before"), v)); got != "before"+text+"+" {
			t.Errorf("%s: %s", text, got)
		}
		if got := string(syrup.AppendBigInt(nil, v.Neg(v))); got != text+"-" {
			t.Errorf("-%s: %s", text, got)
		}
	}
	if got := string(syrup.AppendBigInt(nil, new(big.Int))) + string(syrup.AppendBigInt(nil, nil)); got != "0+0+" {
		t.Errorf("zero and nil: %s", got)
	}
}

func digits(random *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = '0' + byte(random.IntN(10))
	}
	return string(b)
}
