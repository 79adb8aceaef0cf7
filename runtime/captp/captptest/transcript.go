package captptest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// transcript is the list of the messages that were sent.
//
// It has two orders. Freely, every message is a round of its own. In rounds, while everything is held, a round is what was
// sent between two deliveries; it has an order in each direction, and none that means anything between them.
type transcript struct {
	labels map[string]string // how lines call peers that have roles. Immutable once there are messages.

	mu     sync.Mutex
	sent   []sentMessage       // Guarded by mu, as is all that follows.
	names  *names              // given before sent[0]
	conns  map[[2]string][]int // by the names of both ends in order: those that were seen
	more   chan struct{}       // closed with the next message, if anybody waits for it
	round  int
	rounds bool // in rounds
}

type sentMessage struct {
	netlayertest.Message

	round int
	conn  int // its number between the two peers, from 1
}

// newTranscript returns an empty one.
func newTranscript() *transcript {
	labels := make(map[string]string)
	return &transcript{labels: labels, names: newNames(labels), conns: make(map[[2]string][]int)}
}

// add is the tap of the network.
func (t *transcript) add(m netlayertest.Message) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.rounds {
		t.round++
	}
	t.sent = append(t.sent, sentMessage{Message: m, round: t.round, conn: t.connNumber(m)})
	if t.more != nil {
		close(t.more)
		t.more = nil
	}
}

// connNumber returns the number of the message's conn among those between the two peers. It is called with mu held.
func (t *transcript) connNumber(m netlayertest.Message) int {
	ends := [2]string{min(m.From, m.To), max(m.From, m.To)}
	i := slices.Index(t.conns[ends], m.Link)
	if i < 0 {
		i = len(t.conns[ends])
		t.conns[ends] = append(t.conns[ends], m.Link)
	}
	return i + 1
}

// nextSent returns a channel that is closed when another message is sent.
func (t *transcript) nextSent() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.more == nil {
		t.more = make(chan struct{})
	}
	return t.more
}

// inRounds says in which of its two orders the transcript goes on.
func (t *transcript) inRounds(yes bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rounds = yes
	t.round++
}

// nextRound begins a round.
func (t *transcript) nextRound() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.round++
}

// text returns the lines of the messages between the peers, or of all. Names are the same in both.
func (t *transcript) text(peers ...string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	names := t.names.clone()
	var lines []string
	for _, m := range t.inOrder() {
		line := t.line(names, m)
		if len(peers) == 0 || slices.Contains(peers, m.From) && slices.Contains(peers, m.To) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// clear forgets the messages, and keeps the names that they have brought up.
func (t *transcript) clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, m := range t.inOrder() {
		t.line(t.names, m)
	}
	t.sent = nil
}

// inOrder returns the messages as they are to be read. It is called with mu held.
func (t *transcript) inOrder() []sentMessage {
	sorted := slices.Clone(t.sent)
	slices.SortStableFunc(sorted, func(x, y sentMessage) int {
		return cmp.Or(cmp.Compare(x.round, y.round), cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To))
	})
	return sorted
}

// line returns the line of a message.
func (t *transcript) line(names *names, m sentMessage) string {
	conn := ""
	if m.conn > 1 {
		conn = fmt.Sprintf("/%d", m.conn)
	}
	return fmt.Sprintf("%s -> %s%s  %s", t.label(m.From), t.label(m.To), conn, names.notation(m.Message))
}

// label returns how lines call a peer: one without a role, by its name in the network.
func (t *transcript) label(name string) string { return cmp.Or(t.labels[name], name) }
