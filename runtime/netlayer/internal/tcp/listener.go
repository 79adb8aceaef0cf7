package tcp

import (
	"errors"
	"net"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// Listener accepts the connections of a listener that their sources may have. Errors do not end it.
type Listener struct {
	listener net.Listener
	sources  *Sources
	closed   <-chan struct{}
}

// NewListener returns a listener that ends when the one below is closed, which happens after closed is.
func NewListener(l net.Listener, sources *Sources, closed <-chan struct{}) *Listener {
	return &Listener{listener: l, sources: sources, closed: closed}
}

// Accept returns the next connection; leave is to be called when it is closed, see Sources.Enter. What keeps one from being accepted, as
// a lack of descriptors does, passes; the only error is net.ErrClosed.
func (l *Listener) Accept() (c net.Conn, leave func(), err error) {
	for pause := firstPause; ; {
		c, leave, err := AcceptFrom(l.listener, l.sources)
		switch {
		case err == nil:
			return c, leave, nil
		case errors.Is(err, net.ErrClosed):
			return nil, nil, net.ErrClosed
		}
		select {
		case <-l.closed:
			return nil, nil, net.ErrClosed
		case <-time.After(pause):
			pause = min(2*pause, longestPause)
		}
	}
}

// AcceptFrom returns the next connection that its source may have, and closes others.
func AcceptFrom(l net.Listener, sources *Sources) (c net.Conn, leave func(), err error) {
	for {
		c, err := l.Accept()
		if err != nil {
			return nil, nil, err
		}
		if leave, ok := sources.Enter(c.RemoteAddr()); ok {
			return c, leave, nil
		}
		if c, ok := c.(*net.TCPConn); ok {
			_ = c.SetLinger(0) // so that nothing is left of it here
		}
		_ = c.Close()
	}
}

// Conn returns the stream as a conn whose Close calls leave.
func Conn(s *netlayer.Stream, leave func()) netlayer.Conn { return &conn{s, leave} }

// conn is a stream that somebody counts.
type conn struct {
	*netlayer.Stream
	leave func()
}

// Close implements netlayer.Conn.
func (c *conn) Close() error {
	err := c.Stream.Close()
	c.leave()
	return err
}
