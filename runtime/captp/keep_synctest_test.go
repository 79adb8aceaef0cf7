package captp_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// house is a peer that comes and goes. Its object knows how often the peer has come.
type house struct {
	network *netlayertest.Network
	ref     locator.SturdyRef
	vat     *captp.Vat // nil while it is away
	times   int64
}

func newHouse(network *netlayertest.Network) *house {
	return &house{network: network, ref: locator.SturdyRef{Peer: peerNamed("house"), Swiss: locator.NewSwissNumber([]byte("1234"))}}
}

// come starts the peer.
func (h *house) come(t *testing.T) {
	t.Helper()
	h.times++
	times := h.times
	h.vat = vatAt(t, h.network, "house")
	if _, err := captp.PublishAs(h.vat, h.ref.Swiss, object(h.vat, map[string]method{
		"times": func(context.Context, []any) (any, error) { return times, nil },
	})); err != nil {
		t.Fatal(err)
	}
}

// leave ends the peer, with good-bye or without.
func (h *house) leave(goodBye bool) {
	if !goodBye {
		h.network.Cut("guest", "house")
	}
	h.vat.Close()
	h.vat = nil
}

// stopwatch takes down when something happens.
type stopwatch struct{ last time.Time }

// lap returns the time since the last call.
func (s *stopwatch) lap() time.Duration {
	now := time.Now()
	defer func() { s.last = now }()
	return now.Sub(s.last)
}

func TestKeepFollowsRestarts(t *testing.T) {
	const seeds, visits = 20, 8
	total := 0
	for seed := range uint64(seeds) {
		bubble(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0))
			upTo := func(d time.Duration) time.Duration { return time.Duration(random.Int64N(int64(d))) }
			network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Latency: 20 * time.Millisecond})
			guest := vatAt(t, network, "guest")
			h := newHouse(network)
			done := make(chan struct{})
			go func() {
				defer close(done)
				for range visits {
					time.Sleep(upTo(6 * time.Second))
					h.come(t)
					time.Sleep(upTo(20 * time.Second))
					h.leave(random.IntN(2) == 0)
				}
				h.come(t)
			}()
			var met []int64
			var last anyRef
			failed := true
			for room, err := range captp.Keep[anyRef](t.Context(), guest, h.ref) {
				if err != nil {
					failed = true
					continue
				}
				if !failed {
					t.Errorf("seed %d: two references without an error in between", seed)
				}
				failed = false
				if !last.IsZero() {
					select {
					case <-captp.Broken(last):
					default:
						t.Errorf("seed %d: the reference before is not broken", seed)
					}
				}
				last = room
				got, err := captp.Invoke(t.Context(), room.Ref, captp.Symbol("times")).Await(t.Context())
				if err != nil {
					continue // it is gone already
				}
				if met = append(met, got.(int64)); got == int64(visits+1) {
					break
				}
			}
			<-done
			for i := range met[1:] {
				if met[i+1] <= met[i] {
					t.Errorf("seed %d: met %v", seed, met)
				}
			}
			total += len(met)
		})
	}
	if total < seeds*visits*3/4 {
		t.Errorf("only %d of %d visits were noticed", total, seeds*(visits+1))
	}
}

