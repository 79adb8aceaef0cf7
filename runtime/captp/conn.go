package captp

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// conn is the driver's side of a session: a connection, the goroutine that reads from it and the one that writes to it. The loop
// sends short output itself, so there is no writer before there is something that it does not, or the session ends.
//
// States, as the loop sees them: opening (until the session is up), up, ended (the session is over; the rest of the output
// is being written), closed (both goroutines have ended, and the connection is out of the vat's table). Whatever happens, a
// conn that was opened is closed in the end: the drain timer sees to it.
type conn struct {
	// Immutable after open.
	vat     *Vat
	nc      netlayer.Conn
	session *core.Session
	dialled *dialled                // the peer that we called, nil if it called us
	since   time.Time               // when it was opened
	trier   netlayer.TrySender      // nc, if it can send without waiting
	counter netlayer.Counter        // nc, if it counts what arrives
	into    netlayer.BufferReceiver // nc, if it uses memory again
	up      chan struct{}           // closed when the session is up
	over    chan struct{}           // closed when the session has ended

	// Owned by the reader.
	room     func(size int) []byte // newRoom
	arriving *batch                // nil but while the connection puts messages into it

	// Owned by the loop; read by others once up or over is closed.
	peer    locator.Peer
	reason  error
	ended   bool
	doubted bool               // the peer was asked for a sign of life: see doubt
	broken  []chan struct{}    // closed when the session ends
	turns   turnCharge         // for turns at the word of the peer that have not ended
	newest  *turn              // the first in the list of these turns
	ctx     context.Context    // of these turns; nil if there is none
	cancel  context.CancelFunc // ends ctx
	told    core.Charge        // for messages that nobody answers, in output that was not taken
	filling *chunk             // output that the session has not given yet, nil if there is none
	backlog *chunk             // output that the writer is not ready for, the first of a chain, nil if there is none
	latest  *chunk             // the last of that chain
	writing bool               // the writer was started
	last    bool               // the writer has what is there, and was told that there is no more
	timer   *time.Timer        // of the handshake, then of the draining
	stall   *time.Timer        // while the output is over its hard limit
	stalled int64              // what was sent when stall was started
	output  int                // what is counted of unsent: see countOutput
	idle    idleness
	isShed  bool     // what is kept for it is given up: see shed
	unheard bool     // the connection takes no more output
	direct  [][]byte // reused by sendNow
	unread  unread

	// Shared.
	out         chan *chunk   // of capacity 1: chains, from the loop to the writer
	waiting     atomic.Bool   // the loop has a backlog, and wants to hear when out is free
	unsent      atomic.Int64  // bytes of output that were not sent
	sent        atomic.Int64  // bytes of output that were
	batches     atomic.Int64  // of messages that were received
	held        atomic.Uint32 // why the reader is to wait: heldBy bits
	resume      chan struct{} // of capacity 1: held has changed
	parts       atomic.Int32  // goroutines that have not ended
	givenUp     atomic.Bool   // turns that wait are not begun: see giveUpTurns
	unreadBytes atomic.Int64  // see chargeUnread
	// arrivingBytes is what the connection holds for a message that is not whole; less than zero if that does not count any longer.
	arrivingBytes atomic.Int64
	traffic       traffic // counted by the loop
}

// chunk is output: the operations in buf, of which number i ends at ends[i].
type chunk struct {
	buf  []byte
	ends []int
	told core.Charge // for the messages in it that nobody answers
	// begun is how many bytes of output that is not in buf the connection was given, and keeps part of for the next Send.
	begun int
	next  *chunk // what is to be sent behind it
}

// connect makes a connection known to the loop. It is called by the goroutine that made it.
func (v *Vat) connect(nc netlayer.Conn, called *dialled, transport string) {
	opening := core.Opening{Location: v.announced[transport], Proved: nc.Proved()}
	peer := locator.Peer{Transport: transport}
	if called != nil {
		peer, opening.Dialled = called.at, &called.at
	}
	key, err := handoff.GenerateKeyPair(v.rand)
	if err != nil {
		nc.Close()
		v.log.Error("no session key", "error", err)
		if called != nil {
			v.dialFailed(called, err)
		}
		return
	}
	opening.Key, opening.Dialect = key, v.dialectFor(peer).table()
	if !v.do(func() { v.open(nc, called, opening) }) {
		nc.Close()
	}
}

