package websocket

import (
	"container/list"
	"net"
	"sync"
)

// handshakes are the conns that nobody has accepted yet: those that have said nothing, or part of a request, or that have
// not proved anything, and those that wait for Accept. There is a limit to them, and the oldest has to go when one more
// comes: whoever means it is done in a moment, and does not get old.
type handshakes struct {
	limit int // immutable

	mu     sync.Mutex
	open   list.List // of *handshake, the oldest first
	closed bool
}

// handshake is one of them, and the conn that it is about.
type handshake struct {
	net.Conn
	all   *handshakes
	place *list.Element // guarded by all.mu; nil once it is not among them
}

// begin returns a handshake on c. It may close the oldest, or c, if there are to be no more.
func (h *handshakes) begin(c net.Conn) *handshake {
	one := &handshake{Conn: c, all: h}
	if last := h.add(one); last != nil {
		abort(last.Conn)
	}
	return one
}

// add adds the handshake, and returns the one that has to go for it, if any.
func (h *handshakes) add(one *handshake) *handshake {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return one
	}
	one.place = h.open.PushBack(one)
	if h.open.Len() <= h.limit {
		return nil
	}
	oldest := h.open.Front().Value.(*handshake)
	oldest.leave()
	return oldest
}

// leave takes the handshake out of the table. The caller holds all.mu.
func (one *handshake) leave() {
	if one.place != nil {
		one.all.open.Remove(one.place)
		one.place = nil
	}
}

// finish says that the handshake is over. It reports whether that is news: it is not if the conn was closed.
func (one *handshake) finish() bool {
	one.all.mu.Lock()
	defer one.all.mu.Unlock()
	open := one.place != nil
	one.leave()
	return open
}

// Close closes the conn, which ends the handshake if it is not over.
func (one *handshake) Close() error {
	one.finish()
	return one.Conn.Close()
}

// NetConn returns the conn below.
func (one *handshake) NetConn() net.Conn { return one.Conn }

// close closes all conns on which a handshake is under way, and those on which one begins later.
func (h *handshakes) close() {
	for {
		one := h.closeOne()
		if one == nil {
			return
		}
		abort(one.Conn)
	}
}

// closeOne takes one handshake out for good.
func (h *handshakes) closeOne() *handshake {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	if h.open.Len() == 0 {
		return nil
	}
	one := h.open.Front().Value.(*handshake)
	one.leave()
	return one
}

// handshakeListener makes a handshake of each conn that it accepts.
type handshakeListener struct {
	net.Listener
	all *handshakes
}

// Accept returns the next conn, which is a *handshake.
func (l handshakeListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.all.begin(c), nil
}
