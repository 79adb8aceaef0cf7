package captp_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"syscall"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// way is one direction between two peers of [wires].
type way struct{ from, to string }

func (w way) String() string { return w.from + " -> " + w.to }

// wires is a network in memory whose conns are streams of bytes. Something can be made to happen at any byte: see [incident].
type wires struct {
	most int // bytes that are read at once; any number if zero

	mu      sync.Mutex // guards all below
	peers   map[string]*wiredPeer
	carried map[way]int // bytes, on all conns there have been
	pending *incident   // nil if nothing is to happen, or it has
}

// incident is what happens at a byte.
type incident struct {
	way    way
	at     int                // happens behind so many bytes of the way, on all conns there have been; at zero, before the first
	happen func(hit *wireEnd) // hit is the sending end of the conn that the byte is on
}

func newWires() *wires {
	return &wires{peers: make(map[string]*wiredPeer), carried: make(map[way]int)}
}

// plan says what is to happen next.
func (n *wires) plan(i *incident) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.pending = i
}

// planSoon says what is to happen behind so many more bytes of a way.
func (n *wires) planSoon(w way, more int, happen func(hit *wireEnd)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.pending = &incident{w, n.carried[w] + more, happen}
}

// isOver reports whether what was planned has happened.
func (n *wires) isOver() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.pending == nil
}

// admit returns how many of n bytes go on before what happens behind them, nil if nothing does.
func (n *wires) admit(w way, size int) (int, *incident) {
	n.mu.Lock()
	defer n.mu.Unlock()
	i := n.pending
	if i != nil && i.way == w && n.carried[w]+size >= i.at {
		size = i.at - n.carried[w]
		n.pending = nil
	} else {
		i = nil
	}
	n.carried[w] += size
	return size, i
}

// peer returns a netlayer that can be dialled by its name until it is closed.
func (n *wires) peer(name string) *wiredPeer {
	p := &wiredPeer{wires: n, name: name, dialled: make(chan *wireEnd, 64), closed: make(chan struct{})}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.peers[name] = p
	return p
}

// wiredPeer is the netlayer of one peer.
type wiredPeer struct {
	wires   *wires
	name    string
	dialled chan *wireEnd
	closed  chan struct{}
	once    sync.Once
}

func (p *wiredPeer) Transport() string { return netlayertest.Transport }

func (p *wiredPeer) Location() locator.Peer { return peerNamed(p.name) }

func (p *wiredPeer) Dial(_ context.Context, peer locator.Peer) (netlayer.Conn, error) {
	near, err := p.dial(peer)
	if err != nil {
		return nil, err
	}
	return near.stream(peer.Designator), nil
}

// dial returns the near end of a conn, for who sends bytes that are no messages.
func (p *wiredPeer) dial(peer locator.Peer) (*wireEnd, error) {
	n := p.wires
	n.mu.Lock()
	defer n.mu.Unlock()
	to := n.peers[peer.Designator]
	if to == nil {
		return nil, &netlayer.DialError{Peer: peer, Err: netlayer.ErrRefused}
	}
	there, back := newLane(n, way{p.name, to.name}), newLane(n, way{to.name, p.name})
	near, far := &wireEnd{in: back, out: there}, &wireEnd{in: there, out: back}
	select {
	case to.dialled <- far:
	default:
		return nil, &netlayer.DialError{Peer: peer, Err: netlayer.ErrRefused}
	}
	return near, nil
}

func (p *wiredPeer) Accept() (netlayer.Conn, error) {
	select {
	case c := <-p.dialled:
		return c.stream(c.in.way.from), nil
	case <-p.closed:
		return nil, fmt.Errorf("wires: %w", net.ErrClosed)
	}
}

func (p *wiredPeer) Close() error {
	p.once.Do(func() {
		p.wires.mu.Lock()
		delete(p.wires.peers, p.name) // nobody dials any longer
		p.wires.mu.Unlock()
		close(p.closed)
		for len(p.dialled) > 0 {
			select {
			case c := <-p.dialled:
				c.Close()
			default:
			}
		}
	})
	return nil
}

