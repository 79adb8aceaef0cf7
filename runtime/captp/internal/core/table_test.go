package core

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTable compares a table with a map, for positions that come in order, that share their last bits, and at random.
func TestTable(t *testing.T) {
	choose := map[string]func(r *rand.Rand, n int) uint64{
		"in order":     func(_ *rand.Rand, n int) uint64 { return uint64(n) },
		"the same end": func(_ *rand.Rand, n int) uint64 { return uint64(n) << 32 },
		"at random":    func(r *rand.Rand, _ int) uint64 { return r.Uint64N(4096) },
		"the largest":  func(_ *rand.Rand, n int) uint64 { return ^uint64(0) - uint64(n) },
	}
	for name, position := range choose {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			var got table[uint64, *int]
			want := make(map[uint64]*int)
			for n := range 20_000 {
				pos := position(r, n)
				if got.at(pos) != want[pos] {
					t.Fatalf("%d: at %d: %v, want %v", n, pos, got.at(pos), want[pos])
				}
				if want[pos] == nil {
					e := new(int)
					got.add(pos, e)
					want[pos] = e
				}
				for len(want) > 1+n%3000 { // it shrinks and grows
					victim := pos
					for victim = range want {
						break
					}
					got.remove(victim)
					got.remove(victim) // which has no effect
					delete(want, victim)
				}
				if got.len() != len(want) {
					t.Fatalf("%d: %d entries, want %d", n, got.len(), len(want))
				}
			}
			if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), got.positions()); diff != "" {
				t.Errorf("positions (-want +got):\n%s", diff)
			}
			for pos, e := range got.all() {
				if want[pos] != e {
					t.Errorf("another entry at %d", pos)
				}
			}
			for _, p := range got.recent { // before those in the map
				got.remove(p.pos)
			}
			for pos := range want {
				got.remove(pos)
			}
			if got.len() != 0 || len(got.recent) > keptPlaces || got.rest != nil {
				t.Errorf("an empty table has %d entries, %d places, map %v", got.len(), len(got.recent), got.rest)
			}
		})
	}
}
