package captp

import (
	"context"
	"log/slog"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// Tracer hears what a vat does, for a debugger or a profile. Trace is called by the vat's loop, one event at a time and in
// order: while it runs, nothing else happens in the vat, so it must not wait for the vat, not even for [Vat.Stats], nor send. A vat
// without a tracer spends nothing on events. A Trace that panics loses the event, and a line is logged.
type Tracer interface {
	Trace(e TraceEvent)
}

// TraceKind says what a [TraceEvent] means. See the constants.
type TraceKind uint8

const (
	// TraceDial: a peer is being dialled.
	TraceDial TraceKind = iota + 1
	// TraceUp: a session is set up.
	TraceUp
	// TraceOver: a session, or a connection that was never to be one, is over; Err says why.
	TraceOver
	// TraceReceived: an operation came. What it brought about is heard of next.
	TraceReceived
	// TraceSent: an operation was encoded, to be sent.
	TraceSent
	// TraceDialFailed: a peer could not be reached; Err says why.
	TraceDialFailed
	// TraceTurn: a method ended that Peer called, on Object. Outcome says what came of it, and Took how long it ran, waiting included.
	TraceTurn
	// TraceHeld: nothing was read from the peer for as long as Took says; Reason is what stood in the way, as in SessionStats.Reading.
	TraceHeld
)

func (k TraceKind) String() string {
	switch k {
	case TraceDial:
		return "dial"
	case TraceUp:
		return "up"
	case TraceOver:
		return "over"
	case TraceReceived:
		return "received"
	case TraceSent:
		return "sent"
	case TraceDialFailed:
		return "dial failed"
	case TraceTurn:
		return "turn"
	case TraceHeld:
		return "held"
	default:
		return "unknown"
	}
}

// TraceEvent is one event. It holds nothing that is secret or that a peer could make large.
type TraceEvent struct {
	Kind TraceKind
	// Peer is the other side, zero as long as it is not known.
	Peer locator.PeerID
	// Op is the label of the operation.
	Op string
	// Bytes is the length of the operation that was sent.
	Bytes int
	// Err is the reason. Where a limit was gone over, a *[LimitError] is in its tree.
	Err error
	// Object is the label of an object of ours, or the type of its handler.
	Object string
	// Outcome is fulfilled, broken or panicked.
	Outcome string
	// Reason is why reading stopped.
	Reason string
	// Took is how long it took.
	Took time.Duration
}

// SlogTracer returns a tracer that logs every event at level debug, under the keys peer, op, bytes, error, object, outcome,
// reason and took.
func SlogTracer(l *slog.Logger) Tracer { return slogTracer{l} }

type slogTracer struct{ log *slog.Logger }

// Trace logs e.
func (t slogTracer) Trace(e TraceEvent) {
	ctx := context.Background()
	if !t.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{slog.String(peerKey, logged(idName(e.Peer)))}
	text := func(key, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(key, logged(value)))
		}
	}
	text("op", e.Op)
	if e.Bytes != 0 {
		attrs = append(attrs, slog.Int("bytes", e.Bytes))
	}
	if e.Err != nil {
		text("error", e.Err.Error())
	}
	text("object", e.Object)
	text("outcome", e.Outcome)
	text("reason", e.Reason)
	if e.Took != 0 {
		attrs = append(attrs, slog.Duration("took", e.Took))
	}
	t.log.LogAttrs(ctx, slog.LevelDebug, e.Kind.String(), attrs...)
}

// trace lets the tracer hear of an event. It runs on the loop.
func (v *Vat) trace(e TraceEvent) {
	if v.tracer != nil {
		v.tell(e)
	}
}

func (v *Vat) tell(e TraceEvent) {
	defer v.outlive("a tracer")
	v.tracer.Trace(e)
}

func (v *Vat) traceReceived(c *conn, op wire.Op) {
	if v.tracer != nil {
		v.tell(TraceEvent{Kind: TraceReceived, Peer: c.session.Peer().ID(), Op: opLabel(op)})
	}
}

// clock returns the time if somebody wants to know how long something takes.
func (v *Vat) clock() time.Time {
	if v.tracer == nil {
		return time.Time{}
	}
	return time.Now()
}

// traceTurn reports a turn that has run since begun.
func (v *Vat) traceTurn(t *turn, begun time.Time, outcome string) {
	if v.tracer == nil {
		return
	}
	e := TraceEvent{Kind: TraceTurn, Object: t.object.name(), Outcome: outcome, Took: time.Since(begun)}
	if t.from != nil {
		e.Peer = t.from.peer.ID()
	}
	v.do(func() { v.tell(e) })
}

// traceHeld reports that the reader of c has waited since begun.
func (v *Vat) traceHeld(c *conn, begun time.Time, why uint32) {
	if v.tracer == nil {
		return
	}
	took := time.Since(begun)
	v.do(func() {
		v.tell(TraceEvent{Kind: TraceHeld, Peer: c.session.PeerID(), Reason: heldText(why), Took: took})
	})
}

// traceSent counts and reports the operations in out, of which number i ends at ends[i].
func (v *Vat) traceSent(c *conn, out []byte, ends []int) {
	c.countSent(len(ends), len(out))
	if v.tracer == nil {
		return
	}
	start := 0
	for _, end := range ends {
		v.tell(TraceEvent{
			Kind: TraceSent, Peer: c.session.Peer().ID(), Op: string(recordLabel(out[start:end])), Bytes: end - start,
		})
		start = end
	}
}

// opLabel returns the label of an operation in the modern dialect.
func opLabel(op wire.Op) string {
	switch op.(type) {
	case *wire.StartSession, *core.Hello:
		return "op:start-session"
	case *wire.Abort:
		return "op:abort"
	case *wire.Deliver:
		return "op:deliver"
	case *wire.Listen:
		return "op:listen"
	case *wire.Get:
		return "op:get"
	case *wire.Index:
		return "op:index"
	case *wire.Untag:
		return "op:untag"
	case *wire.GCExports:
		return "op:gc-exports"
	case *wire.GCAnswers:
		return "op:gc-answers"
	default:
		return ""
	}
}
