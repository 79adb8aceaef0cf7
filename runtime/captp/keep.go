package captp

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// What [Keep] does if its options say nothing else.
const (
	DefaultKeepFirstWait   = 500 * time.Millisecond // see [KeepBackoff]
	DefaultKeepLongestWait = 30 * time.Second
	DefaultKeepSilence     = time.Minute // see [KeepAlive]
	DefaultKeepPatience    = 30 * time.Second
)

// KeepOption is an option of [Keep].
type KeepOption func(*keeping)

// KeepBackoff says how long Keep waits before it tries again: first after a reference was lost, twice as long after each try that
// fails then, and longest at most. Of each wait, a part of up to a half is left out at random. Times below one mean
// [DefaultKeepFirstWait] and [DefaultKeepLongestWait].
func KeepBackoff(first, longest time.Duration) KeepOption {
	return func(k *keeping) {
		if first > 0 {
			k.backoff.first = first
		}
		if longest > 0 {
			k.backoff.longest = longest
		}
	}
}

// KeepAlive says when Keep takes a peer for gone: it asks for a sign of life when nothing has come from the peer for the time silence,
// or up to half as long again, and ends the session when nothing comes for the time patience then. Part of a long message counts, too.
// While the peer has still to answer for the object, patience stands for silence as well. Zero means [DefaultKeepSilence] and
// [DefaultKeepPatience]. If silence is negative, a peer that has answered is not asked.
func KeepAlive(silence, patience time.Duration) KeepOption {
	return func(k *keeping) {
		if silence != 0 {
			k.silence = silence
		}
		if patience > 0 {
			k.patience = patience
		}
	}
}

// keeping is what one Keep knows of what it follows. It is immutable.
type keeping struct {
	vat               *Vat
	ref               locator.SturdyRef
	backoff           backoff
	silence, patience time.Duration
}

// Keep follows ref through the ends of sessions and the restarts of its peer. The sequence is that of the references that it leads to,
// one at a time, and of the errors in between:
//
//	for room, err := range captp.Keep[chat.Chatroom](ctx, vat, ref) {
//		if err != nil {
//			log.Print(err) // it is tried again
//			continue
//		}
//		...                // what has to be done anew in each session: joining, subscribing
//	}
//
// A reference is settled, and the peer has answered for it just now. While the body of the loop runs, and after it, Keep watches over
// the session (see [KeepAlive]). The body may return at once or wait for [Broken]: the sequence goes on when the reference is broken,
// with the error why it is, and waits (see [KeepBackoff]) before it tries to get the next one. What a try fails with is
// the next error: one of [Enliven]. A peer that does not know the swiss number may be about to publish the object, so it is
// tried again, too. A reference that lasts counts as a success, which sets the waits back; one that is broken sooner than it was
// waited for counts as a failure. A session that comes about meanwhile ends the wait.
//
// Keep itself never gives up on a peer that cannot be reached, however long: it may be back tomorrow. The loop hears of every try that
// failed, and is left by a program that has seen enough of them; ctx bounds the time of all.
//
// The sequence ends when the loop is left, when ctx ends, when the vat is closed, and after an error that cannot change: a
// location that no netlayer of the vat can dial, netlayer.ErrLocation, or that names nobody. References stay usable after that. It may be ranged over more
// than once, by several goroutines. The method of an object would keep its queue for itself meanwhile; Keep is for other goroutines.
//
// References of different sessions are different, also to an object that has not changed; nothing that was sent through an
// earlier one is sent again.
func Keep[C Capability](ctx context.Context, v *Vat, ref locator.SturdyRef, opts ...KeepOption) iter.Seq2[C, error] {
	k := &keeping{
		vat: v, ref: ref,
		backoff: backoff{DefaultKeepFirstWait, DefaultKeepLongestWait}, silence: DefaultKeepSilence, patience: DefaultKeepPatience,
	}
	for _, opt := range opts {
		opt(k)
	}
	return func(yield func(C, error) bool) {
		k.follow(ctx, func(node core.Cap, err error) bool { return yield(As[C](Ref{node}), err) })
	}
}

