package captp_test

import (
	cryptorand "crypto/rand"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

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
