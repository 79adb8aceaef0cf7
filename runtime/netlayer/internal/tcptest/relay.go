package tcptest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

// Relay is someone in the middle of connections to a peer. It passes bytes on, changed as it likes, and may remember them.
type Relay struct {
	location locator.Peer
	wire     wire
	change   Changer
	listener net.Listener
	running  sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]net.Conn // from one to the other side of the relay
	over  bool
}

// Changer returns what goes on in place of data, which goes to the peer that was dialled, or comes from it. Its first byte has the given
// offset on its connection. After an error the connection is cut. It is called from several goroutines.
type Changer func(up bool, offset int, data []byte) ([]byte, error)

// NewRelay returns a relay to the peer, which ends with the test. The peer is found by its hints: a host and a port, a url, or the path
// of a socket. A nil Changer changes nothing.
func NewRelay(t testing.TB, to locator.Peer, change Changer) *Relay {
	t.Helper()
	w, err := wireTo(to)
	if err != nil {
		t.Fatal(err)
	}
	l, err := w.listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if change == nil {
		change = func(_ bool, _ int, data []byte) ([]byte, error) { return data, nil }
	}
	r := &Relay{location: to, wire: w, change: change, listener: l, conns: map[net.Conn]net.Conn{}}
	r.location.Hints = w.hints(l.Addr())
	r.running.Go(r.serve)
	t.Cleanup(func() {
		_ = l.Close()
		r.mu.Lock()
		r.over = true
		r.mu.Unlock()
		r.Cut()
		r.running.Wait()
	})
	return r
}

// Location returns the location of the peer, with the hints of the relay.
func (r *Relay) Location() locator.Peer { return r.location }

// Cut ends all connections as a broken network does, and returns how many.
func (r *Relay) Cut() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	for near, far := range r.conns {
		for _, c := range []net.Conn{near, far} {
			if c, ok := c.(*net.TCPConn); ok {
				_ = c.SetLinger(0)
			}
			_ = c.Close()
		}
	}
	return len(r.conns)
}

// serve passes on connections until the end of the test.
func (r *Relay) serve() {
	for {
		near, err := r.listener.Accept()
		if err != nil {
			return
		}
		var dialer net.Dialer
		far, err := dialer.DialContext(context.Background(), r.wire.network, r.wire.address)
		if err != nil {
			_ = near.Close()
			continue
		}
		r.mu.Lock()
		r.conns[near] = far
		if r.over {
			_, _ = near.Close(), far.Close()
		}
		r.mu.Unlock()
		r.running.Go(func() { r.carry(near, far) })
	}
}

// carry passes on one connection.
func (r *Relay) carry(near, far net.Conn) {
	var both sync.WaitGroup
	both.Go(func() { r.pass(far, near, true) })
	both.Go(func() { r.pass(near, far, false) })
	both.Wait()
	_, _ = near.Close(), far.Close()
	r.mu.Lock()
	delete(r.conns, near)
	r.mu.Unlock()
}

// pass passes on one direction of a connection.
func (r *Relay) pass(dst, src net.Conn, up bool) {
	buf := make([]byte, 1<<16)
	for offset := 0; ; {
		n, err := src.Read(buf)
		data, bad := r.change(up, offset, buf[:n])
		offset += n
		_, broken := dst.Write(data)
		switch {
		case bad != nil || broken != nil || err != nil && !errors.Is(err, io.EOF):
			_, _ = dst.Close(), src.Close()
			return
		case err != nil:
			_ = dst.(interface{ CloseWrite() error }).CloseWrite()
			return
		}
	}
}

// Tape is what a relay has passed on to the peer that was dialled, of all connections.
type Tape struct {
	mu  sync.Mutex
	all []byte
}

// Record is a Changer that changes nothing.
func (p *Tape) Record(up bool, _ int, data []byte) ([]byte, error) {
	if up {
		p.mu.Lock()
		p.all = append(p.all, data...)
		p.mu.Unlock()
	}
	return data, nil
}

// Bytes returns what was recorded so far.
func (p *Tape) Bytes() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Clone(p.all)
}
