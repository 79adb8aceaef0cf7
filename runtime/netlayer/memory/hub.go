package memory

import (
	"context"
	"fmt"
	"net"
	"sync"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// Transport is the symbol by which locations name this netlayer.
const Transport = "memory"

// Hub is a network in memory. Its methods may be called from any goroutine.
type Hub struct {
	mu        sync.Mutex
	listening map[string]*Netlayer // by designator; guarded by mu
}

// NewHub returns a network that nobody is on.
func NewHub() *Hub { return &Hub{listening: make(map[string]*Netlayer)} }

// Listen returns a netlayer that the others in the hub can dial by the designator, until it is closed. It is an error that
// the designator is in use, or is none: see locator.Peer.
func (h *Hub) Listen(designator string) (*Netlayer, error) {
	location, err := locator.NewPeer(Transport, designator, nil)
	if err != nil {
		return nil, fmt.Errorf("memory: %w", err)
	}
	nl := &Netlayer{hub: h, location: location, dialled: make(chan *conn, backlog), closed: make(chan struct{})}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.listening[designator] != nil {
		return nil, fmt.Errorf("memory: designator %q is in use", designator)
	}
	h.listening[designator] = nl
	return nl, nil
}

// lookup returns the netlayer that listens as the designator, or nil.
func (h *Hub) lookup(designator string) *Netlayer {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.listening[designator]
}

// Netlayer is one peer's access to a hub. Hub.Listen returns it.
type Netlayer struct {
	hub       *Hub
	location  locator.Peer
	dialled   chan *conn // conns that wait to be accepted
	closed    chan struct{}
	closeOnce sync.Once
}

// Transport returns "memory".
func (nl *Netlayer) Transport() string { return Transport }

// Location returns the designator, without hints.
func (nl *Netlayer) Location() locator.Peer { return nl.location }

// Dial opens a conn to the netlayer that listens as the peer: see netlayer.Netlayer.
func (nl *Netlayer) Dial(ctx context.Context, peer locator.Peer) (netlayer.Conn, error) {
	c, err := nl.dial(ctx, peer)
	if err != nil {
		return nil, &netlayer.DialError{Peer: peer, Err: err}
	}
	return c, nil
}

// dial is Dial without the peer in the error.
func (nl *Netlayer) dial(ctx context.Context, peer locator.Peer) (*conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if peer.Transport != Transport {
		return nil, fmt.Errorf("%w: transport is not %s", netlayer.ErrLocation, Transport)
	}
	to := nl.hub.lookup(peer.Designator)
	if to == nil {
		return nil, netlayer.ErrRefused
	}
	near, far := newConns(nl.location.ID(), to.location.ID())
	select {
	case to.dialled <- far:
	case <-to.closed:
		return nil, netlayer.ErrRefused
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if to.isClosed() {
		to.dropUnaccepted()
	}
	return near, nil
}

// Accept returns the next conn: see netlayer.Netlayer.
func (nl *Netlayer) Accept() (netlayer.Conn, error) {
	if !nl.isClosed() {
		select {
		case c := <-nl.dialled:
			return c, nil
		case <-nl.closed:
		}
	}
	return nil, fmt.Errorf("memory: accept: %w", net.ErrClosed)
}

// Close frees the designator: see netlayer.Netlayer.
func (nl *Netlayer) Close() error {
	nl.closeOnce.Do(func() {
		nl.hub.mu.Lock()
		delete(nl.hub.listening, nl.location.Designator)
		nl.hub.mu.Unlock()
		close(nl.closed)
		nl.dropUnaccepted()
	})
	return nil
}

// isClosed reports whether Close was called.
func (nl *Netlayer) isClosed() bool {
	select {
	case <-nl.closed:
		return true
	default:
		return false
	}
}

// dropUnaccepted closes the conns that nobody will accept.
func (nl *Netlayer) dropUnaccepted() {
	for {
		select {
		case c := <-nl.dialled:
			_ = c.Close()
		default:
			return
		}
	}
}
