package captp

import "time"

// This file is about readers that are to wait, because what they read makes more work than gets done.
//
// A reader that waits for a peer's side of the work (its own turns, our output to it) still reads a batch every now and
// then: two peers that both wait for the other to read would wait for ever.

// The reasons for a reader to wait, as bits of conn.held.
const (
	heldByInbox  = 1 << iota // the loop is behind: set by whoever posts, released by the loop
	heldByTurns              // too many turns, or too large ones, at the word of the peer: set and released by the loop
	heldByOutput             // too much output for the peer: set by the loop, released by whoever sees that it has shrunk
)

// hold makes the reader wait before its next batch.
func (c *conn) hold(why uint32) { c.held.Or(why) }

// release ends one reason to wait.
func (c *conn) release(why uint32) {
	if c.held.And(^why)&why == 0 {
		return
	}
	select {
	case c.resume <- struct{}{}:
	default:
	}
}

// outputShrank releases the reader if there is little output left.
func (c *conn) outputShrank() {
	if c.held.Load()&heldByOutput != 0 && c.unsent.Load() <= int64(c.vat.limits.OutputSoft/2) {
		c.release(heldByOutput)
		c.vat.do(c.unpark)
	}
}

// holdBack waits as long as there is a reason to. It is called by the reader.
func (c *conn) holdBack() {
	if why := c.held.Load(); why != 0 {
		defer c.vat.traceHeld(c, c.vat.clock(), why)
	}
	for {
		why := c.held.Load()
		if why == 0 {
			return
		}
		var impatient <-chan time.Time
		if why&heldByInbox == 0 {
			impatient = time.After(c.patience())
		}
		select {
		case <-c.resume:
		case <-c.over:
			return
		case <-impatient:
			return
		}
	}
}

// patience is how long a reader waits that is held: the longer, the less anybody else gets done.
func (c *conn) patience() time.Duration {
	if c.unsent.Load() > int64(c.vat.limits.OutputHard) {
		return holdFully
	}
	return holdBriefly
}
