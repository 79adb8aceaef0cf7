package captp

import (
	"context"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// slowTracer makes the loop slow when a session is over, as on a busy machine.
type slowTracer struct{}

// Trace waits.
func (slowTracer) Trace(ev TraceEvent) {
	if ev.Kind == TraceOver {
		time.Sleep(100 * time.Millisecond)
	}
}

// oneConn is a netlayer on which one connection is accepted.
type oneConn struct {
	conn *slowConn
	used atomic.Bool
	done chan struct{}
}

func (s *oneConn) Transport() string      { return "one" }
func (s *oneConn) Location() locator.Peer { p, _ := locator.NewPeer("one", "me", nil); return p }
func (s *oneConn) Dial(context.Context, locator.Peer) (netlayer.Conn, error) {
	return nil, io.EOF
}

func (s *oneConn) Accept() (netlayer.Conn, error) {
	if s.used.CompareAndSwap(false, true) {
		return s.conn, nil
	}
	<-s.done
	return nil, net.ErrClosed
}

func (s *oneConn) Close() error {
	select {
	case <-s.done:
	default:
		close(s.done)
	}
	return nil
}

// slowConn is a connection that ends at once and that takes long to send.
type slowConn struct {
	eof    chan struct{}
	closed atomic.Bool
}

func (c *slowConn) Receive(dst [][]byte) ([][]byte, error) { <-c.eof; return dst, io.EOF }
func (c *slowConn) Send([][]byte) error {
	time.Sleep(200 * time.Millisecond)
	return nil
}
func (c *slowConn) CloseSend() error       { time.Sleep(200 * time.Millisecond); return nil }
func (c *slowConn) Close() error           { c.closed.Store(true); return nil }
func (c *slowConn) SetReadLimit(int)       {}
func (c *slowConn) Proved() locator.PeerID { return locator.PeerID{} }

// TestCloseWaitsForWriter checks that Close returns when every goroutine of the vat has ended, a writer included that starts only then.
func TestCloseWaitsForWriter(t *testing.T) {
	conn := &slowConn{eof: make(chan struct{})}
	nl := &oneConn{conn: conn, done: make(chan struct{})}
	v, err := New(WithNetlayer(nl), WithTracer(slowTracer{}))
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(20 * time.Millisecond)
	gate := make(chan struct{})
	v.do(func() { <-gate })
	go func() {
		time.Sleep(20 * time.Millisecond)
		close(conn.eof) // Close waits for the loop already
		time.Sleep(20 * time.Millisecond)
		close(gate)
	}()
	v.Close()
	if !conn.closed.Load() {
		t.Error("Close has returned, and the writer runs")
	}
}
