package captp

import (
	"context"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// Ref is a reference: what may be sent messages, wherever it lives. It leads to an object of this vat, to an object of a
// peer, or to the promise of one, which is usable at once.
//
// Refs are small values to be copied and compared: within one vat, two references to the same settled object are ==. A
// promise is not == to what it resolves to; see [Resolve] and [Same]. The zero Ref refers to nothing: it cannot be sent, and
// a message to it breaks its answer.
//
// Nobody has to give a reference back: when the program no longer reaches it, the peer is told. All methods and functions on
// references may be called by any goroutine.
//
// Spec: Model#target, Model#promise.
type Ref struct {
	node core.Cap
}

// IsZero reports whether r refers to nothing.
func (r Ref) IsZero() bool { return r.node == nil }

// reference is Ref, and every struct that embeds it.
type reference interface{ reference() Ref }

func (r Ref) reference() Ref { return r }

// Capability is the constraint of reference types. Generated code has one for each interface:
//
//	type User struct{ captp.Ref }
type Capability interface{ ~struct{ Ref } }

// As returns r as a reference of type C. What r leads to is not looked at.
func As[C Capability](r Ref) C { return C(struct{ Ref }{r}) }

// RefOf returns c without its type.
func RefOf[C Capability](c C) Ref { return struct{ Ref }(c).Ref }

// AnyRef is a reference to an object of which no interface is known. See [Invoke].
type AnyRef struct{ Ref }

// vat returns the vat of r, nil for the zero Ref.
func (r Ref) vat() *Vat {
	if r.node == nil {
		return nil
	}
	return r.node.Vat().Host().(*Vat)
}

// Release gives up c before the garbage collector would: later messages to it break with *[ReleasedError], for every holder
// in this vat, and its peer may forget it. It has no effect on a zero reference, on an object of this vat, on a promise that is
// not settled (what it becomes can be released), or when c was released before. It does not block.
//
// Spec: CapTP#opgc-exports.
func Release[C Capability](c C) {
	r := RefOf(c)
	if v := r.vat(); v != nil {
		v.do(func() { v.core.Release(r.node) })
	}
}

// Broken returns a channel that is closed when c can never be reached again: its session ended, or the promise that it is
// broke or was fulfilled with something that is no reference. The channel of an object of this vat is closed with the vat,
// that of the zero reference is closed. [Release] closes none.
//
// A settled reference has one channel for all who ask. For one that is a promise, each call makes a channel that is kept until it is
// closed: ask once and keep it, or ask for what [Resolve] returns.
func Broken[C Capability](c C) <-chan struct{} {
	r := RefOf(c)
	switch node := r.node.(type) {
	case nil:
		return closedChan
	case *core.Import:
		return node.Session().Host().(*conn).over
	case *core.Promise:
		w := &brokenWaiter{vat: r.vat(), ch: make(chan struct{})}
		if !w.vat.do(func() { w.watch(node) }) {
			return closedChan
		}
		return w.ch
	default:
		return r.vat().over
	}
}

// brokenWaiter closes a channel when the promise it waits for leads nowhere any longer.
type brokenWaiter struct {
	vat *Vat
	ch  chan struct{}
}

// watch waits for the promise, or for the end of the vat. It runs on the loop.
func (w *brokenWaiter) watch(p *core.Promise) {
	w.vat.watching[w] = struct{}{}
	w.vat.core.Watch(p, w)
}

// settled runs on the loop.
func (w *brokenWaiter) settled(o *core.Outcome) {
	delete(w.vat.watching, w)
	if !o.Broken {
		switch node, _ := o.Value.Cap(); node := node.(type) {
		case *core.Object:
			w.vat.closing = append(w.vat.closing, w.ch)
			return
		case *core.Import:
			if c := node.Session().Host().(*conn); !c.ended {
				c.broken = append(c.broken, w.ch)
				return
			}
		}
	}
	close(w.ch)
}

// Resolve waits until c is settled and returns the reference behind it, which is c itself if c is no promise. It returns the
// error that the promise broke with, or ctx.Err() when ctx ends first; then nothing but the waiting ends.
//
// State may change while a method waits: see [Promise.Await].
func Resolve[C Capability](ctx context.Context, c C) (C, error) { return resolve(ctx, c, nil) }

// resolve is Resolve for what is the result of a call; raises reads the errors that the call raises.
func resolve[C Capability](ctx context.Context, c C, raises func(*BrokenError) error) (C, error) {
	r := RefOf(c)
	p, ok := r.node.(*core.Promise)
	if !ok {
		if r.node == nil {
			return c, &TargetError{Reason: "the zero reference"}
		}
		return c, nil
	}
	f := watch(p)
	f.raises = raises
	if err := f.wait(ctx); err != nil {
		return C{}, err
	}
	node, ok := f.outcome.Value.Cap()
	if !ok {
		return C{}, &TargetError{Reason: "the promise was fulfilled with a value that is no reference"}
	}
	return As[C](Ref{node}), nil
}

// Same reports whether a and b lead to the same object. It waits for both to be settled, as [Resolve] does.
func Same[C Capability](ctx context.Context, a, b C) (bool, error) {
	x, err := Resolve(ctx, a)
	if err != nil {
		return false, err
	}
	y, err := Resolve(ctx, b)
	if err != nil {
		return false, err
	}
	return RefOf(x) == RefOf(y), nil
}

// Local returns the program's own handler behind c, if c is an object of this vat and its handler, or what that wraps, is an
// H. A promise is never one; see [Resolve].
func Local[H any, C Capability](c C) (H, bool) {
	if o := RefOf(c).object(); o != nil {
		return handlerAs[H](o.handler)
	}
	var zero H
	return zero, false
}

// handlerAs returns h, or what it wraps, as an H.
func handlerAs[H any](h any) (H, bool) {
	for h != nil {
		if out, ok := h.(H); ok {
			return out, true
		}
		w, ok := h.(interface{ Unwrap() any })
		if !ok {
			break
		}
		h = w.Unwrap()
	}
	var zero H
	return zero, false
}
