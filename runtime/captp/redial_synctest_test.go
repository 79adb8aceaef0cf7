package captp_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// dialCounter is a netlayer that counts how often it was to dial.
type dialCounter struct {
	netlayer.Netlayer

	n atomic.Int64
}

func (d *dialCounter) Dial(ctx context.Context, peer locator.Peer) (netlayer.Conn, error) {
	d.n.Add(1)
	return d.Netlayer.Dial(ctx, peer)
}

// countingGuest returns a vat that is called guest, and what counts its dials.
func countingGuest(t *testing.T, network *netlayertest.Network, opts ...captp.Option) (*captp.Vat, *dialCounter) {
	t.Helper()
	d := &dialCounter{Netlayer: network.Peer("guest")}
	v, err := captp.New(append([]captp.Option{captp.WithNetlayer(d)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v, d
}

// expectUnreachable checks that a dial fails.
func expectUnreachable(t *testing.T, v *captp.Vat, ref locator.SturdyRef) {
	t.Helper()
	var dial *captp.DialError
	if _, err := captp.Enliven[anyRef](t.Context(), v, ref).Await(t.Context()); !errors.As(err, &dial) {
		t.Fatalf("got error %v, want a *DialError", err)
	}
}

// A program that tries again at once does not have the peer dialled without pause. The pauses grow.
func TestTryingAgainWithoutPause(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		v, dials := countingGuest(t, network)
		ref := newHouse(network).ref
		watch := &stopwatch{time.Now()}
		for i, due := range []time.Duration{
			0, 250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 5 * time.Second, 5 * time.Second,
		} {
			expectUnreachable(t, v, ref)
			if got := watch.lap(); got < due/2 || got > due {
				t.Errorf("try %d came after %v, want %v to %v", i, got, due/2, due)
			}
		}
		for end := time.Now().Add(time.Hour); time.Now().Before(end); {
			expectUnreachable(t, v, ref)
		}
		if n := dials.n.Load(); n > 8+3600/2 {
			t.Errorf("%d dials in an hour", n)
		}
		// Somebody else is dialled at once, and so is this one after a while.
		watch.lap()
		expectUnreachable(t, v, locator.SturdyRef{Peer: peerNamed("somebody"), Swiss: ref.Swiss})
		if got := watch.lap(); got != 0 {
			t.Errorf("another peer was dialled after %v", got)
		}
		time.Sleep(time.Minute)
		watch.lap()
		expectUnreachable(t, v, ref)
		expectUnreachable(t, v, ref)
		if got := watch.lap(); got > 250*time.Millisecond {
			t.Errorf("a minute later, the second try came after %v", got)
		}
	})
}

// A success ends the pauses.
func TestReachedAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		v, _ := countingGuest(t, network)
		h := newHouse(network)
		for range 5 {
			expectUnreachable(t, v, h.ref)
		}
		h.come(t)
		if err := v.Connect(t.Context(), h.ref.Peer); err != nil {
			t.Fatal(err)
		}
		watch := &stopwatch{time.Now()}
		v.Disconnect(h.ref.Peer)
		if err := v.Connect(t.Context(), h.ref.Peer); err != nil {
			t.Fatal(err)
		}
		h.leave(true)
		expectUnreachable(t, v, h.ref)
		if got := watch.lap(); got != 0 {
			t.Errorf("dialled after %v", got)
		}
		expectUnreachable(t, v, h.ref)
		if got := watch.lap(); got < 125*time.Millisecond || got > 250*time.Millisecond {
			t.Errorf("dialled once more after %v", got)
		}
	})
}

