package captp_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// sendings takes down what is sent on a network, and when.
type sendings struct {
	mu  sync.Mutex
	all []sending // Guarded by mu.
}

type sending struct {
	from, to, text string
	at             time.Time
}

func (s *sendings) tap(m netlayertest.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, sending{m.From, m.To, string(m.Data), time.Now()})
}

// by returns what was sent by a peer.
func (s *sendings) by(from string) []sending {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []sending
	for _, m := range s.all {
		if m.from == from {
			out = append(out, m)
		}
	}
	return out
}

// find returns the only one that holds a text.
func find(t *testing.T, all []sending, text string) sending {
	t.Helper()
	var found []sending
	for _, m := range all {
		if strings.Contains(m.text, text) {
			found = append(found, m)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d messages hold %q", len(found), text)
	}
	return found[0]
}
