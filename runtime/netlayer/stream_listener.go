package netlayer

import (
	"fmt"
	"net"
	"sync"
)

// StreamListener accepts streams: the accepting half of a netlayer whose transport is a stream of bytes. Its methods may
// be called from any goroutine.
type StreamListener struct {
	listener  net.Listener // nil when nobody can dial
	opts      StreamOptions
	closed    chan struct{}
	closeOnce sync.Once
	closeErr  error
}

// NewStreamListener returns a listener that makes a Stream of each conn that l accepts, and owns l from then on. When l is
// nil, nothing comes, and Accept waits for Close; that is for a netlayer that only dials.
func NewStreamListener(l net.Listener, opts StreamOptions) *StreamListener {
	return &StreamListener{listener: l, opts: opts, closed: make(chan struct{})}
}

// Accept returns the next conn: see Netlayer.Accept.
func (l *StreamListener) Accept() (Conn, error) {
	if l.listener == nil {
		<-l.closed
		return nil, fmt.Errorf("netlayer: accept: %w", net.ErrClosed)
	}
	c, err := l.listener.Accept()
	if err != nil {
		return nil, err
	}
	return NewStream(c, l.opts), nil
}

// Close stops listening: see Netlayer.Close.
func (l *StreamListener) Close() error {
	l.closeOnce.Do(func() {
		close(l.closed)
		if l.listener != nil {
			l.closeErr = l.listener.Close()
		}
	})
	return l.closeErr
}
