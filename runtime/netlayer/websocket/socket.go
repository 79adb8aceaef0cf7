package websocket

import (
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// socket is the stream of bytes below a websocket. It sees to it that whoever writes a frame never waits for the other side:
// the library closes what it cannot write a pong to within five seconds, and the frame before that pong may be one that the
// other side is in no hurry to read.
//
// The life of a socket:
//
//  1. Direct: Write writes. This is for the handshake.
//  2. Collecting, from collect on: Write keeps what is to be written, and flush, which waits, writes it. What is written
//     while nobody has called hold, such as a pong, has a goroutine that flushes it.
//  3. Closed, by Close, which writes the rest if that takes no time, or by abort.
type socket struct {
	net.Conn

	// reads is how often a Read has begun or returned, so it is odd while one waits. Any goroutine.
	reads atomic.Int64

	// Owned by the goroutine that reads.
	readErr error // what the last bytes came with

	over atomic.Bool // a Read has failed, with readErr. Any goroutine.

	mu         sync.Mutex // not held while anything is written
	free       sync.Cond  // flushing has become false
	collecting bool
	held       bool   // a Send is under way, which will flush
	out        []byte // to be written
	spare      []byte // for out to go on in
	flushing   bool
	pongs      int   // in out
	err        error // of the first write that failed
}

// newSocket returns a socket over c that is direct.
func newSocket(c net.Conn) *socket {
	s := &socket{Conn: c}
	s.free.L = &s.mu
	return s
}

// collect makes the socket collecting.
func (s *socket) collect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.collecting = true
}

// Read reads from the other side. It fails only if there is nothing more to read.
func (s *socket) Read(p []byte) (int, error) {
	s.reads.Add(1)
	defer s.reads.Add(1)
	n, err := 0, s.readErr
	if err == nil {
		n, s.readErr = s.Conn.Read(p)
	}
	if n == 0 && s.readErr != nil {
		s.over.Store(true)
		return 0, s.readErr
	}
	return n, nil
}

// Write writes p, or keeps a copy. It may start a goroutine, which ends when that is written, or with the socket.
func (s *socket) Write(p []byte) (int, error) {
	kept, err := s.keep(p)
	switch {
	case err != nil:
		return 0, err
	case !kept:
		return s.Conn.Write(p)
	}
	return len(p), nil
}

// keep adds p to what is to be written, if the socket collects that.
func (s *socket) keep(p []byte) (kept bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.collecting || s.err != nil {
		return false, s.err
	}
	s.out = append(s.out, p...)
	if !s.held && !s.flushing {
		s.flushing = true
		go func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.writeOut()
		}()
	}
	return true, nil
}

// hold says that flush is going to be called, and release that it was.
func (s *socket) hold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = true
}

func (s *socket) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = false
}

// expect makes room for n bytes that are going to be written.
func (s *socket) expect(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out = slices.Grow(s.out, n)
}

// isHeld reports whether a Send is under way.
func (s *socket) isHeld() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.held
}

// collected returns how many bytes are to be written.
func (s *socket) collected() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.out)
}

// allowPong reports whether a ping is to be answered, which it takes for done.
func (s *socket) allowPong() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pongs++
	return s.pongs <= maxPongs
}

// flush writes what was collected, and returns when it is written.
func (s *socket) flush() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.flushing {
		s.free.Wait()
	}
	s.flushing = true
	s.writeOut()
	return s.err
}

// writeOut writes until nothing is left, and sets flushing to false, which the caller has set to true. The caller holds mu.
func (s *socket) writeOut() {
	for len(s.out) > 0 && s.err == nil {
		out := s.out
		s.out, s.spare, s.pongs = s.spare[:0], nil, 0
		s.mu.Unlock()
		_, err := s.Conn.Write(out)
		s.mu.Lock()
		s.err = err
		if cap(out) <= maxSpare {
			s.spare = out
		}
	}
	s.flushing = false
	s.free.Broadcast()
}

// Close writes the rest, such as the frame that ends a websocket, and closes. It hardly waits for the other side.
func (s *socket) Close() error {
	s.mu.Lock()
	collecting := s.collecting
	s.mu.Unlock()
	if collecting {
		// What cannot be written in this time is lost, and so are the errors: nobody is left to hear of them.
		_ = s.SetWriteDeadline(time.Now().Add(lastWrite))
		_ = s.flush()
	}
	return s.Conn.Close()
}

// abort closes at once.
func (s *socket) abort() { abort(s.Conn) }

// abort closes the conn at once. Where there is encryption, its last words are left out: they may have to wait.
func abort(c net.Conn) {
	for {
		outer, ok := c.(interface{ NetConn() net.Conn })
		if !ok {
			break
		}
		c = outer.NetConn()
	}
	_ = c.Close()
}
