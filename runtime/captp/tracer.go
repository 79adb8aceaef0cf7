package captp

import (
	"context"
	"log/slog"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// Tracer hears what a vat does, for a debugger or a profile. Trace is called by the vat's loop, one event at a time and in
// order: while it runs, nothing else happens in the vat, so it must not wait for the vat, not even for [Vat.Stats], nor send. A vat
// without a tracer spends nothing on events.
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
	// Err is the reason.
	Err error
}

// SlogTracer returns a tracer that logs every event at level debug, under the keys peer, op, bytes and error.
func SlogTracer(l *slog.Logger) Tracer { return slogTracer{l} }

type slogTracer struct{ log *slog.Logger }

// Trace logs e.
func (t slogTracer) Trace(e TraceEvent) {
	ctx := context.Background()
	if !t.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{slog.String("peer", cut(e.Peer.Designator+"."+e.Peer.Transport))}
	if e.Op != "" {
		attrs = append(attrs, slog.String("op", cut(e.Op)))
	}
	if e.Bytes != 0 {
		attrs = append(attrs, slog.Int("bytes", e.Bytes))
	}
	if e.Err != nil {
		attrs = append(attrs, slog.String("error", cut(e.Err.Error())))
	}
	t.log.LogAttrs(ctx, slog.LevelDebug, e.Kind.String(), attrs...)
}

func (v *Vat) trace(e TraceEvent) {
	if v.tracer != nil {
		v.tracer.Trace(e)
	}
}

func (v *Vat) traceReceived(c *conn, op wire.Op) {
	if v.tracer != nil {
		v.tracer.Trace(TraceEvent{Kind: TraceReceived, Peer: c.session.Peer().ID(), Op: opLabel(op)})
	}
}

// traceSent reports the operations in out, of which number i ends at ends[i].
func (v *Vat) traceSent(c *conn, out []byte, ends []int) {
	if v.tracer == nil {
		return
	}
	start := 0
	for _, end := range ends {
		v.tracer.Trace(TraceEvent{
			Kind: TraceSent, Peer: c.session.Peer().ID(), Op: string(recordLabel(out[start:end])), Bytes: end - start,
		})
		start = end
	}
}

// opLabel returns the label of an operation in the modern dialect.
func opLabel(op wire.Op) string {
	switch op.(type) {
	case *wire.StartSession:
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
