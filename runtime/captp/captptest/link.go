package captptest

import (
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// The names of the two vats of a [Link] in its network.
const (
	NameA = "a"
	NameB = "b"
)

// Link is two vats and the network between them. There is no session before one of them asks for it.
type Link struct {
	A, B *captp.Vat
	// Network has A and B as its peers [NameA] and [NameB].
	Network *netlayertest.Network

	transcript transcript
}

// NewLink returns a new link. Both vats get the options.
func NewLink(tb testing.TB, opts ...captp.Option) *Link {
	tb.Helper()
	l := new(Link)
	l.Network = netlayertest.NewNetwork(netlayertest.NetworkOptions{Tap: l.transcript.add})
	l.A, l.B = l.vat(tb, NameA, opts), l.vat(tb, NameB, opts)
	tb.Cleanup(func() { // runs before the vats are closed
		if !tb.Failed() {
			l.checkAgreement(tb)
		}
	})
	return l
}

func (l *Link) vat(tb testing.TB, name string, opts []captp.Option) *captp.Vat {
	tb.Helper()
	own := []captp.Option{captp.WithNetlayer(l.Network.Peer(name))}
	v, err := captp.New(append(own, opts...)...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := v.Close(); err != nil {
			tb.Error(err)
		}
	})
	return v
}

// Pair returns the vats of a new [Link].
func Pair(tb testing.TB, opts ...captp.Option) (a, b *captp.Vat) {
	tb.Helper()
	l := NewLink(tb, opts...)
	return l.A, l.B
}

// Carry returns a reference in the vat to for an object of the vat from, over a session between them.
func Carry[C captp.Capability](tb testing.TB, from, to *captp.Vat, c C) C {
	tb.Helper()
	ref, err := captp.Publish(from, c)
	if err != nil {
		tb.Fatal(err)
	}
	defer from.Unpublish(ref.Swiss)
	out, err := captp.Enliven[C](tb.Context(), to, ref).Await(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// ErrCut is what a dial ends with after [Link.Cut].
var ErrCut = errors.New("captptest: the link is cut")

// Cut ends every session between the vats, as when a machine on the way fails, and lets no new one be made.
func (l *Link) Cut() {
	l.Network.Way(NameA, NameB).RefuseDials(ErrCut)
	l.Network.Way(NameB, NameA).RefuseDials(ErrCut)
	l.Network.Cut(NameA, NameB)
}

// Mend lets sessions be made again.
func (l *Link) Mend() {
	l.Network.Way(NameA, NameB).RefuseDials(nil)
	l.Network.Way(NameB, NameA).RefuseDials(nil)
}

// Hold keeps every message that is sent from now on from being delivered.
func (l *Link) Hold() {
	l.Network.Way(NameA, NameB).Hold()
	l.Network.Way(NameB, NameA).Hold()
}

// Release delivers what is held, and ends the holding.
func (l *Link) Release() {
	l.Network.Way(NameA, NameB).Release()
	l.Network.Way(NameB, NameA).Release()
}

// Step delivers the oldest message that is held in one direction, A's first, and reports whether there was one.
func (l *Link) Step() bool {
	return l.Network.Way(NameA, NameB).Step() || l.Network.Way(NameB, NameA).Step()
}

// checkAgreement fails the test if one vat holds a reference that the other one does not know to be held, or the other way
// round. What garbage is left is collected first.
func (l *Link) checkAgreement(tb testing.TB) {
	tb.Helper()
	var a, b captp.Stats
	for range 100 {
		a, b = l.A.Stats(), l.B.Stats()
		settled := a.Up == 1 && b.Up == 1 && l.Network.Way(NameA, NameB).Held() == 0 && l.Network.Way(NameB, NameA).Held() == 0
		if !settled || a.Exports == b.Imports && b.Exports == a.Imports {
			return
		}
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
	tb.Errorf("a exports %d and b imports %d; b exports %d and a imports %d", a.Exports, b.Imports, b.Exports, a.Imports)
}
