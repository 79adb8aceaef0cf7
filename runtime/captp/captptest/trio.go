package captptest

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// Role is what a vat of a [Trio] does in a handoff. It is also the name of the vat in the network.
//
// Spec: CapTP#third-party-handoffs.
type Role string

const (
	// Gifter sends a reference to an object of the exporter to the receiver.
	Gifter Role = "gifter"
	// Receiver is sent the reference.
	Receiver Role = "receiver"
	// Exporter has the object.
	Exporter Role = "exporter"
)

// initial is how transcripts call the vat.
func (r Role) initial() string { return strings.ToUpper(string(r[:1])) }

// Trio is three vats and the network between them. There is no session before one of them asks for it, and each of them can
// dial both others.
type Trio struct {
	Gifter, Receiver, Exporter *captp.Vat
	// Network has the vats as its peers, named by their roles.
	Network *netlayertest.Network

	transcript *transcript
	open       *openEnds
	ways       []Way // all six

	mu   sync.Mutex
	next int // in ways, where Step goes on looking. Guarded by mu.
}

// NewTrio returns a new trio. All three vats get the options.
func NewTrio(tb testing.TB, opts ...captp.Option) *Trio {
	tb.Helper()
	roles := []Role{Gifter, Exporter, Receiver}
	t := &Trio{transcript: newTranscript(), open: &openEnds{count: make(map[[2]string]int)}}
	t.Network = netlayertest.NewNetwork(netlayertest.NetworkOptions{Tap: t.transcript.add})
	vat := func(r Role) *captp.Vat {
		t.transcript.labels[string(r)] = r.initial()
		return newVat(tb, countingNetlayer{t.Network.Peer(string(r)), string(r), t.open}, opts)
	}
	t.Gifter, t.Exporter, t.Receiver = vat(Gifter), vat(Exporter), vat(Receiver)
	for _, from := range roles {
		for _, to := range roles {
			if from != to {
				t.ways = append(t.ways, t.Way(from, to))
			}
		}
	}
	tb.Cleanup(func() { // before the vats are closed
		awaitAgreement(tb, t.agreement)
		t.Release() // so that they need not wait for each other
	})
	return t
}

// Way returns the direction from one vat to another.
func (t *Trio) Way(from, to Role) Way {
	return Way{t.Network.Way(string(from), string(to)), t.transcript}
}

// Line returns what is between two vats.
func (t *Trio) Line(x, y Role) Line {
	return newLine(t.Network, t.transcript, string(x), string(y))
}

// Open returns how many conns there are between two vats that neither has closed. [Line.Conns] has those that are over, too.
func (t *Trio) Open(x, y Role) int { return t.open.conns(string(x), string(y)) }

// Hold keeps what is under way from being delivered, and every message that is sent from now on, between all vats. Dials are
// not held.
func (t *Trio) Hold() {
	t.transcript.inRounds(true)
	for _, w := range t.ways {
		w.Hold()
	}
}

// Release delivers what is held between all vats, and ends the holding.
func (t *Trio) Release() {
	t.transcript.inRounds(false)
	for _, w := range t.ways {
		w.Release()
	}
}

// Held returns how many messages are under way between all vats.
func (t *Trio) Held() int {
	n := 0
	for _, w := range t.ways {
		n += w.Held()
	}
	return n
}

// Step delivers one message, whatever holds it, and reports whether there was one. The six directions have their turn one
// after the other, and each keeps its order.
func (t *Trio) Step() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for range t.ways {
		w := t.ways[t.next]
		t.next = (t.next + 1) % len(t.ways)
		if w.Step() {
			return true
		}
	}
	return false
}

// Play delivers what is held, one message at a time, and lets the vats do everything that one message brings about before
// the next, until nothing is under way. What they do after some time they have not done then: sleep, and play again. Play
// works in a bubble of testing/synctest only, as it waits for everything in the bubble.
func (t *Trio) Play() {
	synctest.Wait()
	for t.Step() {
		synctest.Wait()
	}
}

// Transcript returns the messages that were sent so far, one a line, in the notation of the drafts:
//
//	G -> E  <op:deliver <desc:export 0> ['deposit-gift <gift 1> <desc:export 5>] f f>
//
// In front of a message stand the names of the vats, of a trio the initials of their roles, and the number of the conn between
// the two, unless it is the first: R -> E/2. Messages stand in the order in which they were sent. While everything is held,
// those that were sent between the same two deliveries are sorted by direction instead, so that the order is the same on
// every run.
//
// What is random has a name that numbers it in the order of the transcript: <key 1>, <side 1>, <sig 1>, <gift 1>, <swiss 1>. A
// side is the public identifier of the key that has its number. A session is numbered when it is set up, so that
// <session 2> is the one whose introductions were the second to be exchanged. The location of a vat is the name of the
// vat: <exporter>. Equal names are equal bytes.
func (t *Trio) Transcript() string { return t.transcript.text() }

// ClearTranscript forgets what was sent so far, but not the names.
func (t *Trio) ClearTranscript() { t.transcript.clear() }

// agreement adds up what all vats hold of each other: who has how much of whose is not known.
func (t *Trio) agreement() agreement {
	g, r, e := t.Gifter.Stats(), t.Receiver.Stats(), t.Exporter.Stats()
	up := 2 * (t.Open(Gifter, Receiver) + t.Open(Gifter, Exporter) + t.Open(Receiver, Exporter))
	exports, imports := g.Exports+r.Exports+e.Exports, g.Imports+r.Imports+e.Imports
	return agreement{
		settled: g.Up+r.Up+e.Up == up && t.Held() == 0,
		agreed:  exports == imports,
		text: fmt.Sprintf("the vats export %d and import %d: the gifter %d and %d, the receiver %d and %d, the exporter %d and %d",
			exports, imports, g.Exports, g.Imports, r.Exports, r.Imports, e.Exports, e.Imports),
	}
}
