package tcptest

import (
	"context"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// SoakTime returns how long a soak takes: what the environment variable OCAPN_SOAK says, such as 10m, and otherwise about a second.
func SoakTime(t testing.TB) time.Duration {
	t.Helper()
	text := os.Getenv("OCAPN_SOAK")
	if text == "" {
		return time.Second
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Middle is what is between a peer and those that dial it: they find the peer at the location, and their connections can be cut.
type Middle interface {
	Location() locator.Peer
	Cut() int // returns how many connections were cut
}

// Soak has vats call an object of another one for the time, and cuts their connections at random. Every call has an answer that is its
// own, or an error. In the end nothing is left: no goroutine, no descriptor, nothing in a table, and no more memory than at the beginning
// but for what a short soak needs. For what is in the middle, see NewRelay.
func Soak(t *testing.T, newNetlayer func(listening bool) netlayer.Netlayer, d time.Duration) {
	t.Helper()
	ExpectNoLeaks(t)
	listening := newNetlayer(true)
	SoakThrough(t, listening, NewRelay(t, listening.Location(), nil), func() netlayer.Netlayer { return newNetlayer(false) }, d)
}

// SoakThrough is Soak with something else in the middle of those who dial and the one that listens, and leaves it to the caller to look
// for goroutines and descriptors.
func SoakThrough(t *testing.T, listening netlayer.Netlayer, middle Middle, newDialler func() netlayer.Netlayer, d time.Duration) {
	t.Helper()
	server := newVat(t, listening)
	ref := publish(t, server, middle.Location(), func(ctx context.Context, args []any) (any, error) {
		return captp.Invoke(ctx, args[0].(captp.Ref), args[1]).Await(ctx)
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	before := LiveHeap()
	var s soak
	var running sync.WaitGroup
	var clients []*captp.Vat
	for range 3 {
		client := newVat(t, newDialler())
		clients = append(clients, client)
		running.Go(func() { s.call(ctx, t, client, ref) })
	}
	running.Go(func() { s.cut(ctx, middle) })
	s.wait(d)
	cancel()
	running.Wait()
	server.Unpublish(ref.Swiss)
	for _, vat := range append(clients, server) {
		expectEmpty(t, vat, middle)
	}
	for _, client := range clients {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	}
	if !s.isOne() {
		t.Error("the soak was none")
	}
	grown := LiveHeap() - before
	t.Logf("%v: %d calls answered, %d broken, %d connections cut, %d KiB more", d, s.answered.Load(), s.broken.Load(), s.cuts.Load(), grown>>10)
	const enough = 8 << 20
	if grown > enough {
		t.Errorf("%d bytes more are in use than before", grown)
	}
}

// soak is what a soak counts.
type soak struct{ answered, broken, cuts atomic.Int64 }

// isOne reports whether something has happened that can go wrong.
func (s *soak) isOne() bool { return s.answered.Load() > 0 && s.broken.Load() > 0 && s.cuts.Load() > 0 }

// wait waits for the time, and for more of it until the soak is one, but not for ever.
func (s *soak) wait(d time.Duration) {
	<-time.After(d)
	for end := time.Now().Add(Patience); !s.isOne() && time.Now().Before(end); {
		<-time.After(10 * time.Millisecond)
	}
}

// call calls the object of the reference until ctx ends, with an object of its own that answers.
func (s *soak) call(ctx context.Context, t *testing.T, v *captp.Vat, ref locator.SturdyRef) {
	for n := int64(0); ctx.Err() == nil; {
		far := captp.Enliven[captp.AnyRef](ctx, v, ref).Cap()
		own := captp.NewObject(v, captp.HandlerFunc(same))
		for range 20 {
			n++
			switch got, err := captp.Invoke(ctx, far.Ref, own, n).Await(ctx); {
			case err != nil:
				s.broken.Add(1)
			case got != n:
				t.Errorf("%v answers %d", got, n)
			default:
				s.answered.Add(1)
			}
			if ctx.Err() != nil {
				return
			}
		}
	}
}

// cut cuts all connections now and then until ctx ends.
func (s *soak) cut(ctx context.Context, m Middle) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Duration(rand.IntN(150)) * time.Millisecond):
			s.cuts.Add(int64(m.Cut()))
		}
	}
}

// expectEmpty waits until nothing is in the tables of the vat, which nobody calls any more, nor it others. What it may still be dialling
// is cut, too.
func expectEmpty(t testing.TB, v *captp.Vat, middle Middle) {
	t.Helper()
	deadline := time.After(Patience)
	for middle.Cut(); v.Stats() != (captp.Stats{}); middle.Cut() {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-deadline:
			t.Errorf("left in the tables: %+v", v.Stats())
			return
		}
	}
}
