package noise_test

import (
	"context"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/noise"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// farEcho returns a reference, in a vat on the one netlayer, to an object in a vat on the other that answers what it hears.
func farEcho(b *testing.B, client, server netlayer.Netlayer) captp.Ref {
	b.Helper()
	var vats [2]*captp.Vat
	for i, nl := range []netlayer.Netlayer{client, server} {
		v, err := captp.New(captp.WithNetlayer(nl))
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = v.Close() })
		vats[i] = v
	}
	echo := captp.NewObject(vats[1], captp.HandlerFunc(func(_ context.Context, args []any) (any, error) { return args[0], nil }))
	ref, err := captp.Publish(vats[1], captp.AnyRef{Ref: echo})
	if err != nil {
		b.Fatal(err)
	}
	far, err := captp.Enliven[captp.AnyRef](b.Context(), vats[0], ref).Await(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return far.Ref
}

// BenchmarkCalls makes calls, one when the other has its answer, and the same over tcptesting in turns with it. x-clear is how many
// times longer that takes.
func BenchmarkCalls(b *testing.B) {
	var nl [2]*tcptesting.Netlayer
	for i := range nl {
		var err error
		if nl[i], err = tcptesting.New(tcptesting.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	clear, secret := farEcho(b, nl[0], nl[1]), farEcho(b, open(b, noise.Options{}), open(b, listening()))
	call := func(far captp.Ref) time.Duration {
		start := time.Now()
		if got, err := captp.Invoke(b.Context(), far, 7).Await(b.Context()); got != int64(7) || err != nil {
			b.Fatal(got, err)
		}
		return time.Since(start)
	}
	var ours, theirs time.Duration
	for b.Loop() {
		ours += call(secret)
		theirs += call(clear)
	}
	b.ReportMetric(float64(ours)/float64(theirs), "x-clear")
	b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N), "ns/call")
}
