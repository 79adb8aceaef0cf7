package tcp

import (
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Outgoing is the sending direction of a conn whose end is a record of its own, which comes last. Whoever writes has a turn, and the end
// waits for the end of the turn.
type Outgoing struct {
	end    func()      // writes the end; called once, in a turn
	wanted atomic.Bool // End was called

	mu   sync.Mutex // held during a turn
	over bool       // end was called
}

// NewOutgoing returns a direction in which nothing was written yet.
func NewOutgoing(end func()) *Outgoing { return &Outgoing{end: end} }

// Begin waits for the turn of the caller, who calls Done when it is over. After the end it returns net.ErrClosed, and there is no turn.
func (o *Outgoing) Begin() error {
	o.mu.Lock()
	if o.over {
		o.mu.Unlock()
		return net.ErrClosed
	}
	return nil
}

// Done ends the turn.
func (o *Outgoing) Done() {
	o.mu.Unlock()
	if o.wanted.Load() {
		o.tryEnd()
	}
}

// End has the end written, in a turn of its own or of whoever has the next one after this one's. It does not wait for that.
func (o *Outgoing) End() {
	o.wanted.Store(true)
	o.tryEnd()
}

// tryEnd writes the end if it is nobody's turn. If it is somebody's, Done calls it again.
func (o *Outgoing) tryEnd() {
	if !o.mu.TryLock() {
		return
	}
	defer o.mu.Unlock()
	if !o.over {
		o.over = true
		o.end()
	}
}

// WriteLast writes the last bytes that go out on c, and ends its sending direction. When the other side does not read, it leaves that to
// a goroutine, which ends with c. Errors are for the other side to see.
func WriteLast(c net.Conn, p []byte) {
	_ = c.SetWriteDeadline(time.Now().Add(LastMoment))
	n, err := c.Write(p)
	_ = c.SetWriteDeadline(time.Time{})
	if errors.Is(err, os.ErrDeadlineExceeded) {
		go finish(c, p[n:])
		return
	}
	if err == nil {
		closeWrite(c)
	}
}

// finish is a goroutine that writes the last bytes when the other side reads, or until c is closed.
func finish(c net.Conn, p []byte) {
	if _, err := c.Write(p); err == nil {
		closeWrite(c)
	}
}

// closeWrite ends the sending direction, where that can be ended alone.
func closeWrite(c net.Conn) {
	if c, ok := c.(interface{ CloseWrite() error }); ok {
		_ = c.CloseWrite()
	}
}
