package core_test

import "testing"

// TestSessionID checks that both ends of a session give it the same identifier.
func TestSessionID(t *testing.T) {
	p, _ := newPair(t)
	if here, there := p.sessions[0].ID(), p.sessions[1].ID(); here != there {
		t.Errorf("here it is %v, there %v", here, there)
	}
}
