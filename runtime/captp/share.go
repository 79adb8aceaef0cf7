package captp

import (
	"runtime"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
)

// This file shares the loop among peers. What arrives waits at its connection until the connection has its turn. As long as anybody else
// waits, a turn is a share of work, so that a peer that has much to do done, or has it done by few octets, delays everybody else by that
// and not by all of it. What a peer may have waiting is bounded, too, for each peer and for all: the reader of one that has more stops.

// unread is what arrived on a connection and was not handled, as the loop sees it.
type unread struct {
	batches []*batch    // that arrived, the first one first
	next    int         // the operation in the first of them that is next
	credit  int         // work that may be done before others have their turn; less than zero if more was done
	grace   int         // operations that are handled although the peer has too much under way
	parked  *time.Timer // the peer has too much under way, and waits for that to end, or for this
}

// arrive lets a batch that came on c wait for its turn.
func (v *Vat) arrive(c *conn, b *batch) {
	c.unread.batches = append(c.unread.batches, b)
	if len(c.unread.batches) == 1 {
		v.behind = append(v.behind, c)
	}
}

// serve gives every connection on which something waits its turn, and returns how many operations were handled.
func (v *Vat) serve() int {
	handled := 0
	round := v.behind
	v.behind = v.spare
	for i, c := range round {
		othersWait := i+1 < len(round) || len(v.behind) > 0
		handled += c.serve(othersWait)
		if len(c.unread.batches) > 0 && c.unread.parked == nil {
			v.behind = append(v.behind, c)
		}
	}
	v.spare = recycled(round)
	return handled
}

// serve handles what has arrived, up to the end of the share if others wait, and returns how many operations that were.
func (c *conn) serve(othersWait bool) int {
	handled, u := 0, &c.unread
	u.credit = min(u.credit+share, share)
	for len(u.batches) > 0 {
		b := u.batches[0]
		for ; u.next < len(b.ops) && !c.ended; u.next++ {
			if u.credit <= 0 {
				if c.turns.number > share {
					runtime.Gosched() // the turns that were begun come first: those of others would have to wait for all of them
				}
				if othersWait || c.vat.inbox.length() > 0 {
					return handled
				}
				u.credit = share
			}
			if c.held.Load()&(heldByTurns|heldByOutput) != 0 {
				if u.grace <= 0 {
					c.park()
					return handled
				}
				u.grace--
			}
			u.credit -= c.handle(b.ops[u.next])
			handled++
		}
		c.wasRead(b)
	}
	u.credit = max(u.credit, 0)
	return handled
}

// payFor charges the peer for the passing on of a result, which is work at its word. c may be nil, and so may the result.
func (c *conn) payFor(result *Encoder) {
	if c != nil && result != nil {
		c.unread.credit -= len(result.buf) / resultBytes
	}
}

// park keeps what has arrived from being handled while the peer has too much under way already. Like the reader, a little goes on: two
// peers that both wait for the other would wait for ever.
func (c *conn) park() {
	c.unread.parked = time.AfterFunc(c.patience(), func() {
		c.vat.do(func() {
			c.unread.grace = share
			c.unpark()
		})
	})
}

// unpark lets what has arrived be handled again. It runs on the loop.
func (c *conn) unpark() {
	u := &c.unread
	if u.parked == nil {
		return
	}
	u.parked.Stop()
	u.parked = nil
	if len(u.batches) > 0 {
		c.vat.behind = append(c.vat.behind, c)
	}
}

// handle tells the core of an operation, and returns how much work that was. What it brings about is carried out before the next, so that
// the next finds what is charged for it.
func (c *conn) handle(op wire.Op) int {
	v := c.vat
	v.core.Work() // of others
	v.core.Receive(c.session, op)
	v.traceReceived(c, op)
	v.carryOut()
	return v.core.Work()
}

// wasRead is called when the first batch that waits was handled.
func (c *conn) wasRead(b *batch) {
	u := &c.unread
	n := copy(u.batches, u.batches[1:])
	u.batches[n] = nil
	u.batches, u.next = u.batches[:n], 0
	c.dischargeUnread(b.size())
	if b.then != nil {
		b.then()
		c.vat.carryOut()
	}
	c.vat.putBatch(b)
}

// afterUnread calls f once what has arrived before was handled. It is called, and calls, on the loop.
func (c *conn) afterUnread(f func()) {
	if len(c.unread.batches) == 0 {
		f()
		return
	}
	b := c.vat.batch()
	b.then = f
	c.chargeUnread(b.size())
	c.vat.arrive(c, b)
}

// chargeUnread counts a batch that is about to be posted, and has the reader wait if there is too much.
func (c *conn) chargeUnread(size int) {
	limits := &c.vat.limits
	own, all := c.unreadBytes.Add(int64(size)), c.vat.unreadBytes.Add(int64(size))
	if own > int64(limits.UnreadBytes) || all > int64(limits.InboxBytes) {
		c.hold(heldByInbox)
	}
}

// dischargeUnread counts a batch no longer, and has the reader go on if little waits. Whoever has nothing waiting is let go on
// although others have much.
func (c *conn) dischargeUnread(size int) {
	own := c.unreadBytes.Add(int64(-size))
	c.vat.unreadBytes.Add(int64(-size))
	if own <= int64(c.vat.limits.UnreadBytes/2) {
		c.release(heldByInbox)
	}
}
