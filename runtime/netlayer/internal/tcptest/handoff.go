package tcptest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// Peers are the sessions that a vat had, as a captp.Tracer sees them.
type Peers struct {
	mu sync.Mutex
	up map[locator.PeerID]int
}

// Trace counts sessions by the peer.
func (p *Peers) Trace(e captp.TraceEvent) {
	if e.Kind != captp.TraceUp {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.up == nil {
		p.up = map[locator.PeerID]int{}
	}
	p.up[e.Peer]++
}

// Count returns how many sessions with the peer there were.
func (p *Peers) Count(id locator.PeerID) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.up[id]
}

// newVat returns a vat on the netlayer, which ends with the test.
func newVat(t testing.TB, nl netlayer.Netlayer, opts ...captp.Option) *captp.Vat {
	t.Helper()
	v, err := captp.New(append(opts, captp.WithNetlayer(nl))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	return v
}

// publish makes an object of a function, and returns a reference to it that leads through the location.
func publish(t testing.TB, v *captp.Vat, at locator.Peer, call func(context.Context, []any) (any, error)) locator.SturdyRef {
	t.Helper()
	ref, err := captp.Publish(v, captp.AnyRef{Ref: captp.NewObject(v, captp.HandlerFunc(call))})
	if err != nil {
		t.Fatal(err)
	}
	ref.Peer = at
	return ref
}

// Handoff has a vat that only dials introduce two others, which listen, to each other: it gives one of them a reference to an object of
// the other, and that one uses it. Then the exporter has a session with each, under the identity that its netlayer has.
func Handoff(t testing.TB, gifter, receiver, exporter netlayer.Netlayer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	var seen Peers
	exporting := newVat(t, exporter, captp.WithTracer(&seen))
	giving, receiving := newVat(t, gifter), newVat(t, receiver)
	treasure := publish(t, exporting, exporter.Location(), func(_ context.Context, args []any) (any, error) {
		return args[0].(int64) + 1, nil
	})
	desk := publish(t, receiving, receiver.Location(), func(ctx context.Context, args []any) (any, error) {
		return captp.Invoke(ctx, args[0].(captp.Ref), args[1]).Await(ctx)
	})
	gift := captp.Enliven[captp.AnyRef](ctx, giving, treasure).Cap()
	if _, err := captp.Resolve(ctx, gift); err != nil {
		t.Fatalf("enliven: %v", err)
	}
	far := captp.Enliven[captp.AnyRef](ctx, giving, desk).Cap()
	for n := range int64(3) {
		got, err := captp.Invoke(ctx, far.Ref, gift.Ref, n).Await(ctx)
		if got != n+1 || err != nil {
			t.Fatalf("call %d: %v, %v, want %d", n, got, err, n+1)
		}
	}
	for name, nl := range map[string]netlayer.Netlayer{"gifter": gifter, "receiver": receiver} {
		if got := seen.Count(nl.Location().ID()); got != 1 {
			t.Errorf("the exporter had %d sessions with the %s, want 1", got, name)
		}
	}
}

// same answers what it hears.
func same(_ context.Context, args []any) (any, error) { return args[0], nil }

// Calls makes so many calls between two vats.
func Calls(t testing.TB, dialler, listener netlayer.Netlayer, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*Patience)
	defer cancel()
	serving, calling := newVat(t, listener), newVat(t, dialler)
	ref := publish(t, serving, listener.Location(), same)
	far := captp.Enliven[captp.AnyRef](ctx, calling, ref).Cap()
	start := time.Now()
	for i := range int64(n) {
		if got, err := captp.Invoke(ctx, far.Ref, i).Await(ctx); got != i || err != nil {
			t.Fatalf("call %d: %v, %v", i, got, err)
		}
	}
	t.Logf("%d calls in turn, %v each", n, time.Since(start)/time.Duration(n))
}
