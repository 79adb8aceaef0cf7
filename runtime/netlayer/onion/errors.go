package onion

import (
	"errors"
	"fmt"
	"strings"
)

// ErrGone says that the tor behind the netlayer has ended, or can no longer be talked to. Accept returns it once each time; Dial
// returns it until there is a tor again. Dialled and accepted conns end with tor.
var ErrGone = errors.New("tor is gone")

// A StartError says how far starting came before it failed. New returns it.
type StartError struct {
	Progress Progress // the last that was made
	Output   []string // the last warnings and errors that a tor printed which New had started
	Err      error    // the reason: that of the context when it ended
}

// Error returns the stage, the reason, and what tor said last: the cause is often in front of its very last words.
func (e *StartError) Error() string {
	var b strings.Builder
	b.WriteString("onion: " + e.Progress.Stage.String())
	if e.Progress.Stage == StageConnecting {
		fmt.Fprintf(&b, ", %d%%, %s", e.Progress.Percent, e.Progress.Summary)
	}
	fmt.Fprintf(&b, ": %v", e.Err)
	if len(e.Output) > 0 {
		b.WriteString("; tor says: " + strings.Join(e.Output, "; "))
	}
	return b.String()
}

// Unwrap returns the reason.
func (e *StartError) Unwrap() error { return e.Err }
