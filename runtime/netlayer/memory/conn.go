package memory

import (
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// conn is one end of a pair. Each direction is a queue that both ends hold.
type conn struct {
	in, out *queue
	proved  locator.PeerID
}

// newConns returns the ends of a conn, that of near first.
func newConns(near, far locator.PeerID) (*conn, *conn) {
	there, back := newQueue(), newQueue()
	return &conn{in: back, out: there, proved: far}, &conn{in: there, out: back, proved: near}
}

// Receive implements netlayer.Conn.
func (c *conn) Receive(dst [][]byte) ([][]byte, error) { return c.in.receive(dst) }

// Send implements netlayer.Conn.
func (c *conn) Send(msgs [][]byte) error { return c.out.send(msgs) }

// CloseSend implements netlayer.Conn.
func (c *conn) CloseSend() error { return c.out.endSending() }

// Close implements netlayer.Conn.
func (c *conn) Close() error {
	c.in.closeReceiving()
	c.out.closeSending()
	return nil
}

// SetReadLimit implements netlayer.Conn.
func (c *conn) SetReadLimit(n int) { c.in.setLimit(n) }

// Proved implements netlayer.Conn.
func (c *conn) Proved() locator.PeerID { return c.proved }
