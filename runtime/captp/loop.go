package captp

import (
	"context"
	"log/slog"
	"runtime"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// Whatever calls into a running core runs on the loop. Everything here is done by one goroutine, which
// never waits but for events, and never runs methods of the program's objects. What it does call of the program is a [Tracer], and the
// Unwrap of a handler whose object no peer holds any longer: both have to return at once.

// loop owns the core and everything in a Vat and a conn that is marked as the loop's. It is started by New and ends when
// Close has seen every other goroutine end.
func (v *Vat) loop() {
	var (
		events  []event
		handled int // events and operations since the last write
	)
	for !v.stopped {
		idle := len(v.behind) == 0
		events = v.inbox.take(events, idle)
		if idle && len(events) == 0 {
			v.reclaimLater()
			<-v.inbox.wake
			v.gather()
			continue
		}
		v.calm = idle && len(events) == 1
		begun := v.begun
		for i := range events {
			v.apply(&events[i])
		}
		handled += len(events) + v.serve()
		events = recycled(events)
		if v.begun > begun && handled < gatherAtMost && len(v.behind) == 0 && v.hearsMore() {
			continue
		}
		v.dropUnreachable()
		v.endBatch()
		handled = 0
	}
	for _, e := range v.inbox.close() {
		v.apply(&e)
	}
	v.endBatch()
	for _, ch := range v.closing {
		close(ch)
	}
	for w := range v.watching {
		close(w.ch)
	}
	if v.aging != nil {
		v.aging.Stop()
	}
	if v.idleTimer != nil {
		v.idleTimer.Stop()
	}
	close(v.over)
	v.parkers.end()
}

// hearsMore lets the turns that have just begun run, and reports whether something came of it: what is done quickly is answered
// together, which counts most for calls on the results of calls.
func (v *Vat) hearsMore() bool {
	return v.yield() && v.inbox.length() > 0
}

// yield lets those run who are ready to, and reports whether it did. In a program that keeps all processors busy that takes as long as
// the others please; then the loop does without for a while.
func (v *Vat) yield() bool {
	if v.hurried > 0 {
		v.hurried--
		return false
	}
	start := time.Now()
	runtime.Gosched()
	if time.Since(start) > yieldAtMost {
		v.hurried = hurriedFor
	}
	return true
}

const (
	yieldAtMost = time.Millisecond
	hurriedFor  = 250 // times that the loop would have yielded
)

// gather lets the goroutines that the last batch has let go on post what they have to say next, so that it goes out together: one
// write for many messages costs a small part of what a write for each costs. It waits for nobody, but for those who are ready to run.
func (v *Vat) gather() {
	if v.stirred < 2 {
		return
	}
	for before := 0; ; {
		n := v.inbox.length()
		if n == before || n > gatherAtMost {
			return
		}
		if before = n; !v.yield() {
			return
		}
	}
}

// recycled empties a slice for its next use, so that it holds on to nothing; a large one is given up.
func recycled[T any](s []T) []T {
	if cap(s) > keptEvents {
		return nil
	}
	clear(s)
	return s[:0]
}

// apply tells the core of an event, and carries out what it wants.
func (v *Vat) apply(e *event) {
	if e.kind < eventTick {
		v.reclaim.busy()
	}
	switch e.kind {
	case eventSend:
		if left := v.core.Send(e.target, e.encoder.body(), e.result); e.result == nil {
			v.told(e.encoder, left)
		}
	case eventSettle:
		if e.result != nil {
			v.core.Settle(e.result, e.outcome())
		}
	case eventTurnDone:
		if e.result != nil {
			e.turn.from.payFor(e.encoder)
			v.core.Settle(e.result, e.outcome())
		}
		v.turnDone(e.turn)
	case eventReceive:
		e.conn.countReceived(e.batch)
		v.arrive(e.conn, e.batch)
	case eventTick:
		v.ticked()
	case eventCall:
		e.call()
	}
	v.carryOut()
	if e.encoder != nil {
		v.putEncoder(e.encoder)
	}
}

// carryOut does what the core wants, in order.
func (v *Vat) carryOut() {
	for effects := v.core.Effects(); len(effects) > 0; effects = v.core.Effects() {
		for i := range effects {
			v.perform(&effects[i])
		}
	}
}

func (v *Vat) perform(e *core.Effect) {
	switch e.Kind {
	case core.Run:
		v.run(&turn{object: e.Object.Host.(*object), args: v.parcel(e.Args), result: e.Result, from: connOf(e.Session)})
	case core.Notify:
		v.settled = append(v.settled, settlement{e.Waiter.(waiter), e.Outcome})
	case core.Track:
		v.track(e.Cap, e.Session, e.Pos)
	case core.Established:
		e.Session.Host().(*conn).established()
	case core.Ended:
		e.Session.Host().(*conn).sessionEnded(e.Err)
	case core.Dial:
		v.startDial(&dialled{at: *e.Peer, introduced: e.Introduced})
	case core.Introduce:
		v.introduce(e.Introduction)
	case core.Wait:
		e.Session.Host().(*conn).waitForFirst()
	case core.Undelivered:
		v.logUndelivered(e)
	case core.Room:
		v.queues.admit(e.Load)
	case core.Unreferenced:
		if o, ok := e.Object.Host.(*object); ok {
			v.unreferenced(o, connOf(e.Session))
		}
	}
}

// settlement is news for a waiter.
type settlement struct {
	waiter  waiter
	outcome *core.Outcome
}

// flush hands on what sessions have to send.
func (v *Vat) flush() {
	for _, s := range v.core.Dirty() {
		s.Host().(*conn).flush()
	}
}

// endBatch sends what the batch brought about, and wakes those who waited for it. The output goes first: it has the longer
// way.
func (v *Vat) endBatch() {
	v.flush()
	if v.shed() {
		v.flush()
	}
	for _, c := range v.ending {
		c.flushLast()
	}
	v.ending = recycled(v.ending)
	v.ageLater()
	v.stirred = len(v.settled) + v.turns
	for _, s := range v.settled {
		s.waiter.settled(s.outcome)
	}
	v.settled = recycled(v.settled)
	v.tellIdle()
}

// connOf returns the connection of a session, nil for none.
func connOf(s *core.Session) *conn {
	if s == nil {
		return nil
	}
	return s.Host().(*conn)
}

// unreferenced lets an object know that no peer holds it, if it wants to.
func (v *Vat) unreferenced(o *object, from *conn) {
	defer v.outlive("the Unwrap of a handler")
	if _, ok := handlerAs[unreferencedHandler](o.handler); ok {
		v.run(&turn{object: o, from: from})
	}
}

// logUndelivered logs that a message went nowhere of which nobody will hear otherwise. What peers send is their concern first.
func (v *Vat) logUndelivered(e *core.Effect) {
	level, who := slog.LevelWarn, slog.Attr{}
	if e.Session != nil {
		level, who = slog.LevelDebug, slog.String(peerKey, peerName(e.Session.Peer()))
	}
	if ctx := context.Background(); v.log.Enabled(ctx, level) {
		v.log.LogAttrs(ctx, level, "a one-way message was not delivered", who, slog.String("error", e.Err.Error()))
	}
}
