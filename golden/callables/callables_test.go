package callables_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/callables"
	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

func TestCallHasNoSelector(t *testing.T) {
	l := captptest.NewLink(t)
	add := callables.NewAdder(l.B, func(_ context.Context, a, b int64) (int64, error) { return a + b, nil })
	c := captptest.Carry(t, l.B, l.A, add)
	l.ClearTranscript()
	got, err := c.Call(t.Context(), 2, 3)
	if got != 5 || err != nil {
		t.Errorf("got %d, %v", got, err)
	}
	if diff := cmp.Diff([]string{"[2 3]", "['fulfill 5]"}, transcript.Bodies(l.Transcript())); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestCallableOfThisVat(t *testing.T) {
	v, _ := captptest.Pair(t)
	add := callables.NewAdder(v, func(_ context.Context, a, b int64) (int64, error) { return a + b, nil })
	if got, err := add.Call(t.Context(), 2, 3); got != 5 || err != nil {
		t.Errorf("got %d, %v", got, err)
	}
}

func TestPipelineThroughCallable(t *testing.T) {
	l := captptest.NewLink(t)
	curry := callables.NewCurry(l.B, func(ctx context.Context, a int64) (callables.Unary, error) {
		return callables.NewUnary(captp.VatOf(ctx), func(_ context.Context, b int64) (int64, error) { return a + b, nil }), nil
	})
	c := captptest.Carry(t, l.B, l.A, curry)
	if got, err := c.E(t.Context()).Call(2).Call(3).Await(t.Context()); got != 5 || err != nil {
		t.Errorf("got %d, %v", got, err)
	}
}

func TestCallableAsArgumentAndResult(t *testing.T) {
	l := captptest.NewLink(t)
	stopped := make(chan string, 2)
	machine := callables.NewMachine(l.B, callables.MachineFuncs{
		StartFunc: func(ctx context.Context, onStop callables.Stop) (callables.Stop, error) {
			return callables.NewStop(captp.VatOf(ctx), func(ctx context.Context) error {
				stopped <- "machine"
				return onStop.Call(ctx)
			}), nil
		},
	})
	c := captptest.Carry(t, l.B, l.A, machine)
	onStop := callables.NewStop(l.A, func(context.Context) error {
		stopped <- "listener"
		return nil
	})
	stop, err := c.Start(t.Context(), onStop)
	if err != nil {
		t.Fatal(err)
	}
	if err := stop.Call(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := []string{<-stopped, <-stopped}; got[0] != "machine" || got[1] != "listener" {
		t.Errorf("got %v", got)
	}
}

func TestOptionalAndRest(t *testing.T) {
	l := captptest.NewLink(t)
	lines := make(chan string, 10)
	log := callables.NewLog(l.B, func(_ context.Context, line string, opts *callables.LogOpts) error {
		lines <- fmt.Sprint(line, opts.Level, opts.More)
		return nil
	})
	c := captptest.Carry(t, l.B, l.A, log)
	l.ClearTranscript()
	calls := []*callables.LogOpts{nil, {Level: captp.Some(int64(2))}, {More: []any{"x", int64(1)}}}
	want := []string{"a{1 true} []", "a{2 true} []", "a{1 true} [x 1]"}
	for i, opts := range calls {
		if err := c.Call(t.Context(), "a", opts); err != nil {
			t.Fatal(err)
		}
		if got := <-lines; got != want[i] {
			t.Errorf("got %q, want %q", got, want[i])
		}
	}
	sent := []string{
		`["a"]`, `['fulfill <void>]`, `["a" 2]`, `['fulfill <void>]`, `["a" <void> "x" 1]`, `['fulfill <void>]`,
	}
	if diff := cmp.Diff(sent, transcript.Bodies(l.Transcript())); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestVariadic(t *testing.T) {
	l := captptest.NewLink(t)
	count := callables.NewCount(l.B, func(_ context.Context, more ...string) (int64, error) { return int64(len(more)), nil })
	c := captptest.Carry(t, l.B, l.A, count)
	for want, args := range [][]string{{}, {"a"}, {"a", "b"}} {
		if got, err := c.Call(t.Context(), args...); got != int64(want) || err != nil {
			t.Errorf("got %d, %v, want %d", got, err, want)
		}
	}
}
