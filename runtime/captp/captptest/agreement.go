package captptest

import (
	"runtime"
	"testing"
	"time"
)

// agreement is what a look at all vats has shown.
type agreement struct {
	settled bool // sessions are whole and nothing is under way, so that the vats can be expected to agree
	agreed  bool
	text    string // the counts
}

// awaitAgreement fails the test if one vat holds a reference that no other one knows to be held, or the other way round. What
// garbage is left is collected first.
func awaitAgreement(tb testing.TB, look func() agreement) {
	tb.Helper()
	if tb.Failed() {
		return
	}
	var seen agreement
	for range 100 {
		seen = look()
		if !seen.settled || seen.agreed {
			return
		}
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
	tb.Error(seen.text)
}
