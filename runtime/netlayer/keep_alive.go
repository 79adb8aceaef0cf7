package netlayer

import (
	"io"
	"net"
	"sync/atomic"
	"time"
)

// KeepAlive returns how a socket of TCP finds out that the machine at the other side is gone: after 15 seconds without a packet it asks
// three times, 15 seconds apart, and fails after a minute in all. NewStream sets it on a *net.TCPConn. A netlayer that wraps its
// sockets in something else sets it itself, in net.ListenConfig and net.Dialer.
//
// It says nothing of the program at the other side, and nothing while data is under way: the system then tries for a quarter of an hour.
func KeepAlive() net.KeepAliveConfig {
	return net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 15 * time.Second, Count: 3}
}

// Counter is a Conn that counts what arrives, so that a long message on its way is not taken for silence. A Stream is one, and so are the
// conns of package websocket.
type Counter interface {
	Conn

	// Received returns how many bytes have arrived on the conn, those of a message that is not whole included. What the other side
	// says without its program, such as the answer to a ping, does not count. It may be called from any goroutine.
	Received() int64
}

// Received implements Counter.
func (s *Stream) Received() int64 { return s.received.Load() }

// countedReader counts what is read.
type countedReader struct {
	from io.Reader
	n    *atomic.Int64
}

// Read reads.
func (r *countedReader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	r.n.Add(int64(n))
	return n, err
}
