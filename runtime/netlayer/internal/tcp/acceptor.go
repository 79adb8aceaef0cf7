package tcp

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// AcceptorOptions are what an Acceptor needs to know.
type AcceptorOptions struct {
	// Listener accepts connections, and is owned by the Acceptor. When nil, nothing comes, and Accept waits for Close.
	Listener net.Listener

	// Handshake makes a conn of a connection. It is called from several goroutines at once. The deadline of the connection is
	// set, and taken away afterwards. The error says why there is no conn.
	Handshake func(net.Conn) (*netlayer.Stream, error)

	// HandshakeTime is how long a handshake may take; DefaultHandshakeTime when zero.
	HandshakeTime time.Duration

	// Handshakes is how many conns there are at most that nobody has accepted yet; DefaultHandshakes when zero.
	Handshakes int

	// Sources bound the connections that come from one source.
	Sources netlayer.SourceLimits

	// Refused, if not nil, is told of connections that became no conn, and why, but not of those that Sources refuse. It is called from
	// several goroutines at once.
	Refused func(remote net.Addr, err error)
}

// Acceptor accepts connections, and has a handshake on each, beside the others. The methods are those of netlayer.Netlayer.
type Acceptor struct {
	// Immutable after NewAcceptor.
	opts       AcceptorOptions
	handshakes *Handshakes
	sources    *Sources
	refusals   *Refusals
	accepted   chan *incoming // from the goroutines of handshakes to Accept
	closed     chan struct{}
	running    sync.WaitGroup

	closeOnce sync.Once
	closeErr  error
}

// incoming is a connection that nobody has accepted yet.
type incoming struct {
	raw       net.Conn
	leave     func() // says that the connection is closed
	handshake *Handshake
	conn      netlayer.Conn // what the handshake made; owned by its goroutine, then by Accept
	dropped   chan struct{} // closed when the handshake is
}

// ErrTooMany is the error of a handshake that was under way when too many others began.
var ErrTooMany = errors.New("too many others came before it was done")

// NewAcceptor returns an acceptor that accepts already.
func NewAcceptor(opts AcceptorOptions) *Acceptor {
	if opts.HandshakeTime == 0 {
		opts.HandshakeTime = DefaultHandshakeTime
	}
	if opts.Handshakes == 0 {
		opts.Handshakes = DefaultHandshakes
	}
	refusals := &Refusals{}
	a := &Acceptor{
		opts: opts, handshakes: NewHandshakes(opts.Handshakes, refusals), sources: NewSources(opts.Sources, refusals), refusals: refusals,
		accepted: make(chan *incoming), closed: make(chan struct{}),
	}
	if opts.Listener != nil {
		a.running.Go(a.serve)
	}
	return a
}

// Accept returns the next conn: see netlayer.Netlayer.
func (a *Acceptor) Accept() (netlayer.Conn, error) {
	for {
		select {
		case <-a.closed:
			return nil, fmt.Errorf("accept: %w", net.ErrClosed)
		case in := <-a.accepted:
			if in.handshake.Finish() {
				return in.conn, nil
			}
			_ = in.conn.Close()
		}
	}
}

// Refused returns what has been refused: see netlayer.Refuser.
func (a *Acceptor) Refused() netlayer.Refusals { return a.refusals.Sum() }

// Close stops accepting, ends what nobody has accepted, and waits for the goroutines: see netlayer.Netlayer.
func (a *Acceptor) Close() error {
	a.closeOnce.Do(func() {
		close(a.closed)
		if a.opts.Listener != nil {
			a.closeErr = a.opts.Listener.Close()
		}
		a.handshakes.Close()
	})
	a.running.Wait()
	return a.closeErr
}

// serve begins a handshake on each connection that comes in, until Close.
func (a *Acceptor) serve() {
	l := NewListener(a.opts.Listener, a.sources, a.closed)
	for {
		c, leave, err := l.Accept()
		if err != nil {
			return
		}
		in := &incoming{raw: c, leave: leave, dropped: make(chan struct{})}
		in.handshake = a.handshakes.Begin(c.RemoteAddr(), in.drop)
		a.running.Go(func() { a.shake(in) })
	}
}

// shake has the handshake, and waits for Accept. It is a goroutine, which owns the conn until Accept does, and which ends when the
// conn was accepted or dropped, or the handshake has failed.
func (a *Acceptor) shake(in *incoming) {
	_ = in.raw.SetDeadline(time.Now().Add(a.opts.HandshakeTime))
	stream, err := a.opts.Handshake(in.raw)
	if err == nil {
		err = in.raw.SetDeadline(time.Time{})
	}
	if err != nil {
		_ = in.raw.Close()
		in.leave()
		a.refuse(in, err)
		return
	}
	in.conn = Conn(stream, in.leave)
	select {
	case a.accepted <- in:
	case <-in.dropped:
		_ = in.conn.Close()
	}
}

// refuse says why a connection became no conn, unless that is because of Close.
func (a *Acceptor) refuse(in *incoming, err error) {
	if !in.handshake.Fail() {
		err = ErrTooMany
	}
	select {
	case <-a.closed:
		return
	default:
	}
	if a.opts.Refused != nil {
		a.opts.Refused(in.raw.RemoteAddr(), err)
	}
}

// drop ends the connection, whose handshake is dropped.
func (in *incoming) drop() {
	close(in.dropped)
	_ = in.raw.Close()
}
