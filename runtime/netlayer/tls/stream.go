package tls

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"sync"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/arrival"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
)

// stream is a stream of bytes over TLS. One goroutine reads while another writes; CloseWrite and Close are for any.
//
// Each direction begins when the handshake is over. It ends well with the alert close_notify, and otherwise with an error, which stays.
type stream struct {
	secure   *tls.Conn
	bottom   *bottom
	outgoing *tcp.Outgoing
}

// newStream returns the stream of a conn whose handshake is over.
func newStream(secure *tls.Conn, b *bottom) *stream {
	b.allowance = math.MaxInt
	s := &stream{secure: secure, bottom: b}
	s.outgoing = tcp.NewOutgoing(s.end)
	return s
}

// Read reads what has arrived, and blocks while that is nothing. After the other side's end it returns io.EOF, and
// io.ErrUnexpectedEOF if the connection ends without that.
func (s *stream) Read(p []byte) (int, error) {
	n, err := s.secure.Read(p)
	switch {
	case errors.Is(err, errCut):
		err = io.ErrUnexpectedEOF
	case err != nil && s.bottom.watch.Expired():
		err = netlayer.ErrStalled
	}
	return n, err
}

// SetReadDeadline ends a Read that is under way.
func (s *stream) SetReadDeadline(t time.Time) error { return s.bottom.Conn.SetReadDeadline(t) }

// Write writes all of p. It blocks while the other side does not read.
func (s *stream) Write(p []byte) (int, error) {
	if err := s.outgoing.Begin(); err != nil {
		return 0, err
	}
	defer s.outgoing.Done()
	return s.secure.Write(p)
}

// CloseWrite says that no more comes. It does not wait for a Write that is under way, behind which the end comes.
func (s *stream) CloseWrite() error {
	s.outgoing.End()
	return nil
}

// Close ends both directions. The other side hears of an end that is no accident, unless a Write is under way.
func (s *stream) Close() error {
	s.bottom.watch.Stop()
	s.outgoing.End()
	return s.bottom.Conn.Close()
}

// end writes the alert. If the reading goroutine writes something at the time, as it does when the other side asks for other keys, and
// the other side does not read, that fails: nobody waits for a Close.
func (s *stream) end() {
	_ = s.bottom.Conn.SetWriteDeadline(time.Now().Add(tcp.LastMoment))
	s.bottom.hold()
	_ = s.secure.CloseWrite()
	tcp.WriteLast(s.bottom.Conn, s.bottom.held())
}

// bottom is the connection below TLS. It bounds what is read during the handshake, tells an end from a cut, and can keep what is written
// last.
type bottom struct {
	net.Conn // of which Read, Write and SetWriteDeadline are for TLS

	// Owned by the goroutine that has the handshake, then by the one that reads.
	allowance int // bytes that may be read
	records   records
	watching  bool // over the record that has begun

	watch arrival.Watch

	mu      sync.Mutex
	holding bool // guarded by mu, as is last
	ended   bool
	last    []byte
}

// newBottom returns the bottom of a conn whose handshake begins.
func newBottom(c net.Conn) *bottom { return &bottom{Conn: c, allowance: maxHandshake} }

var (
	// errCut says that the connection has ended. TLS takes io.EOF between two records for an end that was meant.
	errCut = fmt.Errorf("the connection has ended before the conn: %w", io.ErrUnexpectedEOF)

	errLong = errors.New("the handshake is too long")
)

// Read reads as far as is allowed.
func (b *bottom) Read(p []byte) (int, error) {
	if b.allowance <= 0 {
		return 0, errLong
	}
	waits := b.watching && b.records.begun()
	if waits {
		b.watch.Wait()
	}
	n, err := b.Conn.Read(p[:min(len(p), b.allowance)])
	if waits {
		b.watch.Arrived(n)
	}
	if b.records.follow(p[:n]) {
		b.watch.Done()
	}
	if b.allowance != math.MaxInt {
		b.allowance -= n
	}
	if errors.Is(err, io.EOF) {
		err = errCut
	}
	return n, err
}

// Write writes p, or keeps it.
func (b *bottom) Write(p []byte) (int, error) {
	if keeps, err := b.keep(p); keeps {
		return len(p), err
	}
	return b.Conn.Write(p)
}

// keep keeps p, if what is written is to be kept.
func (b *bottom) keep(p []byte) (keeps bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ended {
		return true, net.ErrClosed
	}
	if b.holding {
		b.last = append(b.last, p...)
	}
	return b.holding, nil
}

// SetWriteDeadline does nothing: TLS bounds only what it writes last, and that is kept.
func (b *bottom) SetWriteDeadline(time.Time) error { return nil }

// hold keeps what is written from now on.
func (b *bottom) hold() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.holding = true
}

// held returns what was written since hold. Nothing can be written from now on.
func (b *bottom) held() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	return b.last
}
