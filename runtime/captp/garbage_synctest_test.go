package captp_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// garbage returns the gc operations among what was sent, and how many of them were sent when nothing else was.
func garbage(all []sending) (told []sending, alone int) {
	busy := map[time.Time]bool{}
	for _, m := range all {
		if strings.Contains(m.text, "'op:gc-") {
			told = append(told, m)
		} else {
			busy[m.at] = true
		}
	}
	for _, m := range told {
		if !busy[m.at] {
			alone++
		}
	}
	return told, alone
}

// While calls follow each other, what is let go of goes with them: a message of its own may hold the next one up. When there is nothing
// more to say, it follows soon.
func TestGarbageGoesWithMessages(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const calls, soon = 51, 100 * time.Millisecond
		sent := new(sendings)
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Latency: 8 * time.Millisecond, Tap: sent.tap})
		a, b := vatAt(t, network, "a"), vatAt(t, network, "b")
		far := captptest.Carry(t, b, a, anyRef{captp.NewObject(b, greeter{})})
		time.Sleep(time.Second)
		_, before := garbage(sent.by("b"))
		for range calls {
			if _, err := greet(t.Context(), far, "world").Await(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		told, alone := garbage(sent.by("b"))
		if alone -= before; alone != 0 {
			t.Errorf("%d of %d gc operations were sent by themselves", alone, len(told))
		}
		if len(told) < calls/2 {
			t.Errorf("only %d gc operations in %d calls", len(told), calls)
		}
		time.Sleep(soon)
		if st := b.Stats(); st.Imports != 0 || st.PendingGC != 0 {
			t.Errorf("%v later: %+v", soon, st)
		}
		if last, alone := garbage(sent.by("b")); len(last) != len(told)+1 || alone != before+1 {
			t.Errorf("%d gc operations after the last call, %d by themselves", len(last)-len(told), alone-before)
		}
	})
}

// A session in which nothing happens any more has its news told while there is always some of another.
func TestGarbageOfQuietSession(t *testing.T) {
	bubble(t, func(t *testing.T) {
		sent := new(sendings)
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Latency: time.Millisecond, Tap: sent.tap})
		house, quiet, busy := vatAt(t, network, "house"), vatAt(t, network, "quiet"), vatAt(t, network, "busy")
		toQuiet := captptest.Carry(t, house, quiet, anyRef{captp.NewObject(house, greeter{})})
		toBusy := captptest.Carry(t, house, busy, anyRef{captp.NewObject(house, greeter{})})
		if _, err := greet(t.Context(), toQuiet, "world").Await(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range 50 {
			if _, err := greet(t.Context(), toBusy, "world").Await(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		told := 0
		for _, m := range sent.by("house") {
			if m.to == "quiet" && strings.Contains(m.text, "'op:gc-") {
				told++
			}
		}
		if told == 0 {
			t.Error("the quiet peer was told of nothing in a tenth of a second")
		}
	})
}
