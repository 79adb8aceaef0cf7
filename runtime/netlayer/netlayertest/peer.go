package netlayertest

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// Peer is a netlayer: the access of one peer to a Network. Network.Peer returns it.
type Peer struct {
	network   *Network
	name      string
	dialled   chan *conn // conns that wait to be accepted
	closed    chan struct{}
	closeOnce sync.Once
}

// newPeer returns a peer that is not in the network yet.
func newPeer(n *Network, name string) *Peer {
	return &Peer{network: n, name: name, dialled: make(chan *conn, backlog), closed: make(chan struct{})}
}

// Transport returns "netlayertest".
func (p *Peer) Transport() string { return Transport }

// Location returns the name as the designator, without hints.
func (p *Peer) Location() locator.Peer {
	return locator.Peer{Transport: Transport, Designator: p.name}
}

// Dial opens a conn: see netlayer.Netlayer. It takes as long as something takes there and back.
func (p *Peer) Dial(ctx context.Context, peer locator.Peer) (netlayer.Conn, error) {
	c, err := p.dial(ctx, peer)
	if err != nil {
		return nil, &netlayer.DialError{Peer: peer, Err: err}
	}
	return c, nil
}

// dial is Dial without the peer in the error.
func (p *Peer) dial(ctx context.Context, peer locator.Peer) (*conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if peer.Transport != Transport {
		return nil, fmt.Errorf("%w: transport is not %s", netlayer.ErrLocation, Transport)
	}
	if err := p.reach(ctx, p.network.Way(p.name, peer.Designator)); err != nil {
		return nil, err
	}
	near, err := p.network.connect(p.name, peer.Designator)
	if err != nil {
		return nil, err
	}
	if err := travel(ctx, p.network.Way(peer.Designator, p.name)); err != nil {
		_ = near.Close()
		return nil, err
	}
	return near, nil
}

// reach waits until a dial has arrived at the other side.
func (p *Peer) reach(ctx context.Context, w *Way) error {
	p.network.mu.Lock()
	refusal, gate := w.refusal, w.gate
	p.network.mu.Unlock()
	if refusal != nil {
		return refusal
	}
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return travel(ctx, w)
}

// travel waits as long as something takes on the way.
func travel(ctx context.Context, w *Way) error {
	w.network.mu.Lock()
	latency := w.latency
	w.network.mu.Unlock()
	if latency <= 0 {
		return nil
	}
	timer := time.NewTimer(latency)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// connect adds a conn to the network and leaves its far end to be accepted. It returns the near end.
func (n *Network) connect(from, to string) (*conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	acceptor := n.peers[to]
	if acceptor == nil || len(acceptor.dialled) == backlog {
		return nil, netlayer.ErrRefused
	}
	l := newLink(n, from, to)
	near, far := &conn{in: l.back, out: l.out}, &conn{in: l.out, out: l.back}
	if !n.opts.Unproved {
		near.proved = locator.PeerID{Transport: Transport, Designator: to}
		far.proved = locator.PeerID{Transport: Transport, Designator: from}
	}
	// There is room: only here conns are added, and mu is held.
	acceptor.dialled <- far
	return near, nil
}

// Accept returns the next conn: see netlayer.Netlayer.
func (p *Peer) Accept() (netlayer.Conn, error) {
	select {
	case <-p.closed:
	default:
		select {
		case c := <-p.dialled:
			return c, nil
		case <-p.closed:
		}
	}
	return nil, fmt.Errorf("netlayertest: accept: %w", net.ErrClosed)
}

// Close takes the peer out of the network: see netlayer.Netlayer.
func (p *Peer) Close() error {
	p.closeOnce.Do(func() {
		p.network.mu.Lock()
		delete(p.network.peers, p.name)
		p.network.mu.Unlock()
		close(p.closed)
		for {
			select {
			case c := <-p.dialled:
				_ = c.Close()
			default:
				return
			}
		}
	})
	return nil
}

// conn is one end of a link.
type conn struct {
	in, out *Flow
	proved  locator.PeerID
}

// Receive implements netlayer.Conn.
func (c *conn) Receive(dst [][]byte) ([][]byte, error) { return c.in.receive(dst) }

// Send implements netlayer.Conn.
func (c *conn) Send(msgs [][]byte) error { return c.out.send(msgs) }

// CloseSend implements netlayer.Conn.
func (c *conn) CloseSend() error {
	c.out.network.mu.Lock()
	defer c.out.network.mu.Unlock()
	if c.in.gone {
		return fmt.Errorf("netlayertest: close send: %w", net.ErrClosed)
	}
	c.out.endSending(itemEnd)
	return nil
}

// Close implements netlayer.Conn.
func (c *conn) Close() error {
	c.out.network.mu.Lock()
	defer c.out.network.mu.Unlock()
	if !c.in.gone {
		c.in.endReceiving()
		c.out.endSending(itemClose)
	}
	return nil
}

// SetReadLimit implements netlayer.Conn.
func (c *conn) SetReadLimit(n int) { c.in.setLimit(n) }

// Proved implements netlayer.Conn.
func (c *conn) Proved() locator.PeerID { return c.proved }
