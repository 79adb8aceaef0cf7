package captp

import (
	"context"
	"iter"
	"sync"
	"sync/atomic"
)

// Events turns the messages of an object into a sequence. Generated code makes one for an interface whose methods are all one way:
// the object hands each message over to [Events.Put], and the program ranges over [Events.All].
//
// The object is revoked when the loop over the sequence is left, when the context that the Events were made with ends, or when the
// vat is closed. Events have no goroutine and need no closing.
type Events[E any] struct {
	vat    *Vat
	ctx    context.Context
	buffer chan E
	ranged atomic.Bool   // somebody has ranged over the sequence
	left   chan struct{} // closed when the loop was left
	leave  func()        // closes left
}

// NewEvents returns the events of an object of v. Up to n of them wait to be taken; n below one means that the object waits until the
// loop takes each.
func NewEvents[E any](ctx context.Context, v *Vat, n int) *Events[E] {
	left := make(chan struct{})
	return &Events[E]{
		vat: v, ctx: ctx, buffer: make(chan E, max(n, 0)), left: left, leave: sync.OnceFunc(func() { close(left) }),
	}
}

// RevokedError says that a message came for an object that does not listen any longer. See [Events].
type RevokedError struct{}

func (e *RevokedError) Error() string { return "captp: " + e.PublicReason() }

// PublicReason returns the text that is sent back.
func (e *RevokedError) PublicReason() string { return "the object is revoked" }

// Put adds an event in the order of the calls. It is called by the turns of the object; ctx is the turn's. While the buffer is
// full Put waits, and holds on to the object's queue: messages to it wait, and those who send them are read more slowly
// once [Limits.Turns] do. The error is *[RevokedError], or ctx.Err().
func (q *Events[E]) Put(ctx context.Context, event E) error {
	if q.revoked() {
		q.drain()
		return &RevokedError{}
	}
	select {
	case q.buffer <- event:
		if q.revoked() {
			q.drain() // whoever left the loop may have done so before
		}
		return nil
	case <-q.left:
	case <-q.ctx.Done():
	case <-ctx.Done():
		return ctx.Err()
	}
	return &RevokedError{}
}

// All returns the sequence of events, which is single-use: who ranges over it again, or at the same time, gets none. It ends when
// the context of [NewEvents] ends or the vat is closed; events that were not taken by then are lost. A loop that waits in its
// body for an answer of a peer, while that peer sends more events than the buffer and [Limits.Turns] have room for, waits for itself.
func (q *Events[E]) All() iter.Seq[E] {
	return func(yield func(E) bool) {
		if !q.ranged.CompareAndSwap(false, true) {
			return
		}
		defer q.drain()
		defer q.leave()
		for !q.revoked() {
			select {
			case event := <-q.buffer:
				if !yield(event) {
					return
				}
			case <-q.ctx.Done():
			case <-q.vat.ctx.Done():
			}
		}
	}
}

// revoked reports whether nobody will take another event.
func (q *Events[E]) revoked() bool {
	select {
	case <-q.left:
		return true
	default:
		return q.ctx.Err() != nil || q.vat.ctx.Err() != nil
	}
}

// drain drops the events that nobody will take, so that an object that peers still hold does not hold on to them.
func (q *Events[E]) drain() {
	for {
		select {
		case <-q.buffer:
		default:
			return
		}
	}
}