// follow is the sequence that Keep returns.
func (k *keeping) follow(ctx context.Context, yield func(core.Cap, error) bool) {
	var (
		failed int           // tries in a row
		waited time.Duration // before the last one
	)
	for !k.isOver(ctx) {
		node, used, err := k.try(ctx)
		if err == nil {
			since := time.Now()
			err = k.hold(ctx, node, yield)
			if time.Since(since) >= waited {
				failed = 0
			}
		}
		if k.isOver(ctx) || err == errLeft || !yield(nil, err) || isFinal(err) {
			return
		}
		waited = k.backoff.delay(failed, k.vat.rand)
		failed++
		k.wait(ctx, waited, used)
	}
}

// isFinal reports whether a try failed for a reason that every other one has.
func isFinal(err error) bool {
	return errors.Is(err, netlayer.ErrLocation) || errors.Is(err, core.ErrNobody)
}

// isOver reports whether the sequence ends.
func (k *keeping) isOver(ctx context.Context) bool { return ctx.Err() != nil || k.vat.ctx.Err() != nil }

// try gets the object, and returns it with the connection of the peer that was asked for it, nil if there was none.
func (k *keeping) try(ctx context.Context) (core.Cap, *conn, error) {
	v, peer := k.vat, k.ref.Peer
	w := &watchman{silence: k.patience, patience: k.patience}
	node := v.core.NewPromise(nil, true)
	if own, _ := v.Location(peer.Transport); own.SameAs(peer) {
		v.do(func() { v.core.Enliven(k.ref, node) })
	} else {
		if err := v.Connect(ctx, peer); err != nil {
			return nil, nil, err
		}
		v.call(func() {
			if w.conn = v.connWith(peer.ID()); w.conn != nil {
				w.heard = w.conn.heard()
				v.core.Enliven(k.ref, node)
			}
		})
		if w.conn == nil {
			return nil, nil, errShort
		}
	}
	defer w.start()()
	settled, err := Resolve(ctx, AnyRef{Ref{node}})
	return settled.node, w.conn, err
}

// errShort is why a try fails that finds the session gone which it has just made.
var errShort = &endedError{"the session has ended at once"}

// errLeft says that the loop was left.
var errLeft = errors.New("captp: the loop was left")

// hold lets the program have a reference, and waits until it is broken. It returns why it is.
func (k *keeping) hold(ctx context.Context, node core.Cap, yield func(core.Cap, error) bool) error {
	w := &watchman{silence: k.silence, patience: k.patience}
	if i, ok := node.(*core.Import); ok {
		w.conn = connOf(i.Session())
		w.heard = w.conn.heard()
		if w.conn.peer.ID() == k.ref.Peer.ID() { // otherwise it is none of the peer's business
			w.swiss = k.ref.Swiss
		}
	}
	defer w.start()()
	if !yield(node, nil) {
		return errLeft
	}
	select {
	case <-Broken(AnyRef{Ref{node}}):
	case <-ctx.Done():
	case <-k.vat.ctx.Done():
	}
	if w.conn != nil && w.conn.isOver() {
		return w.conn.reason
	}
	return ErrClosed
}

// start lets the watchman work until the function that it returns is called.
func (w *watchman) start() (stop func()) {
	if w.conn == nil {
		return func() {}
	}
	stopped, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		w.watch(stopped)
	}()
	return func() {
		close(stopped)
		<-ended
	}
}

// wait waits before the next try. It waits no longer than it takes for a session with the peer, other than that of used, to come about
// and to last for the shortest wait: who comes back only to go again is no reason to try.
func (k *keeping) wait(ctx context.Context, d time.Duration, used *conn) {
	due := time.After(d)
	for k.isFound(ctx, &used, due) {
		select {
		case <-used.over:
			continue
		case <-time.After(k.backoff.delay(0, k.vat.rand)):
		case <-due:
		case <-ctx.Done():
		case <-k.vat.ctx.Done():
		}
		return
	}
}

// isFound waits for a session with the peer, other than that of used, which becomes that of it, and reports whether there is one.
func (k *keeping) isFound(ctx context.Context, used **conn, due <-chan time.Time) bool {
	arrived, stop := k.vat.awaitArrival(k.ref.Peer.ID(), *used)
	defer stop()
	select {
	case *used = <-arrived:
		return true
	case <-due:
	case <-ctx.Done():
	case <-k.vat.ctx.Done():
	}
	return false
}
