package websocket_test

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

// wires connect netlayers within a bubble of package synctest. They buffer nothing: who writes waits for who reads.
type wires struct {
	dialled chan net.Conn
	closed  chan struct{}
	once    sync.Once

	// cut makes everything that is written from then on get lost, in both directions, without a word.
	cut atomic.Bool
}

func newWires() *wires { return &wires{dialled: make(chan net.Conn), closed: make(chan struct{})} }

// dial is for websocket.Options.Dial.
func (w *wires) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case w.dialled <- &wire{Conn: far, wires: w}:
		return &wire{Conn: near, wires: w}, nil
	case <-w.closed:
	case <-ctx.Done():
	}
	return nil, net.ErrClosed
}

// Accept, Close and Addr make it a net.Listener.
func (w *wires) Accept() (net.Conn, error) {
	select {
	case c := <-w.dialled:
		return c, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}

func (w *wires) Close() error {
	w.once.Do(func() { close(w.closed) })
	return nil
}

func (w *wires) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

// wire is one end.
type wire struct {
	net.Conn
	wires *wires
	gone  atomic.Bool // closed, which the other end does not notice
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if w.gone.Load() {
		err = net.ErrClosed
	}
	return n, err
}

func (w *wire) Write(p []byte) (int, error) {
	if w.wires.cut.Load() {
		return len(p), nil
	}
	return w.Conn.Write(p)
}

func (w *wire) Close() error {
	if !w.wires.cut.Load() {
		return w.Conn.Close()
	}
	w.gone.Store(true)
	return w.Conn.SetDeadline(time.Unix(1, 0))
}

// bubble runs the test in a bubble, in which everything has time to end.
func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		t.Cleanup(func() { time.Sleep(time.Minute) })
		test(t)
	})
}

// wired returns two netlayers with nothing between them but wires, and a conn of them.
func wired(t *testing.T, opts websocket.Options) (w *wires, dialled, accepted netlayer.Conn) {
	t.Helper()
	w = newWires()
	a := opts
	a.Dial = w.dial
	opts.Listener = w
	b := open(t, opts)
	dialled, accepted = connect(t, open(t, a), b)
	return w, dialled, accepted
}

// rawWired returns a conn, and the connection to it, on which the frames are the test's.
func rawWired(t *testing.T) (net.Conn, netlayer.Conn) {
	t.Helper()
	w := newWires()
	nl := open(t, websocket.Options{Listener: w, Ping: -1})
	c, err := w.dial(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	upgradeOn(t, c)
	challengeOn(t, c)
	return c, accept(t, nl)
}
