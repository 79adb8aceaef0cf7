package captp

import (
	"runtime"
	"sync"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// dropList takes down the nodes that the garbage collector found unreachable. It is filled by cleanups, which run outside of
// everything else and may do no more than that.
type dropList struct {
	mu    sync.Mutex
	drops []drop
}

// drop is a node that is gone.
type drop struct {
	session *core.Session
	pos     core.ImportPos
}

func (l *dropList) add(d drop) {
	l.mu.Lock()
	l.drops = append(l.drops, d)
	l.mu.Unlock()
}

// take returns what was added since the last call; the list goes on with the slice given.
func (l *dropList) take(drops []drop) []drop {
	l.mu.Lock()
	defer l.mu.Unlock()
	drops, l.drops = l.drops, drops
	return drops
}

// reclaim is when the loop looks for dropped nodes and tells peers of them. Owned by the loop.
//
// States: resting (no timer runs), due (the timer runs), ticked (it has run out, which ends with the batch).
type reclaim struct {
	drops   []drop
	tracked int  // nodes that may come to be dropped
	pending bool // there is news for a peer
	clock   *time.Timer
	due     bool
	tick    bool
	delay   time.Duration // that the timer was last set to
}

const (
	// reclaimDelay is how long news for a peer waits for more to go with it.
	reclaimDelay = 5 * time.Millisecond
	// reclaimIdle is how long, at most, a vat without any other event takes to look for dropped nodes.
	reclaimIdle = time.Second
)

// track lets the garbage collector say when nothing reaches a node any longer.
func (v *Vat) track(c core.Cap, s *core.Session, pos core.ImportPos) {
	v.reclaim.tracked++
	switch c := c.(type) {
	case *core.Import:
		runtime.AddCleanup(c, v.drops.add, drop{s, pos})
	case *core.Promise:
		runtime.AddCleanup(c, v.drops.add, drop{s, pos})
	}
}

// dropUnreachable tells the core of the nodes that are gone, and, if it is time to, the peers.
func (v *Vat) dropUnreachable() {
	r := &v.reclaim
	r.drops = v.drops.take(r.drops)
	for _, d := range r.drops {
		v.core.Dropped(d.session, d.pos)
		v.carryOut(nil)
	}
	if len(r.drops) > 0 {
		r.tracked -= len(r.drops)
		r.delay = 0
		r.drops = recycled(r.drops)
	}
	if r.tick {
		r.tick = false
		v.core.FlushGC()
		v.carryOut(nil)
	}
	r.pending = v.core.GCPending()
}

// ticked takes note that the timer has run out.
func (r *reclaim) ticked() { r.due, r.tick = false, true }

// reclaimLater sets the timer when the loop is about to sleep: soon if there is news for a peer, later and later if nothing
// turns out to be dropped, not at all if nothing can be.
func (v *Vat) reclaimLater() {
	r := &v.reclaim
	want := min(max(2*r.delay, reclaimDelay), reclaimIdle)
	switch {
	case r.pending && r.due && r.delay == reclaimDelay, !r.pending && (r.due || r.tracked == 0):
		return
	case r.pending:
		want = reclaimDelay
	}
	if r.clock == nil {
		r.clock = time.AfterFunc(want, func() { v.post(event{kind: eventTick}) })
	} else {
		r.clock.Reset(want)
	}
	r.due, r.delay = true, want
}