// A peer that hangs up before the session is up counts as one that could not be reached.
func TestPeerThatHangsUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		v, dials := countingGuest(t, network)
		ref := newHouse(network).ref
		nl := network.Peer("house")
		defer nl.Close()
		go func() {
			for {
				c, err := nl.Accept()
				if err != nil {
					return
				}
				c.Close()
			}
		}()
		start := time.Now()
		for time.Since(start) < 10*time.Minute {
			if _, err := captp.Enliven[anyRef](t.Context(), v, ref).Await(t.Context()); err == nil {
				t.Fatal("no error")
			}
		}
		if n := dials.n.Load(); n < 100 || n > 300 {
			t.Errorf("%d dials in ten minutes", n)
		}
	})
}

// A peer that calls while the vat pauses is not dialled, and what waits for it goes on at once.
func TestCalledWhilePausing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		v, dials := countingGuest(t, network)
		h := newHouse(network)
		for range 6 {
			expectUnreachable(t, v, h.ref)
		}
		before := dials.n.Load()
		watch := &stopwatch{time.Now()}
		waits := captp.Enliven[anyRef](t.Context(), v, h.ref)
		h.come(t)
		own, _ := v.Location(netlayertest.Transport)
		if err := h.vat.Connect(t.Context(), own); err != nil {
			t.Fatal(err)
		}
		if _, err := waits.Await(t.Context()); err != nil {
			t.Error(err)
		}
		if got := watch.lap(); got != 0 {
			t.Errorf("it took %v", got)
		}
		time.Sleep(time.Minute)
		if after := dials.n.Load(); after != before || len(network.Links()) != 1 {
			t.Errorf("%d dials, %d conns", after-before, len(network.Links()))
		}
		if st := v.Stats(); st.Sessions != 1 {
			t.Errorf("%+v", st)
		}
	})
}

// A vat that pauses before a dial can be closed.
func TestClosedWhilePausing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		v, dials := countingGuest(t, network)
		ref := newHouse(network).ref
		for range 6 {
			expectUnreachable(t, v, ref)
		}
		before := dials.n.Load()
		waits := captp.Enliven[anyRef](t.Context(), v, ref)
		synctest.Wait()
		watch := &stopwatch{time.Now()}
		v.Close()
		if _, err := waits.Await(t.Context()); err == nil {
			t.Error("no error")
		}
		if got := watch.lap(); got != 0 || dials.n.Load() != before {
			t.Errorf("closed after %v, with %d dials", got, dials.n.Load()-before)
		}
	})
}

// What peers make the vat dial in vain does not hold up what the program wants of the same peer.
func TestIntroductionsDoNotHoldUpTheProgram(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newHandoffScene(t)
		line := s.Line(captptest.Receiver, captptest.Exporter)
		line.RefuseDials(errors.New("not now"))
		for range 5 {
			expectHandoffFails(t, s.give(t), captp.StageDial, "not now")
		}
		line.Mend()
		watch := &stopwatch{time.Now()}
		ref, err := captp.Publish(s.Exporter, s.treasure.anyRef)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := captp.Enliven[anyRef](t.Context(), s.Receiver, ref).Await(t.Context()); err != nil {
			t.Error(err)
		}
		if got := watch.lap(); got != 0 {
			t.Errorf("dialled after %v", got)
		}
	})
}

// However many peers cannot be reached, little is remembered of them.
func TestManyUnreachablePeers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		v, dials := countingGuest(t, network)
		ref := newHouse(network).ref
		for i := range 1100 {
			expectUnreachable(t, v, locator.SturdyRef{Peer: peerNamed(string(rune('a' + i))), Swiss: ref.Swiss})
		}
		watch := &stopwatch{time.Now()}
		expectUnreachable(t, v, ref)
		expectUnreachable(t, v, ref)
		if got := watch.lap(); got != 0 || dials.n.Load() != 1102 {
			t.Errorf("one over the limit: %v, %d dials", got, dials.n.Load())
		}
		time.Sleep(time.Minute)
		expectUnreachable(t, v, ref)
		watch.lap()
		expectUnreachable(t, v, ref)
		if got := watch.lap(); got == 0 {
			t.Error("a minute later there is no room")
		}
	})
}