// open starts a session on a connection. It runs on the loop.
func (v *Vat) open(nc netlayer.Conn, called *dialled, o core.Opening) {
	v.totals.countOpened(called)
	if v.refuse || len(v.conns) >= 2*v.limits.Sessions && (called == nil || called.introduced) {
		v.totals.refused.Add(1)
		v.log.Debug("a connection is closed at once", "conns", len(v.conns), "closing", v.refuse)
		nc.Close()
		if o.Dialled != nil {
			v.core.DialFailed(*o.Dialled, &LimitError{Limit: "Sessions", Max: v.limits.Sessions})
		}
		return
	}
	c := &conn{
		vat: v, nc: nc, dialled: called, since: time.Now(),
		up: make(chan struct{}), over: make(chan struct{}),
		out: make(chan *chunk, 1), resume: make(chan struct{}, 1),
	}
	c.trier, _ = nc.(netlayer.TrySender)
	c.counter, _ = nc.(netlayer.Counter)
	c.into, _ = nc.(netlayer.BufferReceiver)
	if h, ok := nc.(netlayer.Holder); ok {
		h.OnHolding(c.countArriving)
	}
	c.room = c.newRoom
	o.Host, o.Buffer = c, c.buffer
	o.Unsent, o.Unread = func() int { return int(c.unsent.Load()) }, func() bool { return c.unreadBytes.Load() > 0 }
	c.session = v.core.Open(o)
	v.opened++
	c.idle.group = v.opened % idleGroups
	v.conns[c] = struct{}{}
	v.watchIdle()
	c.timer = time.AfterFunc(v.limits.HandshakeTime, func() {
		v.do(func() { v.core.Expire(c.session) })
	})
	c.parts.Store(2)
	v.goroutines.Add(1) // for the writer, which startWriter starts in the end
	v.goroutines.Go(c.read)
}

// established runs on the loop when the session is up.
func (c *conn) established() {
	c.timer.Stop()
	c.peer = c.session.Peer()
	close(c.up)
	c.vat.totals.established.Add(1)
	c.vat.arrived(c)
	c.vat.trace(TraceEvent{Kind: TraceUp, Peer: c.peer.ID()})
}

// sessionEnded runs on the loop when the session is over: nothing is received any longer, and what was to be sent is given
// some time.
func (c *conn) sessionEnded(reason error) {
	v := c.vat
	c.ended, c.reason = true, reason
	v.countEnd(c.wasUp(), reason)
	if c.peer.IsZero() { // otherwise others read it already
		c.peer = c.session.Peer()
	}
	close(c.over)
	c.unpark()
	c.leaveTurns()
	c.session.Load().Open() // what is sent now breaks
	v.queues.admit(c.session.Load())
	v.left(c)
	for _, ch := range c.broken {
		close(ch)
	}
	c.broken = nil
	if c.timer != nil {
		c.timer.Stop()
	}
	c.timer = time.AfterFunc(v.limits.DrainTime, func() { c.nc.Close() })
	v.ending = append(v.ending, c)
	v.trace(TraceEvent{Kind: TraceOver, Peer: c.peer.ID(), Err: reason})
}

// partDone is called by the reader and by the writer when they end. The last one closes the connection and takes it out of
// the vat's table.
func (c *conn) partDone() {
	if c.parts.Add(-1) > 0 {
		return
	}
	c.nc.Close()
	c.vat.do(func() {
		c.timer.Stop()
		if c.stall != nil {
			c.stall.Stop()
		}
		delete(c.vat.conns, c)
		c.leaveArriving() // the connection may take a moment to let go of it
		c.vat.outputBytes -= c.output
	})
	level := slog.LevelInfo
	if !c.wasUp() { // anybody can make and drop connections
		level = slog.LevelDebug
	}
	if c.vat.log.Enabled(context.Background(), level) {
		c.vat.log.LogAttrs(context.Background(), level, "session over",
			slog.String(peerKey, peerName(c.peer)), slog.String("reason", c.reason.Error()))
	}
}

