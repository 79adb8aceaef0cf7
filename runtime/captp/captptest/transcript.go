package captptest

import (
	"fmt"
	"strings"
	"sync"

	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// transcript is the list of the messages that were sent.
type transcript struct {
	mu    sync.Mutex
	lines []string // Guarded by mu.
}

// add is the tap of the network.
func (t *transcript) add(m netlayertest.Message) {
	line := fmt.Sprintf("%s -> %s  %s", m.From, m.To, withoutKeys(Notation(m.Data)))
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = append(t.lines, line)
}

// withoutKeys shortens the message that holds session keys, which are different each time.
func withoutKeys(op string) string {
	if strings.HasPrefix(op, "<op:start-session ") {
		return "<op:start-session ...>"
	}
	return op
}

// Transcript returns the messages that were sent so far, one a line, in the notation of the drafts:
//
//	a -> b  <op:deliver <desc:export 1> ['greet "ada"] f <desc:import-object 2>>
//
// Messages of both directions stand in the order in which they were sent. Of op:start-session, the label alone is shown.
func (l *Link) Transcript() string {
	l.transcript.mu.Lock()
	defer l.transcript.mu.Unlock()
	return strings.Join(l.transcript.lines, "\n")
}

// ClearTranscript forgets what was sent so far.
func (l *Link) ClearTranscript() {
	l.transcript.mu.Lock()
	defer l.transcript.mu.Unlock()
	l.transcript.lines = nil
}
