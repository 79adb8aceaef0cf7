package syrup_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// TestKeyOrders decodes dictionaries whose keys are in one order, the other, both or none, with and without a duplicate, and compares what
// is refused with what the keys are.
func TestKeyOrders(t *testing.T) {
	atoms := []string{`1"a`, `2"aa`, `1"b`, `1'b`, `1:b`, `3"abc`, `10"abcdefghij`, `12"bbbbbbbbbbbb`, `0"`, `7+`, `12+`, `t`, `D@` + "\x00\x00\x00\x00\x00\x00\x00"}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		keys := make([]string, 2+rng.IntN(6))
		for i := range keys {
			keys[i] = atoms[rng.IntN(len(atoms))]
		}
		ordered := map[syrup.KeyOrder]bool{}
		for _, order := range []syrup.KeyOrder{syrup.EncodedOrder, syrup.RawOrder} {
			if rng.IntN(3) == 0 {
				slices.SortFunc(keys, func(a, b string) int { return compareEncoded(a, b, order) })
			}
		}
		for _, order := range []syrup.KeyOrder{syrup.EncodedOrder, syrup.RawOrder} {
			ordered[order] = slices.IsSortedFunc(keys, func(a, b string) int { return compareEncoded(a, b, order) })
		}
		wire := []byte{syrup.DictStart}
		for _, k := range keys {
			wire = append(append(wire, k...), "[1+]"...)
		}
		wire = append(wire, syrup.DictEnd)
		duplicate := len(slices.Compact(slices.Sorted(slices.Values(keys)))) < len(keys)
		for _, order := range []syrup.KeyOrder{syrup.EncodedOrder, syrup.RawOrder} {
			var d syrup.Decoder
			d.Reset(wire, syrup.Options{Order: order})
			d.Skip()
			if got := errors.Is(d.Finish(), syrup.ErrDuplicateKey); got != duplicate || !got && d.Err() != nil {
				t.Fatalf("%q, order %v: %v, want a duplicate: %v", wire, order, d.Err(), duplicate)
			}
			err := syrup.CheckCanonical(wire, order, syrup.Limits{})
			if want := ordered[order] && !duplicate; want != (err == nil) {
				t.Fatalf("%q, order %v: %v, want canonical: %v", wire, order, err, want)
			}
		}
	}
}

// compareEncoded compares two keys by what [syrup.Append] makes of them.
func compareEncoded(a, b string, order syrup.KeyOrder) int {
	if a == b {
		return 0
	}
	x, errX := syrup.Decode([]byte(a), syrup.Options{})
	y, errY := syrup.Decode([]byte(b), syrup.Options{})
	wire, err := syrup.Append(nil, syrup.Dict{{Key: x, Value: true}, {Key: y, Value: true}}, order)
	if err := errors.Join(errX, errY, err); err != nil {
		panic(err)
	}
	if string(wire[1:1+len(a)]) == a && wire[1+len(a)] == 't' {
		return -1
	}
	return +1
}
