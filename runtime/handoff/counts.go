package handoff

import (
	"iter"
	"maps"
	"slices"
)

// Counts are the handoff counts that a receiver has used in one session with an exporter. The exporter keeps them, for as
// long as that session lasts. A Counts belongs to one goroutine at a time.
//
// A count is used for one gifter: for the session of gifter and exporter that the give names. Some receivers have one
// count for each of their gifters, so one number comes to the exporter once by each. A receive cannot be used again all
// the same, since the give inside it names its gifter.
//
// What is kept is the runs of used counts, at most 8 for each gifter. When one more would be needed, the gap between the
// two lowest closes: the counts in it are taken for used. So replay is never possible, memory does not grow with the
// counts, and a receiver that counts upwards is never refused, be it with one count for each gifter, or with one for all,
// which leaves gaps for every gifter.
//
// Spec: CapTP#checking-the-handoff-count. Deviates: the draft has one count for the session, and forbids counts that were
// used; this admits a count once for each gifter, and refuses some that were not used but left out long before.
type Counts struct {
	limit int
	used  map[SessionID][]run // ascending, with a gap between any two
}

// A run is the counts from first to last, both of them included.
type run struct{ first, last uint64 }

// NewCounts returns the counts of a session in which none was used. At most limit gifters are distinguished at once.
func NewCounts(limit int) *Counts { return &Counts{limit, make(map[SessionID][]run)} }

// Use records that a count is used for a gifter's session, and reports whether it was new. When it was not, or when it
// is the first for a gifter beyond the limit, it records nothing.
func (c *Counts) Use(gifter SessionID, count uint64) bool {
	runs, known := c.used[gifter]
	if !known && len(c.used) >= c.limit {
		return false
	}
	i, found := slices.BinarySearchFunc(runs, count, func(r run, count uint64) int {
		switch {
		case r.last < count:
			return -1
		case r.first > count:
			return 1
		default:
			return 0
		}
	})
	if found {
		return false
	}
	runs = slices.Insert(runs, i, run{count, count})
	runs = join(runs, i)
	if len(runs) > runsKept {
		runs[1].first = runs[0].first
		runs = slices.Delete(runs, 0, 1)
	}
	c.used[gifter] = runs
	return true
}

// join makes one run of the i-th and those beside it that it touches.
func join(runs []run, i int) []run {
	if i+1 < len(runs) && runs[i].last+1 == runs[i+1].first {
		runs[i].last = runs[i+1].last
		runs = slices.Delete(runs, i+1, i+2)
	}
	if i > 0 && runs[i-1].last+1 == runs[i].first {
		runs[i-1].last = runs[i].last
		runs = slices.Delete(runs, i, i+1)
	}
	return runs
}

// Gifters returns the gifters' sessions for which counts were used, in no order.
func (c *Counts) Gifters() iter.Seq[SessionID] { return maps.Keys(c.used) }

// Forget forgets what was used for a gifter's session. That session must have ended for good: with it end its gives,
// since [Exporter.Verify] knows it no more.
func (c *Counts) Forget(gifter SessionID) { delete(c.used, gifter) }
