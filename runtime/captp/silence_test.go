package captp

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// countingConn counts what arrives.
type countingConn struct {
	netlayer.Conn

	received int64
}

func (c *countingConn) Received() int64 { return c.received }

// What counts as a sign of life, since the last look, and what does not.
func TestSignsOfLife(t *testing.T) {
	tests := []struct {
		name    string
		happens func(c *conn, arrived *countingConn)
		want    bool
	}{
		{"nothing", func(*conn, *countingConn) {}, false},
		{"a message", func(c *conn, _ *countingConn) { c.batches.Add(1) }, true},
		{"part of a message", func(_ *conn, arrived *countingConn) { arrived.received++ }, true},
		{"some of the output is taken", func(c *conn, _ *countingConn) { c.sent.Add(1); c.unsent.Add(1) }, true},
		{"all of the output is taken, by a buffer perhaps", func(c *conn, _ *countingConn) { c.sent.Add(1) }, false},
		{"output that nobody takes", func(c *conn, _ *countingConn) { c.unsent.Add(1) }, false},
		{"it is the loop that is behind", func(c *conn, _ *countingConn) { c.hold(heldByInbox) }, true},
		{"it is not read as fast", func(c *conn, _ *countingConn) { c.hold(heldByTurns | heldByOutput) }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			arrived := &countingConn{received: 1000}
			c := &conn{counter: arrived}
			c.batches.Add(7)
			c.sent.Add(100)
			w := &watchman{conn: c}
			w.isAlive()
			tt.happens(c, arrived)
			if got := w.isAlive(); got != tt.want {
				t.Errorf("got %t", got)
			}
			c.release(heldByInbox)
			if w.isAlive() {
				t.Error("it counts twice")
			}
		})
	}
}
