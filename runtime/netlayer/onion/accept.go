package onion

import (
	"context"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// acceptor takes what tor passes on from the onion service, and has it prove who it is if that is asked for. One goroutine accepts; each
// proof under way has one of its own, which its conn ends.
type acceptor struct {
	// Immutable after newAcceptor.
	netlayer *Netlayer
	listener net.Listener
	accepted chan *conn // those that wait for Accept
	failed   chan error // what Accept has to say
	closed   chan struct{}

	goroutines sync.WaitGroup

	crowded, unproved atomic.Int64 // see Crowded and Failed of netlayer.Refusals

	mu sync.Mutex
	// Guarded by mu.
	proving  []*conn // those that are proving who they are, the oldest first
	isClosed bool
}

// newAcceptor returns an acceptor that listens already, on this machine only.
func newAcceptor(nl *Netlayer) (*acceptor, error) {
	var config net.ListenConfig
	l, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	a := &acceptor{
		netlayer: nl, listener: l,
		accepted: make(chan *conn, nl.opts.Handshakes), failed: make(chan error, 1), closed: make(chan struct{}),
	}
	a.goroutines.Go(a.listen)
	return a, nil
}

// listen accepts until close. newAcceptor starts it.
func (a *acceptor) listen() {
	for {
		raw, err := a.listener.Accept()
		if err == nil {
			a.take(raw)
			continue
		}
		select {
		case <-a.closed:
			return
		case a.failed <- err:
		default: // the last error has not been asked for yet
		}
		select {
		case <-a.closed:
			return
		case <-time.After(acceptPause):
		}
	}
}

// take makes a conn of what was accepted, and gives it to whoever calls Accept.
func (a *acceptor) take(raw net.Conn) {
	if !a.netlayer.hold() {
		_ = raw.Close()
		return
	}
	c := a.netlayer.newConn(raw, netlayer.Detect)
	if a.netlayer.opts.Authenticate {
		if a.begin(c) {
			a.goroutines.Go(func() { a.prove(c) })
		}
		return
	}
	select {
	case a.accepted <- c:
	case <-a.closed:
		_ = c.Close()
	}
}

// begin notes that the conn is proving who it is. When too many do, the oldest is given up: it has had the most time, and whoever opens
// conns to no end cannot keep others out for longer than it takes to prove something.
func (a *acceptor) begin(c *conn) bool {
	a.mu.Lock()
	var oldest *conn
	ok := !a.isClosed
	if ok {
		a.proving = append(a.proving, c)
		if len(a.proving) > a.netlayer.opts.Handshakes {
			oldest = a.proving[0]
			a.proving = slices.Delete(a.proving, 0, 1)
		}
	}
	a.mu.Unlock()
	switch {
	case !ok:
		_ = c.Close()
	case oldest != nil:
		a.crowded.Add(1)
		_ = oldest.Close()
	}
	return ok
}

// prove has the conn prove who it is, and gives it to whoever calls Accept. It is a goroutine that take starts.
func (a *acceptor) prove(c *conn) {
	err := a.netlayer.authenticateAccepted(c)
	open := a.leave(c)
	switch {
	case open && err == nil:
		select {
		case a.accepted <- c:
			return
		default: // too many wait for Accept
			a.crowded.Add(1)
		}
	case open:
		a.unproved.Add(1)
	}
	_ = c.Close()
}

// leave says that the conn is not proving who it is any more, and reports whether it was allowed to until now.
func (a *acceptor) leave(c *conn) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	i := slices.Index(a.proving, c)
	if i >= 0 {
		a.proving = slices.Delete(a.proving, i, i+1)
	}
	return i >= 0
}

// close stops accepting, and ends the conns that nobody has accepted.
func (a *acceptor) close() {
	close(a.closed)
	_ = a.listener.Close()
	a.mu.Lock()
	a.isClosed = true
	proving := a.proving
	a.proving = nil
	a.mu.Unlock()
	for _, c := range proving {
		_ = c.Stream.Close() // its goroutine does the rest
	}
	a.goroutines.Wait()
	for {
		select {
		case c := <-a.accepted:
			_ = c.Close()
		default:
			return
		}
	}
}
