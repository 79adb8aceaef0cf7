package captp

import (
	"errors"
	"sync/atomic"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// Resolver settles the promise that it was made with. Its methods may be called by any goroutine and do not block; only the
// first call has an effect.
type Resolver[T any] struct {
	vat     *Vat
	node    *core.Promise
	used    *atomic.Bool
	promise *Promise[T] // nil if T is a reference type
}

// NewPromise returns a promise of this vat and what settles it. T is what [Encoder.Any] accepts: the promise can be sent to
// peers. For the promise of a reference see [NewPromiseRef].
func NewPromise[T any](v *Vat) (*Promise[T], Resolver[T]) {
	p := &Promise[T]{f: future{vat: v}, decode: decodeLocal[T]}
	node := p.begin(false)
	return p, Resolver[T]{vat: v, node: node, used: new(atomic.Bool), promise: p}
}

// decodeLocal stands where the value of a promise of this process never has to be decoded.
func decodeLocal[T any](d *Decoder) T {
	var zero T
	d.mismatch("the value of a resolver of this process")
	return zero
}

// NewPromiseRef returns a reference that is a promise, usable at once, and what settles it. Messages to it wait until then.
func NewPromiseRef[C Capability](v *Vat) (C, Resolver[C]) {
	node := v.core.NewPromise(nil, true)
	return As[C](Ref{node}), Resolver[C]{vat: v, node: node, used: new(atomic.Bool)}
}

// Fulfill settles the promise with value. If value cannot be encoded, the promise breaks. A reference may itself be a
// promise, which the promise then follows.
//
// Spec: CapTP#fulfill.
func (r Resolver[T]) Fulfill(value T) {
	if !r.used.CompareAndSwap(false, true) {
		return
	}
	e := r.vat.encoder()
	e.Any(value)
	ev := r.vat.outcome(e, e.Err())
	if r.promise != nil && !ev.broken {
		r.promise.local = &value
	}
	r.settle(ev)
}

// errNoReason breaks a promise that is broken without an error.
var errNoReason = errors.New("no reason")

// Break settles the promise with a reason. What peers are told of err is what they are told of the error of a method; nil counts as
// an error of which they are told nothing.
//
// Spec: CapTP#break.
func (r Resolver[T]) Break(err error) {
	if r.used.CompareAndSwap(false, true) {
		if err == nil {
			err = errNoReason
		}
		r.settle(r.vat.outcome(r.vat.encoder(), err))
	}
}

// settle settles the promise with the outcome that ev has.
func (r Resolver[T]) settle(ev event) {
	ev.kind, ev.result = eventSettle, r.node
	r.vat.post(ev)
}
