package captp

import (
	"context"
	"sync/atomic"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// Promise is a value that is not here yet: the answer to a call, or what somebody holds the [Resolver] for. It is fulfilled
// or broken at most once. All methods may be called by any goroutine.
//
// Spec: Model#promise.
type Promise[T any] struct {
	f      future
	decode func(*Decoder) T
	local  *T           // what a Resolver of this process fulfilled it with; valid once the future is settled
	own    core.Promise // what f.node leads to, unless that was there before
}

// begin makes p the promise of a value that is decided from now on, and returns what the core knows it by.
func (p *Promise[T]) begin(answer bool) *core.Promise {
	p.f.vat.core.InitPromise(&p.own, &p.f, answer)
	p.f.node = &p.own
	return &p.own
}

// Await waits for the value. State may change while a method waits: the turn gives its object's queue up, so that other
// messages to the object run in between, and takes its place at the end of the queue when the promise is settled.
//
// Await returns *[BrokenError] when the promise was broken by whoever was to settle it, *[SessionError] when the session that
// it depended on ended, *[ArgError] when the value is not a T, and ctx.Err() when ctx ended first. The context cancels only
// the waiting: OCapN cannot call back a message that was sent.
//
// A turn gives its queue up only for an Await with its own context, or one derived from it, on its own goroutine. If a method
// starts goroutines that wait, it gives them a context of another origin.
func (p *Promise[T]) Await(ctx context.Context) (T, error) {
	var zero T
	if err := p.f.wait(ctx); err != nil {
		return zero, err
	}
	if p.local != nil {
		return *p.local, nil
	}
	d := p.f.vat.decoder(p.f.outcome.Value)
	v := p.decode(d)
	err := d.Err()
	p.f.vat.putDecoder(d)
	if err != nil {
		return zero, err
	}
	return v, nil
}

// Wait is [Promise.Await] for those who do not want the value, which is not looked at.
func (p *Promise[T]) Wait(ctx context.Context) error { return p.f.wait(ctx) }

// Done returns a channel that is closed when the promise is settled. A promise that is open when its vat is closed stays so,
// but Await returns.
func (p *Promise[T]) Done() <-chan struct{} { return p.f.done() }

// DecodePromise reads a promise, or a value in its place, which makes a promise of that value.
//
// Spec: Model#promise.
func DecodePromise[T any](d *Decoder, each func(*Decoder) T) *Promise[T] {
	p := &Promise[T]{f: future{vat: d.vat}, decode: each}
	if d.vat == nil { // a reason, which belongs to no vat that could wait for it
		d.mismatch("no promise")
		p.f.fail(d.Err())
		return p
	}
	if s, ok := d.slot(); ok {
		p.f.node = s.Cap
		p.f.unwatched.Store(true)
		d.Skip()
		return p
	}
	from := d.in.Offset()
	each(d)
	if !d.spend(d.in.Offset() - from) { // a promise in the value has a copy of its part
		p.f.fail(d.Err())
		return p
	}
	node := p.begin(false)
	value := d.vat.encoder()
	d.appendPart(value, from, d.in.Offset())
	if !d.vat.post(event{kind: eventSettle, result: node, encoder: value}) {
		p.f.fail(ErrClosed)
	}
	return p
}

// reference makes a promise an argument of [Encoder.Any].
func (p *Promise[T]) reference() Ref { return Ref{p.f.node} }

// future is the part of a promise that does not depend on its type. The loop settles it, anybody waits for it.
type future struct {
	vat  *Vat
	node core.Cap // nil if the future was settled when it was made

	raises    func(*BrokenError) error // reads the declared errors that it may break with, nil if none are known
	unwatched atomic.Bool              // the loop was not yet asked to tell the outcome
	parked    atomic.Pointer[parker]   // the first who waits; gone once settled
	ch        atomic.Value             // chan struct{}: made for whoever else waits, closed once settled
	outcome   *core.Outcome            // valid once settled, unless err is set
	err       error                    // valid once settled: why there is no outcome
}

var (
	// gone is the parker of a future that is settled: nobody waits any longer.
	gone = new(parker)

	// closedChan is the channel of everything that is settled when somebody starts to wait for it.
	closedChan = func() chan struct{} {
		ch := make(chan struct{})
		close(ch)
		return ch
	}()
)

// watch returns a future of what c is settled to.
func watch(c core.Cap) *future {
	f := &future{vat: Ref{c}.vat(), node: c}
	f.unwatched.Store(true)
	return f
}

// settled takes the outcome. It is called on the loop, once, or by whoever finds the loop gone.
func (f *future) settled(o *core.Outcome) {
	f.outcome = o
	f.finish()
}

// fail settles the future with an error that arose before anything was sent.
func (f *future) fail(err error) {
	f.err = err
	f.finish()
}

func (f *future) finish() {
	if p := f.parked.Swap(gone); p != nil {
		p.wakeUp()
	}
	if ch, ok := f.ch.Load().(chan struct{}); ok {
		close(ch)
	}
}

func (f *future) isSettled() bool { return f.parked.Load() == gone }

// watch asks the loop to tell the outcome, unless that was done.
func (f *future) watch() {
	if f.unwatched.Load() && f.unwatched.CompareAndSwap(true, false) {
		if !f.vat.do(func() { f.vat.core.Watch(f.node, f) }) {
			f.fail(ErrClosed)
		}
	}
}

// done returns the channel that is closed when the future is settled.
func (f *future) done() chan struct{} {
	f.watch()
	if !f.isSettled() {
		f.ch.CompareAndSwap(nil, make(chan struct{}))
	}
	if f.isSettled() { // perhaps before the channel was there to be closed
		return closedChan
	}
	return f.ch.Load().(chan struct{})
}

// result returns nil if the future is fulfilled, the error if it is broken. It is settled.
func (f *future) result() error {
	switch {
	case f.err != nil:
		return f.err
	case f.outcome.Broken:
		return raised(outcomeError(f.outcome), f.vat, f.raises)
	default:
		return nil
	}
}

// wait returns nil when the future is fulfilled, and an error when it is broken, or when ctx or the vat ends first.
func (f *future) wait(ctx context.Context) error {
	f.watch()
	if f.isSettled() {
		return f.result()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if t := turnOf(ctx); t != nil && t.pause() {
		defer t.resume()
	}
	p := f.vat.parker()
	if !f.parked.CompareAndSwap(nil, p) { // somebody else waits, or it was settled just now
		f.vat.putParker(p)
		return f.waitBeside(ctx)
	}
	return f.park(ctx, p)
}

// park waits with p, by which the future wakes one goroutine.
func (f *future) park(ctx context.Context, p *parker) error {
	if !p.enter() {
		return f.resultOr(ErrClosed)
	}
	var stopped error
	select {
	case <-p.wake:
	case <-ctx.Done():
		if stopped = ctx.Err(); !f.parked.CompareAndSwap(p, nil) {
			<-p.wake // the future was settled just now
		}
	}
	if p.leave() {
		f.vat.putParker(p)
	} else if stopped == nil {
		stopped = ErrClosed
	}
	return f.resultOr(stopped)
}

// waitBeside waits for a future that another goroutine waits for.
func (f *future) waitBeside(ctx context.Context) error {
	select {
	case <-f.done():
		return f.result()
	case <-ctx.Done():
		return f.resultOr(ctx.Err())
	case <-f.vat.over:
		return f.resultOr(ErrClosed)
	}
}

// resultOr returns what the future is settled to, or why there is nobody who waits for that any longer.
func (f *future) resultOr(stopped error) error {
	if f.isSettled() {
		return f.result()
	}
	return stopped
}
