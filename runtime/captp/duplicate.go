package captp

import (
	"time"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

// This file is about second connections of peers. Whoever has lost a session calls again, and finds the vat still busy with the session
// that it does not know to be lost. The second connection is refused, as the drafts want it, but it has the first one asked for a sign
// of life. If none comes, the first is ended, and the peer gets through when it calls again. Somebody who only claims to be the peer
// cannot do more by it than have the peer asked now and then; and nobody who only claims it has a session ended with a peer that the
// netlayer knows to be the one.

// waitForFirst lets the older session with the same peer end. It runs on the loop.
func (c *conn) waitForFirst() {
	var first *watchman // nil if nothing is known against the first
	if older := c.vat.connWith(c.session.Peer().ID()); !c.ended && older != nil && (c.proved() || !older.proved()) {
		first = &watchman{conn: older}
		first.isAlive() // from here on
	}
	time.AfterFunc(duplicatePatience, func() {
		c.vat.do(func() {
			select {
			case <-c.up: // the first has ended
				return
			default:
			}
			if first != nil && !c.ended && !first.isAlive() {
				first.doubt()
			}
			c.vat.core.GiveUp(c.session)
		})
	})
}

// proved reports whether the netlayer has proved who is at the other side.
func (c *conn) proved() bool { return c.nc.Proved() != (locator.PeerID{}) }

// doubt asks the peer for a sign of life and ends the session if none comes, unless somebody has doubted it already. It runs on
// the loop.
func (w *watchman) doubt() {
	c := w.conn
	if c.doubted || c.ended {
		return
	}
	c.doubted = true
	w.askNow()
	time.AfterFunc(c.vat.limits.signOfLife(), func() {
		c.vat.do(func() {
			c.doubted = false
			if w.asked && !c.ended && !w.isAlive() {
				c.vat.core.Fail(c.session, errSilent)
			}
		})
	})
}
