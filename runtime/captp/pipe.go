package captp

import (
	"context"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// Pipe is the eventual view of a reference, or of the result of a call that will be one: what is sent to it travels at once
// and waits for no answer. It is a small value to be copied. Generated code embeds it in a type for each interface.
//
// Spec: CapTP#promise-pipelining.
type Pipe[C Capability] struct {
	node    core.Cap
	ctx     context.Context          // of the chain: bounds how long its messages wait for room; nil if they do not
	stopped error                    // why nothing can be sent: the context of the chain was done
	raises  func(*BrokenError) error // reads what the call raises that the reference is the result of, nil if nothing
}

// Eventually returns the eventual view of c. If the context is done, nothing is sent through the view and its calls break with
// ctx.Err(). Otherwise it bounds how long a message may wait for room in the windows: see [Limits.TargetMessages]. The waiting for
// answers is bounded by the context that [Promise.Await] is given.
func Eventually[C Capability](ctx context.Context, c C) Pipe[C] {
	return Pipe[C]{node: RefOf(c).node, ctx: ctx, stopped: ctx.Err()}
}

// Cap returns the reference, which may be a promise and is usable at once.
func (p Pipe[C]) Cap() C { return As[C](Ref{p.node}) }

// Await waits until the reference is settled and returns what it is then. State may change while a method waits: see
// [Promise.Await], which has the same errors.
func (p Pipe[C]) Await(ctx context.Context) (C, error) {
	if p.stopped != nil {
		return C{}, p.stopped
	}
	return resolve(ctx, p.Cap(), p.raises)
}

// Done returns a channel that is closed when the reference is settled.
func (p Pipe[C]) Done() <-chan struct{} {
	if node, ok := p.node.(*core.Promise); ok && p.stopped == nil {
		return watch(node).done()
	}
	return closedChan
}

// reference makes a pipe an argument of [Encoder.Any].
func (p Pipe[C]) reference() Ref { return Ref{p.node} }

// Begin starts a message to the reference and returns the encoder for its arguments. head is constant Syrup syntax: the
// opening bracket of the list of arguments and the selector, if there is one, such as "[4'join". The encoder is used up by
// [Call], [CallParts], [CallRef], [CallVoid], [Tell] or [Stream.Send].
func (p Pipe[C]) Begin(head string) *Encoder {
	v := Ref{p.node}.vat()
	if v == nil {
		e := &Encoder{err: p.stopped, raises: p.raises}
		e.Fail(&TargetError{Reason: "a message to the zero reference"})
		return e
	}
	e := v.encoder()
	e.target, e.ctx, e.err, e.raises = p.node, p.ctx, p.stopped, p.raises
	e.buf = append(e.buf, head...)
	e.head = len(e.buf)
	return e
}

// Call closes the list of arguments and sends the message. The promise is fulfilled with what decode reads from the answer.
// Messages to a reference in it wait until it is here; see [CallParts].
//
// Spec: CapTP#opdeliver.
func Call[T any](m *Encoder, decode func(*Decoder) T) *Promise[T] {
	return call(m, decode, false)
}

func call[T any](m *Encoder, decode func(*Decoder) T, answer bool) *Promise[T] {
	v := m.vat
	p := &Promise[T]{f: future{vat: v, raises: m.raises}, decode: decode}
	if v == nil {
		p.f.fail(m.err)
		return p
	}
	if err := v.send(m, p.begin(answer)); err != nil && v.isOver() {
		p.f.fail(err)
	}
	return p
}

// CallVoid is [Call] for a method without result: whatever the answer is, it is ignored.
func CallVoid(m *Encoder) *Promise[struct{}] { return Call(m, ignore) }

func ignore(*Decoder) struct{} { return struct{}{} }

// CallRef is [Call] for a method whose result is a reference: messages can be sent to the result at once.
//
// Spec: CapTP#promise-pipelining.
func CallRef[C Capability](m *Encoder) Pipe[C] {
	v := m.vat
	if v == nil {
		return Pipe[C]{stopped: m.err}
	}
	node, ctx, raises := v.core.NewPromise(nil, true), m.ctx, m.raises
	return Pipe[C]{node: node, ctx: ctx, stopped: v.send(m, node), raises: raises}
}

// Tell closes the list of arguments and sends the message one way: nobody hears what becomes of it. The error is one that
// arose here: a closed vat, an argument that cannot be encoded.
func Tell(m *Encoder) error {
	if m.vat == nil {
		return m.err
	}
	return m.vat.send(m, nil)
}

// send posts the message that was written to m, when there is room for it, and uses m up. If the message cannot be sent, result breaks.
func (v *Vat) send(m *Encoder, result *core.Promise) error {
	m.seal()
	err := m.err
	if err == nil {
		err = v.admit(m, result)
	}
	ev := event{kind: eventSend, target: m.target, result: result, encoder: m}
	if err != nil {
		ev = event{kind: eventSettle, result: result, broken: true, err: err, encoder: m}
	}
	if !v.post(ev) {
		return ErrClosed
	}
	return err
}

// seal closes the list of arguments.
func (e *Encoder) seal() {
	e.buf = append(e.buf, syrup.ListEnd)
	e.checkLimits()
}

// Invoke sends a message of which no interface is known: args are what [Encoder.Any] accepts, a selector first where the
// object wants one, and the result is what [Decoder.Any] reads. See [Promise.Get] for what can be done with the result before it
// is here. If ctx is done, nothing is sent.
func Invoke(ctx context.Context, r Ref, args ...any) *Promise[any] {
	return call(dynamic(ctx, r, args), (*Decoder).Any, true)
}

// InvokeRef is [Invoke] for a message whose result is a reference.
func InvokeRef(ctx context.Context, r Ref, args ...any) Pipe[AnyRef] {
	return CallRef[AnyRef](dynamic(ctx, r, args))
}

// InvokeTell is [Invoke] one way. See [Tell].
func InvokeTell(ctx context.Context, r Ref, args ...any) error {
	return Tell(dynamic(ctx, r, args))
}

func dynamic(ctx context.Context, r Ref, args []any) *Encoder {
	m := Eventually(ctx, AnyRef{r}).Begin("[")
	for _, arg := range args {
		m.Any(arg)
	}
	return m
}
