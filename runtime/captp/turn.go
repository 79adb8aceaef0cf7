package captp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// turn is the handling of one message by one object. It is the context that the handler gets.
//
// States: waiting (in the queue of its object), running (it has the queue), paused (it gave the queue up to wait for
// something), done. A turn of a concurrent object has no queue and is never paused.
type turn struct {
	context.Context // that of the session, or of the vat if it came from nobody else
	object          *object
	args            *parcel       // nil if the message is that no peer holds the object
	size            int           // what the turn takes up, in bytes
	result          *core.Promise // nil if nobody wants the result
	from            *conn         // whose message it is, nil if not known
	late            bool          // it began when the vat was being shut down
	next, previous  *turn         // at the word of the same peer, owned by the loop

	state atomic.Int32
	again chan struct{} // made by pause: the queue was given back
}

const (
	turnWaiting int32 = iota
	turnRunning
	turnPaused
	turnDone
)

// turnKey is the key under which a turn finds itself among the values of a context.
type turnKey struct{}

// Value implements [context.Context].
func (t *turn) Value(key any) any {
	if _, ok := key.(turnKey); ok {
		return t
	}
	return t.Context.Value(key)
}

// turnOf returns the turn that ctx belongs to, or nil.
func turnOf(ctx context.Context) *turn {
	t, _ := ctx.Value(turnKey{}).(*turn)
	return t
}

// VatOf returns the vat of the turn that ctx belongs to, nil if it belongs to none.
func VatOf(ctx context.Context) *Vat {
	if t := turnOf(ctx); t != nil {
		return t.object.vat()
	}
	return nil
}

// start lets the turn run as soon as it has the queue of its object. It is called by the loop.
func (t *turn) start() {
	switch {
	case t.object.isConcurrent():
		t.object.vat().runTurn(t)
	case t.object.isFull():
		t.finish(broken("the object has too many messages waiting"))
	case t.object.turns().enter(t):
		t.object.vat().runTurn(t)
	}
}

// run runs t, which has the queue, and the turns that wait behind it, until none waits or the queue goes to a turn that was
// paused.
func (t *turn) run() {
	for t != nil {
		if t.again != nil {
			close(t.again) // the goroutine of the paused turn goes on with the queue
			return
		}
		t.handle()
		if t.object.isConcurrent() {
			return
		}
		t = t.object.turns().leave()
	}
}

// pause gives the queue up and reports whether it did: it does not if the turn is not the one that has it.
func (t *turn) pause() bool {
	if t.object.isConcurrent() || !t.state.CompareAndSwap(turnRunning, turnPaused) {
		return false
	}
	t.again = make(chan struct{})
	if next := t.object.turns().leave(); next != nil {
		next.proceed()
	}
	return true
}

// proceed lets a turn that was given the queue go on, on a goroutine that is not the caller's.
func (t *turn) proceed() {
	if t.again != nil {
		close(t.again)
		return
	}
	t.object.vat().runTurn(t)
}

// resume takes the queue back, behind the turns that wait in it.
func (t *turn) resume() {
	if !t.object.turns().enter(t) {
		<-t.again
	}
	t.again = nil
	t.state.Store(turnRunning)
}

// handle runs the handler and reports what came of it. A panic breaks the promise and nothing else, and so does a handler
// that ends its goroutine.
func (t *turn) handle() {
	v := t.object.vat()
	if t.isGivenUp() {
		t.giveUp()
		return
	}
	t.state.Store(turnRunning)
	begun := v.clock()
	result := v.encoder()
	reported := false
	defer func() {
		if reported {
			return
		}
		cause := recover()
		t.state.Store(turnDone)
		v.totals.panics.Add(1)
		v.traceTurn(t, begun, "panicked")
		v.log.LogAttrs(t, slog.LevelError, "panic in a handler",
			t.labels(slog.String("panic", panicText(cause)), slog.String(stackKey, stack()))...)
		t.finish(broken(internalError))
		if cause == nil && !t.object.isConcurrent() { // the goroutine ends here
			if next := t.object.turns().leave(); next != nil {
				next.proceed()
			}
		}
	}()
	err := t.dispatch(result)
	if err == nil {
		err = result.Err()
	}
	if err != nil {
		v.logFailure(t, err)
	}
	o := v.outcome(result, err)
	reported = true
	t.state.Store(turnDone)
	v.traceTurn(t, begun, o.kindOfOutcome())
	t.finish(o)
}

