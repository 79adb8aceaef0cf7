package websocket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/arrival"
)

// conn is a netlayer.Counter and a netlayer.Holder over a websocket on which the acceptor has proved who it is.
//
// Its goroutines: read, which fills the inbox; keepAlive, unless that is off; and hangUp, from Close on. They end when the
// other side has gone, and within linger after Close.
type conn struct {
	// Immutable after start.
	ws     *websocket.Conn
	socket *socket
	proved locator.PeerID
	stop   context.CancelFunc // ends keepAlive
	closed chan struct{}      // closed by Close
	ended  chan struct{}      // closed when read has ended

	inbox     *inbox
	closeOnce sync.Once
	onHolding atomic.Pointer[func(change int)] // called when held changes, if not nil
	held      atomic.Int64                     // bytes of the buffer of a message that is not short, and not whole; written by read

	// Bytes of messages that have arrived. What the library answers by itself does not count: a program that hangs has that too.
	// Written by read.
	received atomic.Int64

	// Owned by read.
	buf   []byte        // for short messages
	watch arrival.Watch // over the message that has begun

	// Owned by the sending goroutine.
	sendErr error
}

// errClosed is what a conn returns after Close.
var errClosed = fmt.Errorf("websocket: %w", net.ErrClosed)

// start returns a conn over the websocket, whose handshake is over. It starts the goroutines that read and keep it alive.
func start(ws *websocket.Conn, s *socket, proved locator.PeerID, opts Options) *conn {
	ctx, stop := context.WithCancel(context.Background())
	c := &conn{
		ws: ws, socket: s, proved: proved, stop: stop, inbox: newInbox(),
		closed: make(chan struct{}), ended: make(chan struct{}), buf: make([]byte, shortMessage),
	}
	c.watch.Init(opts.MessageTime, netlayer.MinRate, func() {
		c.inbox.finish(fmt.Errorf("websocket: %w", netlayer.ErrStalled))
		c.socket.abort()
	})
	ws.SetReadLimit(-1) // the inbox has one
	s.collect()
	go c.read()
	if opts.Ping > 0 {
		go c.keepAlive(ctx, opts.Ping)
	}
	return c
}

// Received implements netlayer.Counter. It may be 16 KiB behind.
func (c *conn) Received() int64 { return c.received.Load() }

// OnHolding implements netlayer.Holder. Messages count of which 4 KiB have arrived.
func (c *conn) OnHolding(f func(change int)) { c.onHolding.Store(&f) }

// hold says how many bytes the buffer of a message that is not short has.
func (c *conn) hold(n int) {
	change := n - int(c.held.Swap(int64(n)))
	if f := c.onHolding.Load(); f != nil && change != 0 {
		(*f)(change)
	}
}

// Receive implements netlayer.Conn.
func (c *conn) Receive(dst [][]byte) ([][]byte, error) { return c.inbox.receive(dst) }

// read reads messages into the inbox until there are no more. It is started by start, owns the receiving half of the
// websocket, and ends with it. Then the other half is of no use either: a websocket ends as a whole.
func (c *conn) read() {
	defer close(c.ended)
	err := c.readAll()
	c.inbox.finish(err)
	c.watch.Stop()
	c.stop()
	if !c.isClosed() { // otherwise hangUp does it
		_ = c.ws.CloseNow()
	}
}

