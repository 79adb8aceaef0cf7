package netlayer

import (
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

// Stream is a Conn and a TrySender over a stream of bytes. It starts no goroutine. It sets no deadline, but ends receiving with
// ErrStalled when a message that has begun to arrive does not go on arriving.
//
// The life of a stream:
//
//  1. The framing of what is received is unknown until the first byte arrives, and fixed from then on. It shows in that
//     byte, whichever way the stream sends.
//  2. The framing of what is sent is fixed at the beginning, or, with Detect, as soon as the other is, or when receiving
//     ends before that; then it is Framed.
//  3. Each direction ends on its own: receiving with the first error of Receive, sending with the first error of Send or
//     TrySend or with CloseSend. Close ends both.
type Stream struct {
	// Immutable after NewStream.
	conn   io.ReadWriteCloser
	proved locator.PeerID

	// Owned by the receiving goroutine.
	in streamReader

	// Owned by the sending goroutine.
	out streamWriter

	// Any goroutine.
	framing     Framing       // of what is sent: written before framed is closed, read after
	framed      chan struct{} // closed when framing is known
	setFraming  sync.Once
	closed      chan struct{} // closed by Close
	closeOnce   sync.Once
	closeErr    error
	sendingOver atomic.Bool // CloseSend has ended sending
	kept        atomic.Bool // out keeps something; written by the sending goroutine
	received    atomic.Int64
}

// StreamOptions are what NewStream and NewStreamListener need to know. The zero value is a framed stream with
// DefaultReadLimit whose other side has proved nothing.
type StreamOptions struct {
	Framing   Framing        // of what is sent
	Proved    locator.PeerID // what Conn.Proved returns
	ReadLimit int            // in bytes: see Conn.SetReadLimit

	// MessageTime is how long a message that has begun to arrive may take to become whole, or, if it is long, to bring MinRate bytes for
	// each second of that time; then it has as much time again. DefaultMessageTime when zero; when negative, it has as long as it likes.
	MessageTime time.Duration

	// Together writes all messages of one Send at once when the framing is raw, too. It is for transports that cut what is written
	// anew, so that no message is a packet at the other side anyway.
	Together bool
}

// NewStream returns a conn that carries messages over c, and owns c from then on. Close of c must end its Read and Write.
// When c is a *net.TCPConn, its packets leave without delay and an idle one finds out by [KeepAlive] that the other side is gone; when it
// has a method CloseWrite() error, CloseSend uses it; when it is an ImmediateWriter, TrySend does.
func NewStream(c io.ReadWriteCloser, opts StreamOptions) *Stream {
	if tcp, ok := c.(*net.TCPConn); ok {
		// A socket that refuses these is broken, and says so again when it is used.
		_ = tcp.SetNoDelay(true)
		_ = tcp.SetKeepAliveConfig(KeepAlive())
	}
	s := &Stream{
		conn:   c,
		proved: opts.Proved,
		in:     streamReader{framing: Detect},
		out:    streamWriter{dst: c, now: NewImmediateWriter(c), together: opts.Together},
		framed: make(chan struct{}),
		closed: make(chan struct{}),
	}
	s.in.src = &countedReader{c, &s.received}
	s.in.socket = newSocketReader(c, &s.received)
	s.in.answer = s.answerIn
	if opts.MessageTime == 0 {
		opts.MessageTime = DefaultMessageTime
	}
	s.in.watch.Init(opts.MessageTime, MinRate, s.endReading)
	s.SetReadLimit(opts.ReadLimit)
	if opts.Framing != Detect {
		s.answerIn(opts.Framing)
	}
	return s
}

// Receive implements Conn. A message of which 32 KiB have arrived, and that is not whole, is read into a buffer of its own, which
// grows with what arrives: to four times of that at most.
func (s *Stream) Receive(dst [][]byte) ([][]byte, error) { return s.ReceiveInto(dst, newBuffer) }

func newBuffer(size int) []byte { return make([]byte, 0, size) }

// ReceiveInto implements BufferReceiver. It asks for 64 KiB at the most.
func (s *Stream) ReceiveInto(dst [][]byte, buffer func(size int) []byte) ([][]byte, error) {
	dst, err := s.in.receive(dst, buffer)
	if err == nil {
		return dst, nil
	}
	s.answerIn(Framed)
	if s.isClosed() {
		err = errClosed
	}
	return dst, err
}

// Send implements Conn. Framed, it writes once; messages of more than 68 KiB in all go out by one gathering write, where
// the transport has that, or else 68 KiB at a time. Raw and without StreamOptions.Together, it writes once for each message,
// because there are peers that take what one read returns for one whole message; the rest of a message that was cut is a write
// of its own. What TrySend has kept goes out with it, first.
func (s *Stream) Send(msgs [][]byte) error {
	select {
	case <-s.framed:
	case <-s.closed:
	}
	if s.isClosed() || s.sendingOver.Load() {
		return errClosed
	}
	err := s.out.send(msgs, s.framing)
	s.noteKept()
	if err != nil && s.isClosed() {
		return errClosed
	}
	return err
}

// CloseSend implements Conn. While something is kept that TrySend has not sent, it ends nothing and returns an error that
// wraps ErrUnsent; after the next Send it can be called again. Beside a TrySend that is under way, it may end sending before
// that keeps something; then the next Send fails.
func (s *Stream) CloseSend() error {
	c, ok := s.conn.(interface{ CloseWrite() error })
	switch {
	case !ok:
		return fmt.Errorf("netlayer: end one direction of a %T: %w", s.conn, errors.ErrUnsupported)
	case s.isClosed():
		return errClosed
	case s.kept.Load() && !s.sendingOver.Load():
		return fmt.Errorf("netlayer: end sending: %w", ErrUnsent)
	case s.sendingOver.Swap(true):
		return nil
	}
	return c.CloseWrite()
}

// Close implements Conn.
func (s *Stream) Close() error {
	s.closeOnce.Do(func() {
		close(s.closed)
		s.in.watch.Stop()
		s.closeErr = s.conn.Close()
	})
	return s.closeErr
}

// SetReadLimit implements Conn.
func (s *Stream) SetReadLimit(n int) {
	if n < 1 {
		n = DefaultReadLimit
	}
	s.in.setLimit(n)
}

// Proved implements Conn.
func (s *Stream) Proved() locator.PeerID { return s.proved }

// endReading ends the Read of the transport that is under way.
func (s *Stream) endReading() {
	if c, ok := s.conn.(interface{ SetReadDeadline(time.Time) error }); ok {
		_ = c.SetReadDeadline(time.Unix(1, 0))
		return
	}
	_ = s.conn.Close()
}

// answerIn fixes the framing of what is sent, unless it is fixed.
func (s *Stream) answerIn(f Framing) {
	s.setFraming.Do(func() {
		s.framing = f
		close(s.framed)
	})
}

// isClosed reports whether Close was called.
func (s *Stream) isClosed() bool {
	select {
	case <-s.closed:
		return true
	default:
		return false
	}
}

// errClosed is what a Stream returns after Close.
var errClosed = fmt.Errorf("netlayer: %w", net.ErrClosed)
