package captptest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// A trio works outside of a bubble as well, by the clock of the machine.
func TestTrioOutsideOfABubble(t *testing.T) {
	trio := captptest.NewTrio(t)
	far := captptest.Carry(t, trio.Exporter, trio.Gifter, newWaiter(trio.Exporter, "ada"))
	back := trio.Way(captptest.Exporter, captptest.Gifter)
	back.Hold()
	answer := captp.Invoke(t.Context(), far.Ref, captp.Symbol("greet"), "you")
	if err := back.Pass(t.Context(), 1); err != nil { // the answer, or news about garbage
		t.Fatal(err)
	}
	back.Release()
	expectResult(t, answer, "ada greets you")
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	if err := trio.Way(captptest.Gifter, captptest.Receiver).Pass(ctx, 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("pass where nothing comes: %v, want %v", err, context.DeadlineExceeded)
	}
}

// Dials are refused where the test says so, with its error.
func TestRefuseDials(t *testing.T) {
	errNoWay := errors.New("no way")
	trio := captptest.NewTrio(t)
	waiter := newWaiter(trio.Exporter, "ada")
	enliven := publish(t, trio.Exporter, waiter)
	trio.Way(captptest.Receiver, captptest.Exporter).RefuseDials(errNoWay)
	captptest.Carry(t, trio.Exporter, trio.Gifter, waiter)
	if _, err := captp.Resolve(t.Context(), enliven(t.Context(), trio.Receiver)); !errors.Is(err, errNoWay) {
		t.Errorf("got error %v, want %v", err, errNoWay)
	}
	if got := trio.Line(captptest.Receiver, captptest.Exporter).Conns(); len(got) != 0 {
		t.Errorf("%d conns in spite of the refusal", len(got))
	}
	trio.Way(captptest.Receiver, captptest.Exporter).RefuseDials(nil)
	captptest.Carry(t, trio.Exporter, trio.Receiver, waiter)
}
