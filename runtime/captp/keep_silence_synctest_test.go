package captp_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// A peer that hangs is noticed, and what it is asked meanwhile breaks. When it goes on, it is followed again.
func TestKeepPeerThatHangs(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		guest := vatAt(t, network, "guest")
		h := newHouse(network)
		h.come(t)
		hang := func() { network.Way("house", "guest").Hold() }
		goOn := func() { network.Way("house", "guest").Release() }
		refs, failures := 0, 0
		watch := &stopwatch{time.Now()}
		var answer *captp.Promise[any]
		for room, err := range captp.Keep[anyRef](t.Context(), guest, h.ref, captp.KeepAlive(time.Minute, 30*time.Second)) {
			if err != nil {
				if failures++; failures == 1 {
					if after := watch.lap(); after < 90*time.Second || after > 2*time.Minute {
						t.Errorf("noticed after %v", after)
					}
					if want := "captp: the session with house.netlayertest ended: the peer does not answer"; err.Error() != want {
						t.Errorf("got error %q, want %q", err, want)
					}
					if _, err2 := answer.Await(t.Context()); err2 != err {
						t.Errorf("the call ended with %v, the reference with %v", err2, err)
					}
				}
				if failures == 4 {
					goOn()
				}
				continue
			}
			if refs++; refs == 2 {
				if got := invoke(t, room.Ref, "times"); got != int64(1) {
					t.Errorf("got %v", got)
				}
				break
			}
			hang()
			answer = captp.Invoke(t.Context(), room.Ref, captp.Symbol("times"))
			watch.lap()
		}
		if failures < 4 {
			t.Errorf("only %d failures", failures)
		}
	})
}

// A peer that hangs before it has answered for the object costs no more than twice the patience.
func TestKeepPeerThatHangsAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		guest := vatAt(t, network, "guest")
		h := newHouse(network)
		h.come(t)
		if err := guest.Connect(t.Context(), h.ref.Peer); err != nil {
			t.Fatal(err)
		}
		network.Way("house", "guest").Hold()
		watch := &stopwatch{time.Now()}
		for _, err := range captp.Keep[anyRef](t.Context(), guest, h.ref, captp.KeepAlive(-1, 7*time.Second)) {
			var lost *captp.SessionError
			if after := watch.lap(); after != 14*time.Second || !errors.As(err, &lost) {
				t.Errorf("after %v: got error %v", after, err)
			}
			break
		}
	})
}

// A peer that is only quiet is asked every now and then, and stays. So does one that is busy, or whose object is a promise for long.
func TestKeepQuietPeer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		guest := vatAt(t, network, "guest", captp.WithoutIdleCollection())
		h := newHouse(network)
		h.come(t)
		late, resolver := captp.NewPromiseRef[anyRef](h.vat)
		if _, err := captp.PublishAs(h.vat, h.ref.Swiss, late); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Hour, func() { resolver.Fulfill(toolbox(h.vat)) })
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Hour+7*time.Second)
		defer cancel()
		refs := 0
		var before captp.Stats
		for _, err := range captp.Keep[anyRef](ctx, guest, h.ref) {
			if err != nil {
				t.Fatal(err)
			}
			refs++
			time.Sleep(time.Second) // what is to be let go of is let go of
			before = guest.Stats()
		}
		if refs != 1 {
			t.Errorf("%d references", refs)
		}
		if diff := cmp.Diff(before, guest.Stats()); diff != "" {
			t.Errorf("an hour later (-want +got):\n%s", diff)
		}
		// Both directions count: a session that is used is not asked for anything.
		if n := len(network.Links()); n != 1 {
			t.Errorf("%d conns", n)
		}
	})
}

// fetches returns how many objects a peer has asked another one for.
func fetches(all []sending, of string) int {
	n := 0
	for _, m := range all {
		if m.to == of && strings.Contains(m.text, "'fetch") {
			n++
		}
	}
	return n
}

// A session in which something happens at least in every other half of the silence is not asked for anything.
func TestKeepUsedSession(t *testing.T) {
	bubble(t, func(t *testing.T) {
		sent := new(sendings)
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Tap: sent.tap})
		guest := vatAt(t, network, "guest")
		h := newHouse(network)
		h.come(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		for room, err := range captp.Keep[anyRef](ctx, guest, h.ref, captp.KeepAlive(time.Minute, 10*time.Second)) {
			if err != nil {
				t.Fatal(err)
			}
			for ctx.Err() == nil {
				time.Sleep(41 * time.Second)
				invoke(t, room.Ref, "times")
			}
		}
		if n := fetches(sent.by("guest"), "house"); n != 1 {
			t.Errorf("%d objects were asked for, want the one that is kept", n)
		}
	})
}

// slowNetlayer has conns on which part of a long message arrives every second.
type slowNetlayer struct {
	netlayer.Netlayer

	arriving atomic.Bool
}

func (n *slowNetlayer) Dial(ctx context.Context, peer locator.Peer) (netlayer.Conn, error) {
	c, err := n.Netlayer.Dial(ctx, peer)
	return &slowConn{c, time.Now(), &n.arriving}, err
}

type slowConn struct {
	netlayer.Conn

	since    time.Time
	arriving *atomic.Bool
}

func (c *slowConn) Received() int64 {
	if !c.arriving.Load() {
		return 0
	}
	return int64(time.Since(c.since) / time.Second)
}

// A message that takes long to arrive is no silence.
func TestKeepLongMessage(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		h := newHouse(network)
		h.come(t)
		nl := &slowNetlayer{Netlayer: network.Peer("guest")}
		guest, err := captp.New(captp.WithNetlayer(nl))
		if err != nil {
			t.Fatal(err)
		}
		defer guest.Close()
		ended := time.AfterFunc(2*time.Hour, func() { nl.arriving.Store(false) })
		defer ended.Stop()
		var start time.Time
		for _, err := range captp.Keep[anyRef](t.Context(), guest, h.ref) {
			if err != nil {
				if after := time.Since(start) - 2*time.Hour; after < 90*time.Second || after > 2*time.Minute {
					t.Errorf("given up %v after the message ended", after)
				}
				break
			}
			start = time.Now()
			network.Way("house", "guest").Hold()
			nl.arriving.Store(true)
		}
	})
}

// A peer that is slow to take what it is sent is not silent either.
func TestKeepSlowReader(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Window: 64 << 10})
		guest := vatAt(t, network, "guest")
		h := newHouse(network)
		h.come(t)
		way := network.Way("guest", "house")
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Minute)
		defer cancel()
		var stopped sync.WaitGroup
		for room, err := range captp.Keep[anyRef](ctx, guest, h.ref) {
			if err != nil {
				t.Error(err)
				break
			}
			way.Hold()
			for range 200 {
				if err := captp.InvokeTell(ctx, room.Ref, captp.Symbol("hear"), make([]byte, 32<<10)); err != nil {
					t.Error(err)
				}
			}
			stopped.Go(func() {
				for ctx.Err() == nil {
					time.Sleep(2 * time.Second)
					way.Step()
				}
			})
		}
		way.Release()
		stopped.Wait()
	})
}