// readAll reads messages until there are no more, and returns why.
func (c *conn) readAll() error {
	for {
		if _, err := c.inbox.reserve(0); err != nil {
			return err
		}
		kind, r, err := c.ws.Reader(context.Background())
		switch {
		case err != nil:
			return endOf(err)
		case kind != websocket.MessageBinary:
			return &netlayer.FrameError{Offset: c.received.Load(), Err: errText}
		}
		msg, err := c.readMessage(r)
		c.hold(0)
		c.watch.Done()
		if err != nil {
			if err = endOf(err); errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
		if len(msg) > 0 {
			c.inbox.put(msg)
		}
	}
}

// readMessage returns a message in an array of its own.
func (c *conn) readMessage(r io.Reader) ([]byte, error) {
	buf, n := c.buf, 0
	for {
		room, err := c.inbox.reserve(n)
		if err != nil {
			return nil, err
		}
		if n == len(buf) {
			buf = append(make([]byte, 0, 2*n), buf...)[:2*n]
			c.hold(len(buf))
		}
		c.watch.Wait()
		m, err := r.Read(buf[n:min(len(buf), n+min(room, readAtOnce))])
		c.watch.Arrived(m)
		n += m
		c.received.Add(int64(m))
		switch {
		case err != nil && c.socket.over.Load():
			// The library says io.EOF at the end of a message, and also at that of the conn in the middle of one.
			return nil, fmt.Errorf("in a message: %w", c.socket.readErr)
		case err == io.EOF && n <= len(c.buf): //nolint:errorlint // io.Reader
			return append(make([]byte, 0, n), buf[:n]...), nil
		case err == io.EOF: //nolint:errorlint // io.Reader
			return buf[:n:n], nil
		case err != nil:
			return nil, err
		}
	}
}

// endOf returns what Receive returns when reading from a websocket has failed.
func endOf(err error) error {
	switch code := websocket.CloseStatus(err); {
	case code == websocket.StatusNormalClosure, code == websocket.StatusGoingAway, code == websocket.StatusNoStatusRcvd:
		return io.EOF
	case code != -1:
		return fmt.Errorf("websocket: the other side has ended with status %d", int(code))
	case errors.Is(err, io.EOF):
		return io.EOF
	default:
		return fmt.Errorf("websocket: %w", err)
	}
}

// Send implements netlayer.Conn. Each message is one binary message. They are written together, 64 KiB or one message at
// once.
func (c *conn) Send(msgs [][]byte) error {
	c.socket.hold()
	defer c.socket.release()
	switch {
	case c.isClosed():
		return errClosed
	case c.sendErr != nil:
		return c.sendErr
	}
	if err := c.send(msgs); err != nil {
		c.sendErr = fmt.Errorf("websocket: %w", err)
	}
	if c.sendErr != nil && c.isClosed() {
		return errClosed
	}
	return c.sendErr
}

// send writes the messages.
func (c *conn) send(msgs [][]byte) error {
	for _, m := range msgs {
		if len(m) == 0 {
			continue
		}
		if len(m) > maxSpare {
			c.socket.expect(len(m) + maxFrameHead)
		}
		if err := c.ws.Write(context.Background(), websocket.MessageBinary, m); err != nil {
			return err
		}
		if c.socket.collected() < maxSpare {
			continue
		}
		if err := c.socket.flush(); err != nil {
			return err
		}
	}
	return c.socket.flush()
}

// CloseSend implements netlayer.Conn: it is not supported. Either side's end of a websocket is that of both.
func (c *conn) CloseSend() error {
	return fmt.Errorf("websocket: end one direction: %w", errors.ErrUnsupported)
}

// Close implements netlayer.Conn. It returns at once. What Send has sent still arrives, if the other side reads: it is told
// that this is the end, and has a few seconds to say so too. Not so in the middle of a message that is not short: what is held for that is
// given up at once, and with it whatever is under way.
func (c *conn) Close() error {
	c.closeOnce.Do(func() {
		close(c.closed)
		c.stop()
		c.inbox.close(errClosed)
		if c.socket.isHeld() || c.held.Load() > 0 {
			c.socket.abort() // which is what ends a Send that waits for the other side, and the reading of a message
		}
		go c.hangUp()
	})
	return nil
}

// hangUp ends the websocket in a way that lets the other side receive everything. It is started by Close, and ends when the
// other side has answered, or after linger.
func (c *conn) hangUp() {
	timer := time.AfterFunc(linger, c.socket.abort)
	defer timer.Stop()
	_ = c.ws.Close(websocket.StatusNormalClosure, "")
}

// isClosed reports whether Close was called.
func (c *conn) isClosed() bool {
	select {
	case <-c.closed:
		return true
	default:
		return false
	}
}

// SetReadLimit implements netlayer.Conn.
func (c *conn) SetReadLimit(n int) {
	if n < 1 {
		n = netlayer.DefaultReadLimit
	}
	c.inbox.setLimit(n)
}

// Proved implements netlayer.Conn.
func (c *conn) Proved() locator.PeerID { return c.proved }

// keepAlive pings the other side, twice within patience, and cuts the conn when nothing of it comes for so long. It is
// started by start, and ends with ctx.
func (c *conn) keepAlive(ctx context.Context, patience time.Duration) {
	ticker := time.NewTicker(max(1, patience/2))
	defer ticker.Stop()
	for before, silent := int64(-1), 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		// Nothing is known of the other side unless something of it is waited for all the time: when nobody receives,
		// nothing is read.
		if reads := c.socket.reads.Load(); reads != before || reads%2 == 0 {
			before, silent = reads, 0
		} else if silent++; silent == 2 {
			c.inbox.finish(errSilent)
			c.socket.abort()
			return
		}
		c.ping(ctx, patience/2)
	}
}

// ping pings the other side, and waits for the answer for some time. Where something waits to be written, a ping would have
// to wait as well.
func (c *conn) ping(ctx context.Context, patience time.Duration) {
	if c.socket.collected() > 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_ = c.ws.Ping(ctx) // whose answer counts as anything else that comes
}

var (
	errText   = errors.New("a text message, where all are binary")
	errSilent = fmt.Errorf("websocket: the other side does not answer: %w", os.ErrDeadlineExceeded)
)
