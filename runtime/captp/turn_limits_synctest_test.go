package captp_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// flooded is a vat whose objects are stuck, and a peer that sends as much as it likes.
type flooded struct {
	vat   *captp.Vat
	stuck captp.AnyRef
	peer  *rawSession
}

// floodTurns lets a peer write to a vat. The peer has fetched, as answer 1, the object that serve returns.
func floodTurns(t *testing.T, serve func(f *flooded) captp.AnyRef) *flooded {
	t.Helper()
	network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
	f := &flooded{vat: vatAt(t, network, "vat", captp.WithLimits(captp.Limits{Turns: 10, TurnBytes: 100 << 10}))}
	done := make(chan struct{})
	t.Cleanup(func() { close(done) }) // before the vat is closed
	f.stuck = captp.AnyRef{Ref: captp.NewObject(f.vat, captp.HandlerFunc(func(context.Context, []any) (any, error) {
		<-done
		return nil, nil
	}))}
	ref, err := captp.Publish(f.vat, serve(f))
	if err != nil {
		t.Fatal(err)
	}
	f.peer = rawDial(t, network, "flood", f.vat, locator.Peer{Transport: netlayertest.Transport, Designator: "flood"})
	f.peer.say("<10'op:deliver<11'desc:export0+>" + fetch(ref) + "1+f>")
	return f
}

// longArgs are arguments of 30,000 bytes.
var longArgs = fmt.Sprintf("[30000:%s]", strings.Repeat("x", 30000))

// The turns of messages that waited for an answer are charged to the peer that sent them.
func TestTurnsOfPipelinedMessages(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := floodTurns(t, func(f *flooded) captp.AnyRef {
			return object(f.vat, map[string]method{"get": func(context.Context, []any) (any, error) { return f.stuck, nil }})
		})
		for i := range 100 {
			pos := 100 + i
			ops := []string{fmt.Sprintf("<10'op:deliver<11'desc:answer1+>[3'get]%d+f>", pos)}
			for range 10 {
				ops = append(ops, fmt.Sprintf("<10'op:deliver<11'desc:answer%d+>%sff>", pos, longArgs))
			}
			f.peer.say(append(ops, fmt.Sprintf("<13'op:gc-answers[%d+]>", pos))...)
		}
		if st := f.vat.Stats(); st.Turns > 40 {
			t.Errorf("%d turns of 34 KiB although the session is to end at 400 KiB", st.Turns)
		}
		if !f.peer.isOver() {
			t.Error("the session lives")
		}
	})
}

// They are also if it is the program that settles what they waited for.
func TestTurnsThatTheProgramReleases(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var release func()
		f := floodTurns(t, func(f *flooded) captp.AnyRef {
			return captp.AnyRef{Ref: captp.NewObject(f.vat, captp.HandlerFunc(func(context.Context, []any) (any, error) {
				p, r := captp.NewPromiseRef[captp.AnyRef](f.vat)
				release = func() { r.Fulfill(f.stuck) }
				return p, nil
			}))}
		})
		f.peer.say("<10'op:deliver<11'desc:answer1+>[]2+f>")
		for range 200 {
			f.peer.say("<10'op:deliver<11'desc:answer2+>" + longArgs + "ff>")
		}
		if f.peer.isOver() {
			t.Fatal("the session is over although nothing runs yet")
		}
		release()
		synctest.Wait()
		if !f.peer.isOver() {
			t.Errorf("the session lives with %d turns of 34 KiB", f.vat.Stats().Turns)
		}
	})
}
