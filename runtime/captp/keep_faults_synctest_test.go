package captp_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// follower has what a Keep gives, if it gives something at present.
type follower struct {
	mu      sync.Mutex
	current anyRef // Guarded by mu.
}

func (f *follower) follow(ctx context.Context, v *captp.Vat, h *house) {
	for r, err := range captp.Keep[anyRef](ctx, v, h.ref) {
		f.mu.Lock()
		f.current = anyRef{}
		if err == nil {
			f.current = r
		}
		f.mu.Unlock()
	}
}

func (f *follower) ref() anyRef {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.current
}

// fault is what can happen to a network, or to a peer.
type fault func(t *testing.T, random *rand.Rand, network *netlayertest.Network, h *house)

var faults = map[string]fault{
	"cut":      func(_ *testing.T, _ *rand.Rand, n *netlayertest.Network, _ *house) { n.Cut("guest", "house") },
	"hold out": func(_ *testing.T, _ *rand.Rand, n *netlayertest.Network, _ *house) { n.Way("guest", "house").Hold() },
	"hold in":  func(_ *testing.T, _ *rand.Rand, n *netlayertest.Network, _ *house) { n.Way("house", "guest").Hold() },
	"hold one": func(_ *testing.T, random *rand.Rand, n *netlayertest.Network, _ *house) {
		if links := n.Links(); len(links) > 0 {
			l := links[len(links)-1]
			if random.IntN(2) == 0 {
				l.Out().Hold() // for ever: nobody hears of the end of this conn
			}
			l.Back().Hold()
		}
	},
	"refuse": func(_ *testing.T, _ *rand.Rand, n *netlayertest.Network, _ *house) {
		n.Way("guest", "house").RefuseDials(errors.New("refused"))
	},
	"silent port": func(_ *testing.T, _ *rand.Rand, n *netlayertest.Network, _ *house) {
		n.Way("guest", "house").HoldDials()
	},
	"leave": func(_ *testing.T, random *rand.Rand, _ *netlayertest.Network, h *house) {
		if h.vat != nil {
			h.leave(random.IntN(2) == 0)
		}
	},
	"call": func(t *testing.T, _ *rand.Rand, _ *netlayertest.Network, h *house) {
		if h.vat != nil {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_ = h.vat.Connect(ctx, peerNamed("guest")) // it may fail
		}
	},
}

// Whatever happens, some minutes after it has stopped happening everybody has again what they follow.
func TestKeepAfterFaults(t *testing.T) {
	seeds := uint64(15)
	if testing.Short() {
		seeds = 3
	}
	names := []string{"cut", "hold out", "hold in", "hold one", "refuse", "silent port", "leave", "call"}
	for seed := range seeds {
		bubble(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 7))
			network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Latency: 30 * time.Millisecond})
			guest := vatAt(t, network, "guest")
			h := newHouse(network)
			ctx, cancel := context.WithCancel(t.Context())
			var loops sync.WaitGroup
			followers := make([]follower, 3)
			for i := range followers {
				loops.Go(func() { followers[i].follow(ctx, guest, h) })
			}
			var happened []string
			for range 15 {
				for range 1 + random.IntN(4) {
					name := names[random.IntN(len(names))]
					happened = append(happened, name)
					faults[name](t, random, network, h)
					time.Sleep(time.Duration(random.Int64N(int64(100 * time.Second))))
				}
				network.Way("guest", "house").Release()
				network.Way("house", "guest").Release()
				network.Way("guest", "house").ReleaseDials()
				network.Way("guest", "house").RefuseDials(nil)
				if h.vat == nil {
					h.come(t)
				}
				happened = append(happened, "-")
				time.Sleep(4 * time.Minute)
				for i := range followers {
					r := followers[i].ref()
					if r.IsZero() {
						t.Fatalf("seed %d: a loop has nothing after %q", seed, happened)
					}
					soon, cancel := context.WithTimeout(t.Context(), time.Second)
					if got, err := captp.Invoke(soon, r.Ref, captp.Symbol("times")).Await(soon); got != h.times || err != nil {
						t.Errorf("seed %d: got %v, %v, want %v after %q", seed, got, err, h.times, happened)
					}
					cancel()
				}
				// Conns of which nobody hears the end are still there for the house.
				if st := guest.Stats(); st.Up != 1 {
					t.Errorf("seed %d: %d sessions after %q", seed, st.Up, happened)
				}
			}
			cancel()
			loops.Wait()
			for _, l := range network.Links() {
				l.Cut()
			}
		})
	}
}
