package consts_test

import (
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/consts"
	"github.com/ocapn-go/ocapn/runtime/captp"
)

func TestConstants(t *testing.T) {
	huge, _ := new(big.Int).SetString("100000000000000000000", 10)
	tests := []struct {
		name      string
		want, got any
	}{
		{"int", int64(2), consts.Version},
		{"u8", uint8(200), consts.Small},
		{"float64", 0.5, consts.Ratio},
		{"number", 3.0, consts.Whole},
		{"string", `hello "you"`, consts.Greeting},
		{"symbol", captp.Symbol("a-name"), consts.Name},
		{"bool", true, consts.Yes},
		{"enum", consts.ColorDarkBlue, consts.Sky},
		{"list", []int64{2, 3, 5}, consts.Primes()},
		{"list of an enum", []consts.Color{consts.ColorRed, consts.ColorDarkBlue}, consts.Colors()},
		{"large integer", huge.String(), consts.Huge().String()},
		{"small bigint", "12", consts.Few().String()},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.got); diff != "" {
				t.Errorf("value (-want +got):\n%s", diff)
			}
		})
	}
}

// Lists are new each time, so that nobody can change those of others.
func TestListsAreNotShared(t *testing.T) {
	consts.Primes()[0] = 1
	if got := consts.Primes()[0]; got != 2 {
		t.Errorf("got %d, want 2", got)
	}
}
