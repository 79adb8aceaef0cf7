package streams_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/golden/streams"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// sink takes pieces until it is full. Turns run one at a time, so it needs no lock.
type sink struct {
	pieces []string
	limit  int
}

func (s *sink) Write(_ context.Context, data []byte) error {
	if len(s.pieces) == s.limit {
		return fmt.Errorf("a secret: %w", &streams.FullError{Limit: captp.Some(int64(s.limit))})
	}
	s.pieces = append(s.pieces, string(data))
	return nil
}

func (s *sink) Note(_ context.Context, text string, opts *streams.SinkNoteOpts) error {
	s.pieces = append(s.pieces, fmt.Sprint(text, opts.Level.Value, opts.Tags))
	return nil
}

func (s *sink) FlushEarly(_ context.Context, a, b, c string) error {
	s.pieces = append(s.pieces, a+b+c)
	return nil
}

func (s *sink) Tick(context.Context) error {
	s.pieces = append(s.pieces, "tick")
	return nil
}

func (s *sink) Size(context.Context) (int64, error) { return int64(len(s.pieces)), nil }

func (s *sink) Name(context.Context) (string, error) { return "a sink", nil }

func TestStreams(t *testing.T) {
	l := captptest.NewLink(t)
	server := &sink{limit: 10}
	c := captptest.Carry(t, l.B, l.A, streams.NewSink(l.B, server))
	l.ClearTranscript()
	ctx := t.Context()

	write := c.Write()
	note := c.E(ctx).Note(captp.StreamWindow(2, 0))
	early := c.FlushEarly()
	tick := c.Tick()
	for _, err := range []error{
		write.Send(ctx, []byte("a")),
		write.Send(ctx, []byte("b")),
		note.Send(ctx, "n", nil),
		note.Send(ctx, "n", &streams.SinkNoteOpts{Level: captp.Some(int64(2)), Tags: []string{"x", "y"}}),
		early.Send(ctx, "s", "m", "ctx"),
		tick.Send(ctx),
		write.Flush(ctx), note.Flush(ctx), early.Flush(ctx), tick.Flush(ctx),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	if diff := cmp.Diff([]string{"a", "b", "n1 []", "n2 [x y]", "smctx", "tick"}, server.pieces); diff != "" {
		t.Errorf("pieces (-want +got):\n%s", diff)
	}
	if n, err := c.Size(ctx); n != 6 || err != nil {
		t.Errorf("got %d, %v", n, err)
	}
	var calls []string
	for _, body := range transcript.Bodies(l.Transcript()) {
		if !strings.HasPrefix(body, "['fulfill") {
			calls = append(calls, body)
		}
	}
	want := []string{
		`['write :61]`, `['write :62]`, `['note "n"]`, `['note "n" 2 "x" "y"]`, `['flush-early "s" "m" "ctx"]`, `['tick]`, `['size]`,
	}
	if diff := cmp.Diff(want, calls); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	if got := strings.Count(l.Transcript(), "'fulfill <void>"); got != 6 {
		t.Errorf("%d messages were answered, want 6", got)
	}
}

// A declared error comes out of the stream, with the number of the message that it is for.
func TestRaisedByStream(t *testing.T) {
	for _, d := range []captp.Dialect{captp.Modern, captp.SuitePR, captp.SuiteMain} {
		a, b := captptest.Pair(t, captp.WithDialect(d))
		server := &sink{limit: 2}
		for name, c := range map[string]streams.Sink{
			"near": streams.NewSink(a, server),
			"far":  captptest.Carry(t, b, a, streams.NewSink(b, server)),
		} {
			server.pieces = nil
			write := c.Write()
			for range 3 {
				if err := write.Send(t.Context(), []byte("x")); err != nil {
					t.Fatal(err)
				}
			}
			err := write.Flush(t.Context())
			full, ok := errors.AsType[*streams.FullError](err)
			if !ok || full.Limit != captp.Some(int64(2)) {
				t.Errorf("%v, %s: got %v, want *FullError", d, name, err)
			}
			if failed, ok := errors.AsType[*captp.StreamError](err); !ok || failed.Message != 3 {
				t.Errorf("%v, %s: got %v, want that message 3 failed", d, name, err)
			}
			if again := write.Send(t.Context(), []byte("y")); again != err {
				t.Errorf("%v, %s: a later Send: got %v", d, name, again)
			}
		}
	}
}

// A stream can begin before it is known where the object is, and by the view of what an interface extends.
func TestStreamToResult(t *testing.T) {
	a, b := captptest.Pair(t)
	server := &sink{limit: 10}
	store := captptest.Carry(t, b, a, streams.NewStore(b, streams.StoreFuncs{
		OpenFunc: func(context.Context, string) (streams.Sink, error) {
			return streams.NewNamedSink(b, server).Sink(), nil
		},
	}))
	ctx := t.Context()
	write := store.E(ctx).Open("x").Write()
	named := captptest.Carry(t, b, a, streams.NewNamedSink(b, server))
	derived := named.Write()
	for _, err := range []error{
		write.Send(ctx, []byte("a")), write.Flush(ctx),
		derived.Send(ctx, []byte("b")), derived.Flush(ctx),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	tick := named.E(ctx).Tick()
	if err := errors.Join(tick.Send(ctx), tick.Flush(ctx)); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"a", "b", "tick"}, server.pieces); diff != "" {
		t.Errorf("pieces (-want +got):\n%s", diff)
	}
}

func TestFakeStreams(t *testing.T) {
	a, b := captptest.Pair(t)
	c := captptest.Carry(t, b, a, streams.NewSink(b, streams.SinkFuncs{TickFunc: func(context.Context) error { return nil }}))
	tick := c.Tick()
	if err := errors.Join(tick.Send(t.Context()), tick.Flush(t.Context())); err != nil {
		t.Error(err)
	}
	write := c.Write()
	if err := write.Send(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if err := write.Flush(t.Context()); err == nil || !strings.Contains(err.Error(), `no method "write"`) {
		t.Errorf("got %v", err)
	}
}

// The answer to a message of a stream is not looked at, whatever it is.
func TestOddAnswersToStream(t *testing.T) {
	a, b := captptest.Pair(t)
	for _, answer := range []any{nil, 1, "a", []any{1, nil}, map[string]any{"x": 1}, captp.Tagged{Tag: "full"}} {
		o := captp.NewObject(b, captp.HandlerFunc(func(context.Context, []any) (any, error) { return answer, nil }))
		tick := captptest.Carry(t, b, a, captp.As[streams.Sink](o)).Tick()
		if err := errors.Join(tick.Send(t.Context()), tick.Flush(t.Context())); err != nil {
			t.Errorf("%#v: got %v", answer, err)
		}
	}
	var arg *captp.BrokenError
	o := captptest.Carry(t, b, a, streams.NewSink(b, &sink{}))
	if _, err := captp.Invoke(t.Context(), o.Ref, captp.Symbol("write"), 1).Await(t.Context()); !errors.As(err, &arg) {
		t.Errorf("a wrong argument: got %v", err)
	}
}