// An object that is published late is waited for.
func TestKeepUnknownSwiss(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		guest := vatAt(t, network, "guest")
		h := newHouse(network)
		h.come(t)
		h.vat.Unpublish(h.ref.Swiss)
		n := 0
		for room, err := range captp.Keep[anyRef](t.Context(), guest, h.ref) {
			if err == nil {
				if got := invoke(t, room.Ref, "add", 1, 2); got != int64(3) {
					t.Errorf("got %v", got)
				}
				break
			}
			var broken *captp.BrokenError
			if !errors.As(err, &broken) {
				t.Fatalf("got error %v", err)
			}
			if n++; n == 5 {
				if _, err := captp.PublishAs(h.vat, h.ref.Swiss, toolbox(h.vat)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if n != 5 {
			t.Errorf("%d errors", n)
		}
		if conns := len(network.Links()); conns != 1 {
			t.Errorf("%d conns for one session", conns)
		}
	})
}

// expectNobodyWatches checks that a Keep that has ended has left no goroutine. That no other one is left, the bubble checks.
func expectNobodyWatches(t *testing.T) {
	t.Helper()
	synctest.Wait()
	buf := make([]byte, 1<<20)
	if stacks := string(buf[:runtime.Stack(buf, true)]); strings.Contains(stacks, "watchman") {
		t.Errorf("somebody watches:\n%s", stacks)
	}
}

// The sequence can end at any time and for every reason, and nothing is left then.
func TestKeepEndsAtAnyTime(t *testing.T) {
	ends := map[string]func(guest *captp.Vat, cancel func()){
		"context": func(_ *captp.Vat, cancel func()) { cancel() },
		"vat":     func(guest *captp.Vat, _ func()) { guest.Close() },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			for at := range 120 {
				bubble(t, func(t *testing.T) {
					network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Latency: 10 * time.Millisecond})
					guest := vatAt(t, network, "guest")
					h := newHouse(network)
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					h.come(t)
					returned := make(chan struct{})
					go func() {
						defer close(returned)
						time.Sleep(300 * time.Millisecond)
						h.leave(at%2 == 0)
						time.Sleep(400 * time.Millisecond)
						h.come(t)
					}()
					time.AfterFunc(time.Duration(at)*10*time.Millisecond, func() { end(guest, cancel) })
					for _, err := range captp.Keep[anyRef](ctx, guest, h.ref) {
						if err != nil && (errors.Is(err, context.Canceled) || errors.Is(err, captp.ErrClosed)) {
							t.Errorf("end after %d0 ms: got error %v", at, err)
						}
					}
					expectNobodyWatches(t)
					<-returned
				})
			}
		})
	}
}

func TestKeepIsLeft(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		guest := vatAt(t, network, "guest")
		h := newHouse(network)
		seq := captp.Keep[anyRef](t.Context(), guest, h.ref)
		for range seq {
			break // at an error
		}
		h.come(t)
		var kept anyRef
		for room, err := range seq {
			if err == nil {
				kept = room
				break
			}
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			for range seq {
				panic("out")
			}
		}()
		for range 3 {
			for _, err := range seq {
				if err != nil {
					t.Error(err)
				}
				break
			}
		}
		expectNobodyWatches(t)
		if got := invoke(t, kept.Ref, "times"); got != int64(1) {
			t.Errorf("got %v", got)
		}
	})
}

// What cannot be dialled by any means is not tried again.
func TestKeepWithoutNetlayer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, _ := captptest.Pair(t)
		ref, err := locator.ParseSturdyRef("ocapn://x.carrier-pigeon/s/MTIzNA")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, err := range captp.Keep[anyRef](t.Context(), a, ref) {
			var dial *captp.DialError
			if n++; !errors.As(err, &dial) {
				t.Errorf("got error %v", err)
			}
		}
		if n != 1 {
			t.Errorf("%d errors", n)
		}
	})
}

// Nor is one whose location names nobody.
func TestKeepNobody(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, _ := captptest.Pair(t)
		ref := locator.SturdyRef{
			Peer: locator.Peer{Transport: netlayertest.Transport, Designator: "unreachable"}, Swiss: locator.NewSwissNumber([]byte("1234")),
		}
		n := 0
		for _, err := range captp.Keep[anyRef](t.Context(), a, ref) {
			var dial *captp.DialError
			if n++; !errors.As(err, &dial) {
				t.Errorf("got error %v", err)
			}
			if n == 3 {
				break
			}
		}
		if n != 1 {
			t.Errorf("%d errors", n)
		}
	})
}

// The program hears of each try that fails, for as long as it likes.
func TestKeepUnreachable(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		guest, dials := countingGuest(t, network)
		ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
		defer cancel()
		n := 0
		for _, err := range captp.Keep[anyRef](ctx, guest, newHouse(network).ref) {
			var dial *captp.DialError
			if n++; !errors.As(err, &dial) {
				t.Errorf("got error %v", err)
			}
		}
		if tried := int(dials.n.Load()); n != tried || n < 24*60*2 || n > 24*60*4+10 {
			t.Errorf("%d errors of %d dials in a day", n, tried)
		}
	})
}

func TestKeepOwn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := captptest.NewLink(t)
		own := toolbox(l.A)
		ref, err := captp.Publish(l.A, own)
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Hour, func() { l.A.Close() })
		n := 0
		for room, err := range captp.Keep[anyRef](t.Context(), l.A, ref) {
			if n++; room != own || err != nil {
				t.Errorf("got %v, %v", room, err)
			}
		}
		if n != 1 {
			t.Errorf("%d times", n)
		}
	})
}