// wireEnd is one end of a conn.
type wireEnd struct{ in, out *lane }

// stream returns the conn whose other side is a peer.
func (e *wireEnd) stream(peer string) netlayer.Conn {
	return netlayer.NewStream(e, netlayer.StreamOptions{Proved: peerNamed(peer).ID()})
}

func (e *wireEnd) Read(p []byte) (int, error)  { return e.in.read(p) }
func (e *wireEnd) Write(p []byte) (int, error) { return e.out.carry(e, p) }

func (e *wireEnd) CloseWrite() error {
	e.out.end(io.EOF, net.ErrClosed)
	return nil
}

func (e *wireEnd) Close() error {
	e.out.end(io.EOF, net.ErrClosed)
	e.in.reset(net.ErrClosed, syscall.EPIPE)
	return nil
}

// cut ends both directions at once. What is under way is lost.
func (e *wireEnd) cut() {
	e.out.reset(syscall.ECONNRESET, syscall.ECONNRESET)
	e.in.reset(syscall.ECONNRESET, syscall.ECONNRESET)
}

// finish ends the direction behind what was sent, as if the sender had done so.
func (e *wireEnd) finish() { e.out.end(io.EOF, syscall.EPIPE) }

// lane is one direction of a conn.
type lane struct {
	wires *wires
	way   way

	mu       sync.Mutex
	more     *sync.Cond // of mu: something has changed
	buf      []byte     // guarded by mu
	stalled  bool       // nothing arrives. Guarded by mu.
	gone     bool       // it was reset. Guarded by mu.
	readErr  error      // behind buf. Guarded by mu.
	writeErr error      // guarded by mu
}

// laneWindow is how many bytes a lane takes that has stalled, before writes wait.
const laneWindow = 4 << 10

// stall keeps what is sent from arriving, or lets it arrive.
func (l *lane) stall(stalled bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stalled = stalled
	l.more.Broadcast()
}

func newLane(n *wires, w way) *lane {
	l := &lane{wires: n, way: w}
	l.more = sync.NewCond(&l.mu)
	return l
}

// carry is Write of the sending end.
func (l *lane) carry(from *wireEnd, p []byte) (int, error) {
	done := 0
	for done < len(p) {
		n, incident := l.wires.admit(l.way, len(p)-done)
		if err := l.put(p[done : done+n]); err != nil {
			return done, err
		}
		done += n
		if incident != nil {
			incident.happen(from)
		}
	}
	return done, nil
}

func (l *lane) put(p []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.writeErr == nil && l.stalled && len(l.buf) > laneWindow {
		l.more.Wait()
	}
	if l.writeErr != nil {
		return l.writeErr
	}
	l.buf = append(l.buf, p...)
	l.more.Broadcast()
	return nil
}

func (l *lane) read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !l.gone && (l.stalled || len(l.buf) == 0 && l.readErr == nil) {
		l.more.Wait()
	}
	if len(l.buf) == 0 {
		return 0, l.readErr
	}
	if most := l.wires.most; most > 0 {
		p = p[:min(len(p), most)]
	}
	n := copy(p, l.buf)
	l.buf = l.buf[n:]
	return n, nil
}

// end ends the lane behind what was sent, unless it has ended.
func (l *lane) end(readErr, writeErr error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.readErr == nil {
		l.readErr = readErr
	}
	if l.writeErr == nil {
		l.writeErr = writeErr
	}
	l.more.Broadcast()
}

// reset ends the lane at once. Of two ends, the later one counts for the reader.
func (l *lane) reset(readErr, writeErr error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buf, l.readErr, l.gone = nil, readErr, true
	if l.writeErr == nil {
		l.writeErr = writeErr
	}
	l.more.Broadcast()
}
