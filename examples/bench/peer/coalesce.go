package peer

import (
	"bufio"
	"net"
	"sync"
)

// coalescer is a connection whose writes are gathered while an earlier one is under way, and whose reads are buffered. It is for peers
// that make a system call of every message.
type coalescer struct {
	net.Conn

	r *bufio.Reader

	mu      sync.Mutex
	changed sync.Cond
	pending []byte // Guarded by mu, as everything below.
	closed  bool
	err     error
	ended   chan struct{}
}

const coalescerBytes = 1 << 20 // what may be gathered before writing waits

// newCoalescer starts the goroutine that writes. It ends with Close, or with the connection.
func newCoalescer(c net.Conn) *coalescer {
	co := &coalescer{Conn: c, r: bufio.NewReader(c), ended: make(chan struct{})}
	co.changed.L = &co.mu
	go co.write()
	return co
}

func (c *coalescer) write() {
	defer close(c.ended)
	var buf []byte
	for {
		c.mu.Lock()
		for len(c.pending) == 0 && !c.closed && c.err == nil {
			c.changed.Wait()
		}
		if len(c.pending) == 0 || c.err != nil {
			c.mu.Unlock()
			return
		}
		buf, c.pending = c.pending, buf[:0]
		c.changed.Broadcast()
		c.mu.Unlock()
		if _, err := c.Conn.Write(buf); err != nil {
			c.mu.Lock()
			c.err = err
			c.changed.Broadcast()
			c.mu.Unlock()
			return
		}
	}
}

// Write takes p down to be written, and waits only if too much is.
func (c *coalescer) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.pending) > coalescerBytes && c.err == nil && !c.closed {
		c.changed.Wait()
	}
	switch {
	case c.err != nil:
		return 0, c.err
	case c.closed:
		return 0, net.ErrClosed
	}
	c.pending = append(c.pending, p...)
	c.changed.Broadcast()
	return len(p), nil
}

// Read reads what has come.
func (c *coalescer) Read(p []byte) (int, error) { return c.r.Read(p) }

// Close writes what is left, and closes the connection.
func (c *coalescer) Close() error {
	c.mu.Lock()
	c.closed = true
	c.changed.Broadcast()
	c.mu.Unlock()
	<-c.ended
	return c.Conn.Close()
}