// read reads messages, decodes them and posts them, until the connection or the session is over. It is started by the loop
// and ended by the closing of the connection.
func (c *conn) read() {
	defer c.partDone()
	limits := &c.vat.limits
	c.nc.SetReadLimit(limits.HelloBytes)
	msgs, err := c.readBatch(nil, c.session.Prepare)
	if err == nil {
		select {
		case <-c.up:
		case <-c.over:
		}
	}
	c.nc.SetReadLimit(limits.MessageBytes)
	for err == nil && !c.isOver() {
		c.holdBack()
		msgs, err = c.readBatch(msgs[:0], nil)
	}
	if err == nil {
		c.drain(msgs)
		return
	}
	last := c.vat.batch()
	last.then = func() { c.receiveFailed(err) }
	c.postBatch(last)
	<-c.over
}

// receiveFailed ends the session because nothing more can be received. It runs on the loop.
func (c *conn) receiveFailed(err error) {
	var (
		tooLong   *netlayer.MessageTooLargeError
		malformed *netlayer.FrameError
	)
	switch {
	case errors.As(err, &tooLong):
		limit := "MessageBytes"
		if !c.session.Established() {
			limit = "HelloBytes"
		}
		c.vat.core.Fail(c.session, &LimitError{Limit: limit, Max: tooLong.Limit})
	case errors.As(err, &malformed):
		c.vat.core.Fail(c.session, &ProtocolError{Reason: "malformed frame"})
	case errors.Is(err, netlayer.ErrStalled):
		c.vat.core.Fail(c.session, &ProtocolError{Reason: "the rest of a message does not arrive"})
	default:
		c.vat.core.Lost(c.session, err)
	}
}

// readBatch posts what has arrived, the first operation prepared if prepare is not nil. If a message cannot be decoded, the session fails
// after what came before it.
func (c *conn) readBatch(msgs [][]byte, prepare func(wire.Op) wire.Op) ([][]byte, error) {
	b, msgs, err := c.receive(msgs)
	if len(msgs) == 0 {
		return msgs, err
	}
	c.batches.Add(1)
	bad := b.decode(msgs, c.vat.limits.wire())
	clear(msgs)
	if prepare != nil && len(b.ops) > 0 {
		b.ops[0] = prepare(b.ops[0])
	}
	if bad != nil {
		b.then = func() { c.vat.core.Fail(c.session, bad) }
	}
	c.postBatch(b)
	if bad != nil {
		<-c.over
	}
	return msgs, err
}

// postBatch posts what was read.
func (c *conn) postBatch(b *batch) {
	c.chargeUnread(b.size())
	c.vat.post(event{kind: eventReceive, conn: c, batch: b})
}

// receive waits for messages, and returns the batch that they belong to. No batch is held while it waits.
func (c *conn) receive(msgs [][]byte) (*batch, [][]byte, error) {
	var err error
	if c.into != nil {
		msgs, err = c.into.ReceiveInto(msgs, c.room)
	} else {
		msgs, err = c.nc.Receive(msgs)
	}
	b := c.arriving
	c.arriving = nil
	if b == nil {
		b = c.vat.batch()
	}
	return b, msgs, err
}

// newRoom starts a batch, and returns an empty buffer for so many bytes of it.
func (c *conn) newRoom(size int) []byte {
	c.arriving = c.vat.batch()
	return c.arriving.room(size)
}

// decode decodes messages up to the first that cannot be.
func (b *batch) decode(msgs [][]byte, limits wire.Limits) error {
	for _, msg := range msgs {
		b.length += len(msg)
		for rest := msg; len(rest) > 0; {
			op, n, err := b.decoder.Decode(rest, limits)
			if err != nil {
				return err
			}
			b.give(op, len(msg))
			b.decoded += wire.Size(op)
			b.ops, rest = append(b.ops, op), rest[n:]
		}
	}
	return nil
}

// give gives the core the arguments of a message that makes up most of what came as one, if they are long.
func (b *batch) give(op wire.Op, size int) {
	if d, ok := op.(*wire.Deliver); ok && len(d.Args.Data) >= longBody && 4*len(d.Args.Data) >= size {
		d.Args.Own, b.isLong = true, true
	}
}

// drain reads and drops what still comes, so that the peer can send to its end and hear ours.
func (c *conn) drain(msgs [][]byte) {
	var err error
	for err == nil {
		msgs, err = c.nc.Receive(msgs[:0])
	}
}

// wasUp reports whether the session is up, or was.
func (c *conn) wasUp() bool {
	select {
	case <-c.up:
		return true
	default:
		return false
	}
}

func (c *conn) isOver() bool {
	select {
	case <-c.over:
		return true
	default:
		return false
	}
}
