package captp_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// keepMany has n loops follow ref, each of which reports when it got a reference.
func keepMany(ctx context.Context, v *captp.Vat, ref locator.SturdyRef, n int) (got <-chan time.Time, wait func()) {
	ch := make(chan time.Time, 1000)
	var group sync.WaitGroup
	for range n {
		group.Go(func() {
			for _, err := range captp.Keep[anyRef](ctx, v, ref) {
				if err == nil {
					ch <- time.Now()
				}
			}
		})
	}
	return ch, group.Wait
}

// Who follows many objects of a peer has all of them again as soon as one of them is there, over one session.
func TestKeepManyOfOnePeer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const n = 10
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		guest, dials := countingGuest(t, network)
		h := newHouse(network)
		ctx, cancel := context.WithCancel(t.Context())
		got, wait := keepMany(ctx, guest, h.ref, n)
		time.Sleep(10 * time.Minute)
		if failed := dials.n.Load(); failed < 20 || failed > n*40 {
			t.Errorf("%d dials in ten minutes", failed)
		}
		h.come(t)
		first := <-got
		for range n - 1 {
			if after := (<-got).Sub(first); after > 500*time.Millisecond {
				t.Errorf("a loop was there %v after the first", after)
			}
		}
		if conns := len(network.Links()); conns != 1 {
			t.Errorf("%d conns", conns)
		}
		cancel()
		wait()
	})
}

// A peer that calls is found at once.
func TestKeepPeerThatCalls(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		guest := vatAt(t, network, "guest")
		h := newHouse(network)
		network.Way("guest", "house").RefuseDials(errors.New("no way in"))
		ctx, cancel := context.WithCancel(t.Context())
		got, wait := keepMany(ctx, guest, h.ref, 1)
		time.Sleep(time.Hour)
		h.come(t)
		start := time.Now()
		if err := h.vat.Connect(ctx, peerNamed("guest")); err != nil {
			t.Fatal(err)
		}
		if after := (<-got).Sub(start); after > 500*time.Millisecond {
			t.Errorf("it took %v", after)
		}
		cancel()
		wait()
	})
}

// A peer that takes sessions only to end them is not called the more often the more loops follow it.
func TestKeepPeerThatComesAndGoes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		guest, dials := countingGuest(t, network)
		h := newHouse(network)
		h.come(t)
		stop := make(chan struct{})
		var ending sync.WaitGroup
		ending.Go(func() {
			for {
				select {
				case <-stop:
					return
				case <-time.After(time.Millisecond):
					h.vat.Disconnect(peerNamed("guest"))
				}
			}
		})
		ctx, cancel := context.WithCancel(t.Context())
		_, wait := keepMany(ctx, guest, h.ref, 5)
		time.Sleep(2 * time.Minute)
		if n := dials.n.Load(); n > 5*15 {
			t.Errorf("%d dials in two minutes", n)
		}
		cancel()
		wait()
		close(stop)
		ending.Wait()
	})
}

// An object that lives at another peer than the one that tells of it is followed until it is gone, whatever becomes of that one.
func TestKeepObjectOfThirdParty(t *testing.T) {
	bubble(t, func(t *testing.T) {
		swiss := locator.NewSwissNumber([]byte("open sesame"))
		asked := make(chan string, 1000) // what the exporter is asked for by the receiver
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Tap: func(m netlayertest.Message) {
			if m.To == "exporter" && m.From == "receiver" && strings.Contains(string(m.Data), "fetch") {
				asked <- string(m.Data)
			}
		}})
		gifter, receiver, exporter := vatAt(t, network, "gifter"), vatAt(t, network, "receiver"), vatAt(t, network, "exporter")
		tr := newTreasure(exporter)
		ref, err := captp.PublishAs(gifter, swiss, captptest.Carry(t, exporter, gifter, tr.anyRef))
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		n := 0
		for r, err := range captp.Keep[anyRef](t.Context(), receiver, ref) {
			if n++; n == 1 {
				if err != nil {
					t.Fatal(err)
				}
				expectAnswers(t, tell(t.Context(), r, 1))
				network.Way("receiver", "gifter").RefuseDials(errors.New("gone"))
				network.Cut("receiver", "gifter")
				time.AfterFunc(time.Hour+7*time.Second, network.Way("exporter", "receiver").Hold)
				continue
			}
			var lost *captp.SessionError
			if !errors.As(err, &lost) || lost.Peer.Designator != "exporter" {
				t.Errorf("got error %v", err)
			}
			break
		}
		if after := time.Since(start) - time.Hour; after < time.Minute || after > 2*time.Minute {
			t.Errorf("noticed %v after it was gone", after)
		}
		if len(asked) < 30 {
			t.Errorf("the exporter was asked %d times", len(asked))
		}
		for range len(asked) {
			if what := <-asked; strings.Contains(what, "open sesame") {
				t.Errorf("the exporter is told the secret of the gifter: %q", what)
			}
		}
	})
}

func TestDisconnect(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := captptest.NewLink(t)
		ctx := t.Context()
		b, _ := l.B.Location(netlayertest.Transport)
		l.A.Disconnect(b) // nothing to end
		l.A.Disconnect(locator.Peer{})
		far := captptest.Carry(t, l.B, l.A, toolbox(l.B))
		back := captptest.Carry(t, l.A, l.B, toolbox(l.A))
		waits := captp.Invoke(ctx, far.Ref, captp.Symbol("never"))
		synctest.Wait()
		l.A.Disconnect(b)
		<-captp.Broken(far)
		<-captp.Broken(back)
		var lost *captp.SessionError
		if _, err := waits.Await(ctx); !errors.As(err, &lost) || lost.Remote || !errors.Is(err, net.ErrClosed) {
			t.Errorf("here: got error %v", err)
		}
		_, err := captp.Invoke(ctx, back.Ref, captp.Symbol("add"), 1, 2).Await(ctx)
		if !errors.As(err, &lost) || !lost.Remote {
			t.Errorf("there: got error %v", err)
		}
		if diff := cmp.Diff("the session is ended by the program", lost.Reason); diff != "" {
			t.Errorf("reason (-want +got):\n%s", diff)
		}
		again := captptest.Carry(t, l.B, l.A, toolbox(l.B))
		if got := invoke(t, again.Ref, "add", 1, 2); got != int64(3) {
			t.Errorf("got %v", got)
		}
		l.A.Close()
		l.A.Disconnect(b)
	})
}
