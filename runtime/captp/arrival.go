package captp

import "github.com/ocapn-go/ocapn/runtime/locator"

// arrival waits for a session with a peer.
type arrival struct {
	peer locator.PeerID
	ch   chan *conn // of capacity 1: gets the session
}

// awaitArrival returns a channel for a session with the peer other than that of old, which may be nil. stop ends the wait, and has to
// be called.
func (v *Vat) awaitArrival(peer locator.PeerID, old *conn) (ch <-chan *conn, stop func()) {
	a := &arrival{peer: peer, ch: make(chan *conn, 1)}
	v.do(func() {
		if c := v.connWith(peer); c != nil && c != old {
			a.ch <- c
			return
		}
		v.arrivals[a] = struct{}{}
	})
	return a.ch, func() { v.do(func() { delete(v.arrivals, a) }) }
}

// connWith returns the connection of the session with a peer that is up, nil if there is none. It runs on the loop.
func (v *Vat) connWith(peer locator.PeerID) *conn { return connOf(v.core.SessionWith(peer)) }

// arrived says that the session of c is up. It runs on the loop.
func (v *Vat) arrived(c *conn) {
	if c.dialled != nil {
		delete(v.redials, c.dialled.key())
	}
	if v.connWith(c.peer.ID()) != c {
		return
	}
	for a := range v.arrivals {
		if a.peer == c.peer.ID() {
			delete(v.arrivals, a)
			a.ch <- c
		}
	}
}

// left says that the session of c is over. It runs on the loop.
func (v *Vat) left(c *conn) {
	select {
	case <-c.up:
	default:
		if c.dialled != nil && v.connWith(c.dialled.at.ID()) == nil {
			v.noteUnreachable(c.dialled, c.reason)
		}
	}
}
