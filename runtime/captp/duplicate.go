package captp

import (
	"time"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

// This file is about second connections of peers. Whoever has lost a session calls again, and finds the vat still busy with the session
// that it does not know to be lost. So a second call has the first one asked for a sign of life. If none comes, the second takes its
// place; otherwise it is refused. Somebody who only claims to be the peer cannot do more by it than have the peer asked; and nobody who
// only claims it takes the place of a peer that the netlayer knows to be the one.

// duplicate is a second connection of a peer, which waits for the end of the first.
type duplicate struct {
	conn  *conn
	first *watchman // of the first; nil if nothing is known against that
	since time.Time
}

// duplicatePatience is how long a second connection waits at least, and how often the first is looked at.
const duplicatePatience = time.Second

// waitForFirst lets the older session with the same peer end, or show that it lives. It runs on the loop.
func (c *conn) waitForFirst() {
	d := &duplicate{conn: c, since: time.Now()}
	if first := c.vat.connWith(c.session.Peer().ID()); !c.ended && first != nil && (c.proved() || !first.proved()) {
		d.first = &watchman{conn: first}
		d.first.isAlive() // from here on
	}
	d.lookLater()
}

// proved reports whether the netlayer has proved who is at the other side.
func (c *conn) proved() bool { return c.nc.Proved() != (locator.PeerID{}) }

// lookLater looks again after a while.
func (d *duplicate) lookLater() {
	time.AfterFunc(duplicatePatience, func() { d.conn.vat.do(d.look) })
}

// look decides whether there is something to be decided. It runs on the loop.
func (d *duplicate) look() {
	c := d.conn
	select {
	case <-c.up: // the first has ended
		return
	default:
	}
	switch {
	case d.first == nil || c.ended || d.first.isAlive():
		c.vat.core.GiveUp(c.session)
	case !d.first.asked: // not sooner: each call takes the place of the one before, so that the peer is not asked more often than this
		d.first.askNow()
		d.lookLater()
	case time.Since(d.since) < c.vat.limits.HandshakeTime/2:
		d.lookLater()
	default:
		c.vat.core.Fail(d.first.conn.session, errSilent)
	}
}
