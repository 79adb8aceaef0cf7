package handoff_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/handoff"
)

func TestCountsUse(t *testing.T) {
	a, b := handoff.SessionID{1}, handoff.SessionID{2}
	type step struct {
		gifter handoff.SessionID
		count  uint64
		want   bool
	}
	for _, test := range []struct {
		name  string
		steps []step
	}{
		{"upwards", []step{{a, 0, true}, {a, 1, true}, {a, 1, false}, {a, 0, false}, {a, 2, true}}},
		{"downwards", []step{{a, 2, true}, {a, 1, true}, {a, 0, true}, {a, 1, false}, {a, 2, false}, {a, 0, false}}},
		{"a gap closes", []step{{a, 0, true}, {a, 2, true}, {a, 1, true}, {a, 1, false}, {a, 2, false}, {a, 3, true}}},
		{"one number for each gifter", []step{{a, 0, true}, {b, 0, true}, {a, 0, false}, {b, 0, false}}},
		{"the ends of the numbers", []step{
			{a, math.MaxUint64, true}, {a, 0, true}, {a, math.MaxUint64, false}, {a, math.MaxUint64 - 1, true}, {a, 0, false}, {a, 1, true},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			counts := handoff.NewCounts(2)
			for i, s := range test.steps {
				if got := counts.Use(s.gifter, s.count); got != s.want {
					t.Errorf("step %d: %t, want %t", i, got, s.want)
				}
			}
		})
	}
}

func TestCountsLimit(t *testing.T) {
	counts := handoff.NewCounts(2)
	a, b, c := handoff.SessionID{1}, handoff.SessionID{2}, handoff.SessionID{3}
	if !counts.Use(a, 0) || !counts.Use(b, 0) {
		t.Fatal("refused within the limit")
	}
	if counts.Use(c, 0) {
		t.Error("a third gifter is accepted")
	}
	if !counts.Use(a, 1) {
		t.Error("a known gifter is refused at the limit")
	}
	counts.Forget(b)
	if !counts.Use(c, 0) {
		t.Error("refused after one was forgotten")
	}
	if counts.Use(a, 0) {
		t.Error("a count of another gifter was forgotten")
	}
}

// TestCountsOfOneCounter has a receiver with one count for all its gifters: each gifter sees gaps everywhere.
func TestCountsOfOneCounter(t *testing.T) {
	const gifters = 5
	random := rand.New(rand.NewPCG(1, 2))
	counts := handoff.NewCounts(gifters)
	for count := range uint64(20000) {
		gifter := handoff.SessionID{byte(random.IntN(gifters))}
		if !counts.Use(gifter, count) {
			t.Fatalf("count %d is refused", count)
		}
		if counts.Use(gifter, count) {
			t.Fatalf("count %d is accepted twice", count)
		}
	}
}

// TestCountsTakeConstantMemory counts far: used counts, and counts with a gap between any two.
func TestCountsTakeConstantMemory(t *testing.T) {
	for name, step := range map[string]uint64{"every count": 1, "every other count": 2, "far apart": 1 << 40} {
		t.Run(name, func(t *testing.T) {
			counts := handoff.NewCounts(1)
			next := uint64(0)
			use := func() {
				if !counts.Use(handoff.SessionID{}, next) {
					t.Fatalf("count %d is refused", next)
				}
				next += step
			}
			for range 100 {
				use()
			}
			if n := testing.AllocsPerRun(10000, use); n != 0 {
				t.Errorf("%v allocations for each count", n)
			}
		})
	}
}

// naiveCounts are the counts of one gifter in the plainest way: all below 64, one by one.
type naiveCounts [64]bool

func (n *naiveCounts) use(count uint64) bool {
	if n[count] {
		return false
	}
	n[count] = true
	// Close the lowest gaps until at most 8 runs are left.
	for {
		runs, gap := 0, -1
		for i, used := range n {
			switch starts := used && (i == 0 || !n[i-1]); {
			case starts:
				runs++
			case !used && runs == 1 && gap < 0:
				gap = i
			}
		}
		if runs <= 8 {
			return true
		}
		for i := gap; !n[i]; i++ {
			n[i] = true
		}
	}
}

// TestCountsAgainstModel compares random uses with the plain counts, and checks that no count is accepted twice, whatever they say.
func TestCountsAgainstModel(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for round := range 2000 {
		counts := handoff.NewCounts(3)
		naive := map[handoff.SessionID]*naiveCounts{}
		accepted := map[handoff.SessionID]map[uint64]bool{}
		for step := range 120 {
			gifter := handoff.SessionID{byte(random.IntN(4))}
			if random.IntN(60) == 0 {
				counts.Forget(gifter)
				delete(naive, gifter)
				delete(accepted, gifter)
				continue
			}
			count := uint64(random.IntN(64))
			want := false
			if naive[gifter] != nil || len(naive) < 3 {
				if naive[gifter] == nil {
					naive[gifter], accepted[gifter] = &naiveCounts{}, map[uint64]bool{}
				}
				want = naive[gifter].use(count)
			}
			got := counts.Use(gifter, count)
			if got != want {
				t.Fatalf("round %d, step %d: count %d of %x: %t, want %t", round, step, count, gifter[0], got, want)
			}
			if got && accepted[gifter][count] {
				t.Fatalf("round %d, step %d: count %d of %x is accepted twice", round, step, count, gifter[0])
			}
			if got {
				accepted[gifter][count] = true
			}
		}
	}
}
