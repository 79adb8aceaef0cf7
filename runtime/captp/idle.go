package captp

import "time"

// This file finds out about peers that are gone without a word: a machine that lost its power, a network that lost its memory. Most
// netlayers never notice. A peer of which nothing was heard for Limits.IdleTime is asked for something that every peer answers.

// idleness is what the last looks at a connection have found. It belongs to the loop.
type idleness struct {
	group int
	quiet int   // looks in a row that have found nothing
	heard int64 // what the watchman saw last
	sent  int64
}

// watchIdle has the loop look for peers that are gone, as long as there are connections. It runs on the loop.
func (v *Vat) watchIdle() {
	if v.idleTimer != nil || v.limits.IdleTime < 0 {
		return
	}
	v.idleTimer = time.AfterFunc(max(v.limits.IdleTime/(idleGroups*idleLooks), time.Millisecond), func() {
		v.do(func() {
			v.idleTimer = nil
			if v.refuse || len(v.conns) == 0 {
				return
			}
			v.idleGroup = (v.idleGroup + 1) % idleGroups
			for c := range v.conns {
				if c.idle.group == v.idleGroup && c.session.Established() {
					c.lookIdle()
				}
			}
			v.watchIdle()
		})
	})
}

// lookIdle asks a peer for a sign of life of which there was none for some looks, and ends the session if there is none then.
func (c *conn) lookIdle() {
	w := &watchman{conn: c, heard: c.idle.heard, sent: c.idle.sent}
	alive := w.isAlive()
	c.idle.heard, c.idle.sent = w.heard, w.sent
	if alive {
		c.idle.quiet = 0
		return
	}
	if c.idle.quiet++; c.idle.quiet >= idleLooks {
		c.idle.quiet = 0
		w.doubt()
	}
}
