package captp_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
)

// A connection on which nothing arrives any longer in one direction, from any byte of the script on, holds up nobody but the two vats that
// it is between. Its calls go on when it does, or end when the session is ended; who does not wait for that need not.
func TestStallAtAnyByte(t *testing.T) {
	for i, m := range moments(t, 60) {
		for k, goesOn := range []bool{true, false} {
			if !*everyByte && i%2 != k {
				continue
			}
			bubble(t, func(t *testing.T) {
				c := newCrew(t)
				var stalled *wireEnd
				c.net.plan(&incident{m.way, m.at, func(hit *wireEnd) {
					stalled = hit
					hit.out.stall(true)
				}})
				c.play(t.Context())
				c.expectOthersGoOn(t, m.way)
				time.Sleep(20 * time.Second)
				for _, v := range c.vats {
					if !goesOn {
						v.Disconnect(c.refs[m.way.from].Peer)
						v.Disconnect(c.refs[m.way.to].Peer)
					}
				}
				time.Sleep(20 * time.Second)
				if stalled != nil {
					stalled.out.stall(false)
				}
				c.finish(t)
				c.book.verify(t)
				c.talk(t, "a", "b", "c")
				c.end(t)
				if t.Failed() {
					t.Fatalf("%v, it goes on: %v", m, goesOn)
				}
			})
			if t.Failed() {
				return
			}
		}
	}
}

// expectOthersGoOn checks that the vats other than the two of a way are called without delay, and that a call that does wait ends
// with its context.
func (c *crew) expectOthersGoOn(t *testing.T, stalled way) {
	t.Helper()
	start := time.Now()
	for _, name := range c.crewing {
		if name != stalled.from && name != stalled.to {
			c.talk(t, name, stalled.from)
			c.talk(t, name, stalled.to)
		}
	}
	if took := time.Since(start); took > 0 {
		t.Errorf("calls to others took %v", took)
	}
	const patience = time.Second
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	far := captp.Enliven[anyRef](ctx, c.vats[stalled.from], c.refs[stalled.to]).Cap()
	_, err := captp.Invoke(ctx, far.Ref, captp.Symbol("note"), c.book.next(), "x").Await(ctx)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) && !isOutcomeOfAFault(err) {
		t.Errorf("a call: got error %v", err)
	}
	if took := time.Since(start); took > patience {
		t.Errorf("the call took %v", took)
	}
}

// A peer that asks for more and more, and reads none of it, is cut off after the time for that. Those who call meanwhile do not notice.
func TestPeerThatStopsReading(t *testing.T) {
	bubble(t, func(t *testing.T) {
		limits := captp.Limits{OutputHard: 64 << 10, OutputStall: 7 * time.Second}
		c := newCrew(t, captp.WithLimits(limits))
		a, b := c.vats["a"], c.vats["b"]
		ctx := t.Context()
		far := captp.Enliven[anyRef](ctx, a, c.refs["b"]).Cap()
		c.book.ask(ctx, far.Ref, "note", "x", "x")
		c.finish(t)
		var stalled *wireEnd
		c.net.plan(&incident{way{"b", "a"}, c.net.carried[way{"b", "a"}] + 1, func(hit *wireEnd) {
			stalled = hit
			hit.out.stall(true)
		}})
		long := string(make([]byte, 5000))
		for range 40 {
			c.book.ask(ctx, far.Ref, "note", long, long)
		}
		start := time.Now()
		for c.talk(t, "c", "b"); b.Stats().Up > 1; {
			c.talk(t, "c", "b")
			time.Sleep(100 * time.Millisecond)
			if time.Since(start) > time.Minute {
				t.Error("it is not cut off")
				break
			}
		}
		if took := time.Since(start); took < limits.OutputStall || took > 2*limits.OutputStall+time.Second { // in the first of them it may have read a little
			t.Errorf("it is cut off after %v", took)
		}
		stalled.out.stall(false)
		c.finish(t)
		c.end(t)
	})
}
