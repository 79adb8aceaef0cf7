package captptest

import (
	"fmt"
	"testing"

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
	Line

	A, B *captp.Vat
	// Network has A and B as its peers [NameA] and [NameB].
	Network *netlayertest.Network
}

// NewLink returns a new link. Both vats get the options.
func NewLink(tb testing.TB, opts ...captp.Option) *Link {
	tb.Helper()
	t := newTranscript()
	l := &Link{Network: netlayertest.NewNetwork(netlayertest.NetworkOptions{Tap: t.add})}
	l.Line = newLine(l.Network, t, NameA, NameB)
	l.A, l.B = newVat(tb, l.Network.Peer(NameA), opts), newVat(tb, l.Network.Peer(NameB), opts)
	tb.Cleanup(func() { awaitAgreement(tb, l.agreement) }) // before the vats are closed
	return l
}

// Pair returns the vats of a new [Link].
func Pair(tb testing.TB, opts ...captp.Option) (a, b *captp.Vat) {
	tb.Helper()
	l := NewLink(tb, opts...)
	return l.A, l.B
}

// Hold keeps what is under way from being delivered, and every message that is sent from now on.
func (l *Link) Hold() {
	l.transcript.inRounds(true)
	l.Line.Hold()
}

// Release delivers what is held, and ends the holding.
func (l *Link) Release() {
	l.transcript.inRounds(false)
	l.Line.Release()
}

// Transcript returns the messages that were sent so far, written as those of a trio are: see [Trio.Transcript]. The vats are
// called a and b, and their locations are written in full.
func (l *Link) Transcript() string { return l.transcript.text() }

// ClearTranscript forgets what was sent so far.
func (l *Link) ClearTranscript() { l.transcript.clear() }

// agreement compares what one vat holds with what the other one knows to be held.
func (l *Link) agreement() agreement {
	a, b := l.A.Stats(), l.B.Stats()
	return agreement{
		settled: a.Up == 1 && b.Up == 1 && l.Held() == 0,
		agreed:  a.Exports == b.Imports && b.Exports == a.Imports,
		text: fmt.Sprintf("a exports %d and b imports %d; b exports %d and a imports %d",
			a.Exports, b.Imports, b.Exports, a.Imports),
	}
}
