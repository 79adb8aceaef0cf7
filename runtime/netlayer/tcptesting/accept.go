package tcptesting

import (
	"fmt"
	"net"
	"sync"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
)

// acceptor makes conns of the connections that come in.
type acceptor struct {
	listener net.Listener // nil when nobody can dial
	stream   netlayer.StreamOptions
	sources  *tcp.Sources
	refusals *tcp.Refusals
	closed   chan struct{}
	close    func() error // which may be called again
}

// newAcceptor returns an acceptor, which owns l; without one, nothing comes.
func newAcceptor(l net.Listener, opts Options) acceptor {
	refusals := &tcp.Refusals{}
	closed := make(chan struct{})
	return acceptor{
		listener: l,
		stream:   netlayer.StreamOptions{Framing: netlayer.Detect, MessageTime: opts.MessageTime},
		sources:  tcp.NewSources(opts.Sources, refusals), refusals: refusals,
		closed: closed,
		close: sync.OnceValue(func() error {
			close(closed)
			if l == nil {
				return nil
			}
			return l.Close()
		}),
	}
}

// accept returns the next conn.
func (a acceptor) accept() (netlayer.Conn, error) {
	if a.listener == nil {
		<-a.closed
		return nil, fmt.Errorf("tcptesting: accept: %w", net.ErrClosed)
	}
	c, leave, err := tcp.AcceptFrom(a.listener, a.sources)
	if err != nil {
		return nil, err
	}
	return tcp.Conn(netlayer.NewStream(c, a.stream), leave), nil
}
