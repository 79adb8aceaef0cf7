package captptest

import (
	"context"
	"sync"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// openEnds counts the ends of conns that vats have not closed.
type openEnds struct {
	mu    sync.Mutex
	count map[[2]string]int // by the vat and the peer. Guarded by mu.
}

// conns returns how many conns between two vats neither of them has closed.
func (o *openEnds) conns(a, b string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return min(o.count[[2]string{a, b}], o.count[[2]string{b, a}])
}

func (o *openEnds) add(vat, peer string, n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.count[[2]string{vat, peer}] += n
}

// countingNetlayer is the netlayer of a vat whose conns are counted.
type countingNetlayer struct {
	netlayer.Netlayer

	name string
	open *openEnds
}

// Dial counts the conn that is dialled.
func (n countingNetlayer) Dial(ctx context.Context, peer locator.Peer) (netlayer.Conn, error) {
	c, err := n.Netlayer.Dial(ctx, peer)
	return n.counted(c, err)
}

// Accept counts the conn that is accepted.
func (n countingNetlayer) Accept() (netlayer.Conn, error) {
	c, err := n.Netlayer.Accept()
	return n.counted(c, err)
}

func (n countingNetlayer) counted(c netlayer.Conn, err error) (netlayer.Conn, error) {
	if err != nil {
		return nil, err
	}
	peer := c.Proved().Designator
	n.open.add(n.name, peer, 1)
	return &countedConn{Conn: c, closed: sync.OnceFunc(func() { n.open.add(n.name, peer, -1) })}, nil
}

// countedConn is an end of a conn that counts until it is closed.
type countedConn struct {
	netlayer.Conn

	closed func()
}

// Close ends the conn and its being counted.
func (c *countedConn) Close() error {
	c.closed()
	return c.Conn.Close()
}
