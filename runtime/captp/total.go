package captp

// This file bounds what is kept for the sake of all peers together: many of them may each keep to their own limits and still take all the
// memory there is. When it is too much, those go first for whom most is kept: whoever keeps little cannot be made to go by others.

// kept returns what is kept for the sake of all peers, in bytes, or a little more: output that was sent since counts on until somebody
// looks.
func (v *Vat) kept() int {
	return v.core.Held() + int(v.unreadBytes.Load()+v.arrivingBytes.Load()) + v.underWay.bytes + v.outputBytes
}

// shed ends sessions until no more is kept than may be, and reports whether there were any. It runs on the loop.
func (v *Vat) shed() bool {
	limit := v.limits.TotalBytes
	kept := v.kept()
	v.roomForArriving.Store(int64(limit-kept) + v.arrivingBytes.Load())
	if kept <= limit {
		return false
	}
	for c := range v.conns {
		c.countOutput()
	}
	shed := false
	for kept := v.kept(); kept > limit; {
		c := v.heaviest()
		if c == nil {
			break
		}
		before := c.weight()
		c.session.LeaveOutRings()
		if now := c.weight(); now < before {
			kept -= before - now // some of that were rings that others have had passed on
			continue
		}
		kept -= before
		c.shed()
		shed = true
	}
	return shed
}

// heaviest returns the connection for which most is kept, among those that were not shed, nil if nothing is kept for any.
func (v *Vat) heaviest() *conn {
	var heaviest *conn
	most := 0
	for c := range v.conns {
		if w := c.weight(); w > most && !c.isShed {
			heaviest, most = c, w
		}
	}
	return heaviest
}

// weight returns what is kept for the sake of the peer, in bytes.
func (c *conn) weight() int {
	w := int(c.unreadBytes.Load()) + c.halfMessage() + c.output
	if !c.ended {
		w += c.session.Held() + c.turns.bytes
	}
	return w
}

// shed ends the session, and gives up what is kept for it. If that is output, or half a message, the peer may not even hear why.
func (c *conn) shed() {
	v := c.vat
	c.isShed = true
	v.core.Fail(c.session, &LimitError{Limit: "TotalBytes", Max: v.limits.TotalBytes})
	v.carryOut()
	c.serve(false) // which drops what was not looked at
	if !c.leaveArriving() && c.output == 0 {
		return
	}
	v.outputBytes -= c.output
	c.output = 0
	c.dropBacklog()
	c.timer.Reset(0) // which closes the connection, and so ends a Send or Receive that is under way
}

// countArriving counts what the connection holds for a message that is not whole. It is called by whoever reads from it.
func (c *conn) countArriving(change int) {
	for {
		before := c.arrivingBytes.Load()
		if before < 0 {
			return
		}
		if c.arrivingBytes.CompareAndSwap(before, before+int64(change)) {
			break
		}
	}
	if all := c.vat.arrivingBytes.Add(int64(change)); change > 0 && all > c.vat.roomForArriving.Load() {
		c.vat.do(func() {}) // the loop looks when it has done something
	}
}

// halfMessage returns what was counted.
func (c *conn) halfMessage() int { return max(0, int(c.arrivingBytes.Load())) }

// leaveArriving counts it no longer, now or later, because the connection is about to be closed, and reports whether there was any.
func (c *conn) leaveArriving() bool {
	n := c.arrivingBytes.Swap(-1)
	if n > 0 {
		c.vat.arrivingBytes.Add(-n)
	}
	return n > 0
}

// countOutput brings up to date what is counted as output for the peer that is not sent yet. It runs on the loop.
func (c *conn) countOutput() {
	if c.isShed {
		return
	}
	unsent := int(c.unsent.Load())
	c.vat.outputBytes += unsent - c.output
	c.output = unsent
}
