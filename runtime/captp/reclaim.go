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

// reclaim is when the loop looks for dropped nodes and sends what peers have to be told of them. Owned by the loop.
type reclaim struct {
	drops   []drop
	tracked int // nodes that may come to be dropped
	pending bool
	clock   *time.Timer
	due     bool          // the timer runs
	delay   time.Duration // that it was last set to
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

// dropUnreachable tells the core of the nodes that are gone.
func (v *Vat) dropUnreachable() {
	r := &v.reclaim
	r.drops = v.drops.take(r.drops)
	for _, d := range r.drops {
		v.core.Dropped(d.session, d.pos)
		v.carryOut(nil)
	}
	r.tracked -= len(r.drops)
	if len(r.drops) > 0 {
		r.delay = 0
	}
	r.drops = recycled(r.drops)
	r.pending = v.core.GCPending()
}

// timer returns the channel on which the loop hears that it is time to look, nil if there is nothing to look for. It is soon
// when there is news for a peer, and later and later when there is none.
func (r *reclaim) timer() <-chan time.Time {
	want := min(max(2*r.delay, reclaimDelay), reclaimIdle)
	switch {
	case r.pending:
		want = reclaimDelay
	case r.tracked == 0:
		return nil
	}
	if r.clock == nil {
		r.clock = time.NewTimer(want)
		r.due, r.delay = true, want
	}
	if !r.due || r.pending && r.delay > want {
		r.clock.Reset(want)
		r.due, r.delay = true, want
	}
	return r.clock.C
}

// flushGC sends what waited for more to go with it. It is called when the timer has run out.
func (v *Vat) flushGC() {
	v.core.FlushGC()
	v.carryOut(nil)
	v.reclaim.pending = false
}
