package captp_test

import (
	"context"
	cryptorand "crypto/rand"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

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

// sameBytes is a source of numbers that are all alike.
type sameBytes byte

func (b sameBytes) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b)
	}
	return len(p), nil
}

// jitterOf is a source of randomness of which the reads of eight bytes, those of waits, come from another one.
type jitterOf struct{ random io.Reader }

func (j jitterOf) Read(p []byte) (int, error) {
	if len(p) == 8 {
		return j.random.Read(p)
	}
	return cryptorand.Read(p)
}

// waits returns the times between the errors of a Keep whose peer is away.
func waits(t *testing.T, random io.Reader, n int, opts ...captp.KeepOption) []time.Duration {
	t.Helper()
	network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
	guest := vatAt(t, network, "guest", captp.WithRand(jitterOf{random}))
	var out []time.Duration
	watch := &stopwatch{time.Now()}
	for room, err := range captp.Keep[anyRef](t.Context(), guest, newHouse(network).ref, opts...) {
		var dial *captp.DialError
		if !errors.As(err, &dial) || !room.IsZero() {
			t.Fatalf("got %v, %v", room, err)
		}
		if out = append(out, watch.lap()); len(out) == n {
			break
		}
	}
	return out[1:]
}

func TestKeepBackoffGrows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const first, longest = 2 * time.Second, 30 * time.Second
		opt := captp.KeepBackoff(first, longest)
		due := first
		seen := map[time.Duration]bool{}
		for i, got := range waits(t, rand.NewChaCha8([32]byte{1}), 40, opt) {
			if got < due/2 || got > due {
				t.Errorf("wait %d is %v, want %v to %v", i, got, due/2, due)
			}
			seen[got] = true
			due = min(2*due, longest)
		}
		if len(seen) < 39 {
			t.Errorf("only %d different waits in 39", len(seen))
		}
		want := []time.Duration{1e9, 2e9, 4e9, 8e9, 15e9, 15e9, 15e9}
		if diff := cmp.Diff(want, waits(t, sameBytes(0), 8, opt)); diff != "" {
			t.Errorf("shortest waits (-want +got):\n%s", diff)
		}
		want = []time.Duration{250e6, 500e6, 1e9, 2e9, 4e9, 8e9, 15e9, 15e9}
		if diff := cmp.Diff(want, waits(t, sameBytes(0), 9, captp.KeepBackoff(0, -1))); diff != "" {
			t.Errorf("shortest waits by default (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]time.Duration{500e6, 500e6}, waits(t, sameBytes(0), 3, captp.KeepBackoff(time.Hour, time.Second))); diff != "" {
			t.Errorf("waits if the first is longer than the longest (-want +got):\n%s", diff)
		}
	})
}

func TestKeepBackoffStartsAnew(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		guest := vatAt(t, network, "guest", captp.WithRand(jitterOf{sameBytes(0)}))
		h := newHouse(network)
		var laps []string
		watch := &stopwatch{time.Now()}
		lasts, left := 20*time.Second, make(chan struct{})
		for _, err := range captp.Keep[anyRef](t.Context(), guest, h.ref) {
			laps = append(laps, fmt.Sprintf("%v %v", watch.lap(), err == nil))
			switch len(laps) {
			case 6:
				h.come(t)
			case 7: // the house is there
				time.AfterFunc(lasts, func() { h.leave(true); close(left) })
			case 11:
				<-left
				h.come(t)
			case 12: // it is there again, but not for long
				h.leave(true)
			}
			if len(laps) == 15 {
				break
			}
		}
		want := []string{
			"0s false", "250ms false", "500ms false", "1s false", "2s false", "4s false", "8s true",
			"20s false", "250ms false", "500ms false", "1s false", "2s true",
			"0s false", "4s false", "8s false",
		}
		if diff := cmp.Diff(want, laps); diff != "" {
			t.Errorf("waits, and whether the house was there (-want +got):\n%s", diff)
		}
	})
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
