package captptest_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// greet sends a message, and returns a function that reports whether the answer is there.
func greet(t *testing.T, r anyRef) (answered func() bool) {
	t.Helper()
	done := make(chan error, 1)
	p := captp.Invoke(t.Context(), r.Ref, captp.Symbol("greet"), "you")
	go func() {
		_, err := p.Await(t.Context())
		done <- err
	}()
	return func() bool {
		synctest.Wait()
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
			return true
		default:
			return false
		}
	}
}

// A way, a line or everything is held, and the rest goes on.
func TestHold(t *testing.T) {
	tests := []struct {
		name          string
		hold, release func(trio *captptest.Trio)
		line, other   int // messages of a call between gifter and exporter, and of one between receiver and exporter, that wait
	}{
		{
			"way",
			func(trio *captptest.Trio) { trio.Way(captptest.Exporter, captptest.Gifter).Hold() },
			func(trio *captptest.Trio) { trio.Way(captptest.Exporter, captptest.Gifter).Release() },
			1, 0,
		},
		{
			"line",
			func(trio *captptest.Trio) { trio.Line(captptest.Exporter, captptest.Gifter).Hold() },
			func(trio *captptest.Trio) { trio.Line(captptest.Gifter, captptest.Exporter).Release() },
			1, 0,
		},
		{"all", (*captptest.Trio).Hold, (*captptest.Trio).Release, 1, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				trio := captptest.NewTrio(t)
				waiter := newWaiter(trio.Exporter, "ada")
				ofGifter := captptest.Carry(t, trio.Exporter, trio.Gifter, waiter)
				ofReceiver := captptest.Carry(t, trio.Exporter, trio.Receiver, waiter)
				synctest.Wait()
				tt.hold(trio)
				gifterHears, receiverHears := greet(t, ofGifter), greet(t, ofReceiver)
				if got := gifterHears(); got {
					t.Error("an answer comes over what is held")
				}
				if got, want := receiverHears(), tt.other == 0; got != want {
					t.Errorf("the answer on another line is there: %v, want %v", got, want)
				}
				line, other := trio.Line(captptest.Gifter, captptest.Exporter), trio.Line(captptest.Receiver, captptest.Exporter)
				if diff := cmp.Diff([]int{tt.line, tt.other, tt.line + tt.other}, []int{line.Held(), other.Held(), trio.Held()}); diff != "" {
					t.Errorf("held (-want +got):\n%s", diff)
				}
				tt.release(trio)
				if !gifterHears() || tt.other > 0 && !receiverHears() {
					t.Error("no answer after the release")
				}
			})
		})
	}
}

// Pass waits for messages that are not sent yet, and lets no more go than it was asked to.
func TestPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		trio := captptest.NewTrio(t)
		far := captptest.Carry(t, trio.Exporter, trio.Gifter, newWaiter(trio.Exporter, "ada"))
		synctest.Wait()
		back := trio.Way(captptest.Exporter, captptest.Gifter)
		back.Hold()
		passed := make(chan error, 1)
		go func() { passed <- back.Pass(t.Context(), 2) }()
		first := greet(t, far)
		if !first() || len(passed) > 0 {
			t.Error("the first answer has not passed, or was counted twice")
		}
		if second := greet(t, far); !second() || <-passed != nil {
			t.Error("the second answer has not passed")
		}
		third := greet(t, far)
		if third() {
			t.Error("a third answer has passed")
		}
		back.Release()
		if !third() {
			t.Error("no answer after the release")
		}
	})
}

