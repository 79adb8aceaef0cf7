package captp

import (
	"runtime"
	"sync"
	"sync/atomic"
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
//
// What waits for something else to be sent costs nothing there. A message of its own, between a call and the next, would cost
// a wake-up on both sides, and worse where something on the way, such as Tor, has TCP hold short segments back (RFC 896): then the
// next call waits until the peer acknowledges the gc operations, which it delays by 40 ms.
type reclaim struct {
	drops   []drop
	tracked int  // nodes that may come to be dropped
	since   int  // nodes that were tracked since any were dropped
	pending bool // there is news for a peer
	news    bool // some of it has come since the timer ran out last
	clock   *time.Timer
	due     bool
	tick    bool
	delay   time.Duration // that the timer was last set to

	fresh     bool          // nodes were tracked for which the garbage collector was not waited yet
	quiet     time.Duration // how long nothing but the timer has woken the loop
	collected *atomic.Bool  // the garbage collector has run since the quiet began; nil before
	nudged    time.Time     // when the loop last asked for a collection
}

const (
	// reclaimDelay is how long news for a peer waits for more to go with it. Then it waits for something else to be sent: until the
	// timer, which is set to twice the time each time, has run out three times more.
	reclaimDelay = 5 * time.Millisecond
	// reclaimIdle is how long, at most, a vat without any other event takes to look for dropped nodes.
	reclaimIdle = time.Second
)

// track lets the garbage collector say when nothing reaches a node any longer.
func (v *Vat) track(c core.Cap, s *core.Session, pos core.ImportPos) {
	v.reclaim.tracked++
	if v.reclaim.since++; v.reclaim.since > v.limits.Imports/2 && v.idleCollection {
		// A program with a large heap collects seldom, and what it has long dropped counts against the peer's limit.
		v.collect()
	}
	v.reclaim.fresh = true
	switch c := c.(type) {
	case *core.Import:
		runtime.AddCleanup(c, v.dropped, drop{s, pos})
	case *core.Promise:
		runtime.AddCleanup(c, v.dropped, drop{s, pos})
	}
}

// dropUnreachable tells the core of the nodes that are gone, and, if it is time to, the peers.
func (v *Vat) dropUnreachable() {
	r := &v.reclaim
	r.drops = v.drops.take(r.drops)
	for _, d := range r.drops {
		v.core.Dropped(d.session, d.pos)
		v.carryOut()
	}
	if len(r.drops) > 0 {
		r.tracked -= len(r.drops)
		r.delay, r.since = 0, 0
		r.drops = recycled(r.drops)
	}
	if r.tick {
		r.tick = false
		v.core.AgeGC()
		v.carryOut()
	}
	r.pending, r.news = v.core.GCPending(), v.core.GCFresh()
}

// ticked takes note that the timer has run out.
func (v *Vat) ticked() {
	r := &v.reclaim
	r.due, r.tick = false, true
	r.quiet += r.delay
	if r.fresh && v.idleCollection {
		v.collectWhenQuiet()
	}
}

// busy takes note that something else has happened.
func (r *reclaim) busy() { r.quiet, r.collected = 0, nil }

// collectWhenQuiet runs the garbage collector when the vat has been quiet for a while after it came to know imports, unless
// that has happened by itself. A process that does nothing allocates nothing, and so collects nothing for minutes; all that
// time its peers keep what it has long dropped.
//
// A collection costs time in proportion to the live heap, on a core that has nothing to do for this vat. There is one for
// each quiet after an activity at most, however many vats there are: one vat's collection is every vat's.
func (v *Vat) collectWhenQuiet() {
	r := &v.reclaim
	switch {
	case r.collected == nil:
		r.collected = whenCollected()
	case r.collected.Load():
		r.fresh = false
	case r.quiet >= collectAfter && time.Since(r.nudged) >= collectEvery:
		v.collect()
	}
}

// collect runs the garbage collector.
func (v *Vat) collect() {
	if v.refuse {
		return
	}
	v.reclaim.fresh, v.reclaim.nudged, v.reclaim.since = false, time.Now(), 0
	v.goroutines.Go(func() {
		runtime.GC()
		v.post(event{kind: eventTick}) // what is found unreachable is in the list by now, or soon
	})
}

// whenCollected returns a flag that the garbage collector sets when it has run.
func whenCollected() *atomic.Bool {
	flag := new(atomic.Bool)
	type sentinel struct{ _ *byte } // with a pointer, so that it does not share its memory
	runtime.AddCleanup(new(sentinel), func(flag *atomic.Bool) { flag.Store(true) }, flag)
	return flag
}

// reclaimLater sets the timer when the loop is about to sleep: soon if there is fresh news for a peer, later and later if nothing
// comes of it and nothing turns out to be dropped, not at all if nothing can be.
func (v *Vat) reclaimLater() {
	r := &v.reclaim
	want := min(max(2*r.delay, reclaimDelay), reclaimIdle)
	switch {
	case r.news && (!r.due || r.delay > reclaimDelay):
		want = reclaimDelay
	case r.due, !r.pending && r.tracked == 0:
		return
	}
	if r.clock == nil {
		r.clock = time.AfterFunc(want, func() { v.post(event{kind: eventTick}) })
	} else {
		r.clock.Reset(want)
	}
	r.due, r.delay = true, want
}