// isGivenUp reports whether the turn is not to be begun any longer: see [conn.giveUpTurns]. Objects always hear that no peer holds them.
func (t *turn) isGivenUp() bool { return t.from != nil && t.args != nil && t.from.givenUp.Load() }

// giveUp ends the turn, which has not begun.
func (t *turn) giveUp() {
	t.object.vat().putParcel(t.args)
	t.args = nil
	t.state.Store(turnDone)
	t.finish(broken("the session is over"))
}

func (t *turn) dispatch(result *Encoder) error {
	if t.args == nil {
		if h, ok := handlerAs[unreferencedHandler](t.object.handler); ok {
			h.Unreferenced(t)
		}
		return nil
	}
	v := t.object.vat()
	args := v.decoder(t.args.Body)
	args.own = t.args.Own
	err := t.object.handler.Dispatch(t, args, result)
	v.putDecoder(args)
	v.putParcel(t.args)
	return err
}

// unreferencedHandler is what a handler implements that wants to hear when no peer holds its object any longer.
type unreferencedHandler interface {
	Unreferenced(ctx context.Context)
}

// finish reports the outcome that ev has to the loop.
func (t *turn) finish(ev event) {
	ev.kind, ev.result, ev.turn = eventTurnDone, t.result, t
	t.object.vat().post(ev)
}

// broken returns an event with the outcome of a promise that is broken for a reason.
func broken(reason string) event { return event{broken: true, err: &thrown{reason}} }

// labels returns what identifies the turn in logs, and more.
func (t *turn) labels(more ...slog.Attr) []slog.Attr {
	out := []slog.Attr{slog.String("object", t.object.name())}
	if t.from != nil {
		out = append(out, slog.String(peerKey, peerName(t.from.peer)))
	}
	return append(out, more...)
}

// name returns the object's label, or the type of its handler.
func (o *object) name() string {
	if o.special != nil && o.special.label != "" {
		return o.special.label
	}
	return fmt.Sprintf("%T", o.handler)
}

// outcome returns an event with what a promise becomes whose method wrote to e and returned err.
func (v *Vat) outcome(e *Encoder, err error) event {
	if err == nil {
		if len(e.buf) == 0 {
			e.Undefined()
		}
		e.checkLimits()
		err = e.err
	}
	if err == nil {
		return event{encoder: e}
	}
	e.reset()
	var (
		value  Marshaler
		public interface{ PublicReason() string }
	)
	switch {
	case errors.As(err, &value) && !isNilPointer(value):
		value.EncodeOCapN(e)
		e.checkLimits()
		if e.err == nil {
			return event{broken: true, encoder: e}
		}
		if declared, ok := value.(declaredError); ok {
			return broken(cut(declared.Error()))
		}
	case errors.As(err, &public):
		return broken(cut(public.PublicReason()))
	}
	return broken(internalError)
}

// logFailure logs an error of a handler of which the caller is not told.
func (v *Vat) logFailure(t *turn, err error) {
	v.totals.methodsFailed.Add(1)
	level := slog.LevelWarn
	var public interface{ PublicReason() string }
	if errors.As(err, new(Marshaler)) || errors.As(err, &public) {
		level = slog.LevelDebug
	}
	if v.log.Enabled(t, level) {
		v.log.LogAttrs(t, level, "method failed", t.labels(slog.String("error", err.Error()))...)
	}
}