// One line is cut and the others are not. It can be mended.
func TestCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		trio := captptest.NewTrio(t)
		waiter := newWaiter(trio.Exporter, "ada")
		enliven := publish(t, trio.Exporter, waiter)
		ofGifter := captptest.Carry(t, trio.Exporter, trio.Gifter, waiter)
		ofReceiver := captptest.Carry(t, trio.Exporter, trio.Receiver, waiter)
		line := trio.Line(captptest.Gifter, captptest.Exporter)
		line.Cut()
		<-captp.Broken(ofGifter)
		expectResult(t, captp.Invoke(t.Context(), ofReceiver.Ref, captp.Symbol("greet"), "you"), "ada greets you")
		if _, err := captp.Resolve(t.Context(), enliven(t.Context(), trio.Gifter)); !errors.Is(err, captptest.ErrCut) {
			t.Errorf("dial over a line that is cut: %v, want %v", err, captptest.ErrCut)
		}
		line.Mend()
		again := enliven(t.Context(), trio.Gifter)
		expectResult(t, captp.Invoke(t.Context(), again.Ref, captp.Symbol("greet"), "you"), "ada greets you")
		if got := len(line.Conns()); got != 2 {
			t.Errorf("%d conns, want 2", got)
		}
	})
}

// openConns returns how many conns are open between gifter and receiver, gifter and exporter, receiver and exporter.
func openConns(trio *captptest.Trio) []int {
	synctest.Wait()
	return []int{
		trio.Open(captptest.Gifter, captptest.Receiver), trio.Open(captptest.Gifter, captptest.Exporter),
		trio.Open(captptest.Receiver, captptest.Exporter),
	}
}

// Who has a conn with whom can be seen, and who dialled.
func TestConns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		trio := captptest.NewTrio(t)
		expect := func(when string, want ...int) {
			t.Helper()
			if diff := cmp.Diff(want, openConns(trio)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", when, diff)
			}
		}
		expect("at first", 0, 0, 0)
		kept := captptest.Carry(t, trio.Exporter, trio.Gifter, newWaiter(trio.Exporter, "ada"))
		expect("after a dial", 0, 1, 0)
		captptest.Carry(t, trio.Receiver, trio.Exporter, newWaiter(trio.Receiver, "guest"))
		expect("after another one", 0, 1, 1)
		for _, c := range trio.Line(captptest.Receiver, captptest.Exporter).Conns() {
			if got, want := [2]string{c.Dialler(), c.Acceptor()}, [2]string{"exporter", "receiver"}; got != want {
				t.Errorf("dialler and acceptor: %v, want %v", got, want)
			}
			c.Cut()
		}
		expect("after a cut", 0, 1, 0)
		trio.Exporter.Close()
		<-captp.Broken(kept)
		expect("after the end of a vat", 0, 0, 0)
	})
}

// Vats that dial each other at once make two conns, of which one stays.
func TestCrossedDials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		trio := captptest.NewTrio(t)
		line := trio.Line(captptest.Gifter, captptest.Receiver)
		there, back := trio.Way(captptest.Gifter, captptest.Receiver), trio.Way(captptest.Receiver, captptest.Gifter)
		there.HoldDials()
		back.HoldDials()
		line.Hold()
		ofGifter := publish(t, trio.Receiver, newWaiter(trio.Receiver, "guest"))(t.Context(), trio.Gifter)
		ofReceiver := publish(t, trio.Gifter, newWaiter(trio.Gifter, "ada"))(t.Context(), trio.Receiver)
		synctest.Wait()
		there.ReleaseDials()
		back.ReleaseDials()
		if diff := cmp.Diff([]int{2, 0, 0}, openConns(trio)); diff != "" {
			t.Errorf("open while the hellos cross (-want +got):\n%s", diff)
		}
		line.Release()
		expectResult(t, captp.Invoke(t.Context(), ofGifter.Ref, captp.Symbol("greet"), "you"), "guest greets you")
		expectResult(t, captp.Invoke(t.Context(), ofReceiver.Ref, captp.Symbol("greet"), "you"), "ada greets you")
		time.Sleep(time.Minute)
		if diff := cmp.Diff([]int{1, 0, 0}, openConns(trio)); diff != "" {
			t.Errorf("open afterwards (-want +got):\n%s", diff)
		}
	})
}
