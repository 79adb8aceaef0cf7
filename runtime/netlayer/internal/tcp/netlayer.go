package tcp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// Options are what a Netlayer needs to know.
type Options struct {
	// Transport and Designator say who the netlayer is.
	Transport, Designator string

	// CheckDesignator returns what is wrong with the designator of a peer to dial, or nil.
	CheckDesignator func(designator string) error

	// DefaultPort is where a location leads that has no hint for the port; empty for nowhere.
	DefaultPort string

	// Initiate has the handshake of the side that has dialled the peer, and makes a conn of the connection. It is called from several
	// goroutines at once, as is Respond. When it has to end, the deadline of the connection passes.
	Initiate func(c net.Conn, peer locator.Peer) (*netlayer.Stream, error)

	// Respond has the handshake of the side that was dialled: see AcceptorOptions.Handshake.
	Respond func(net.Conn) (*netlayer.Stream, error)

	// Address is what to listen on, as host:port. When empty, the netlayer listens nowhere: Location has no hints, and Accept waits for
	// Close. Host and Port are the hints to publish: see Hints.
	Address, Host, Port string

	// HandshakeTime is how long it may take until a conn can be used, on either side; DefaultHandshakeTime when zero. For Handshakes,
	// Sources and Refused see AcceptorOptions.
	HandshakeTime time.Duration
	Handshakes    int
	Sources       netlayer.SourceLimits
	Refused       func(remote net.Addr, err error)
}

// Netlayer dials and accepts connections, and has a handshake on each. The methods are those of netlayer.Netlayer.
type Netlayer struct {
	// Immutable after New.
	opts     Options
	location locator.Peer
	acceptor *Acceptor
}

// New returns a netlayer that listens already. Errors are about the options or come from listening.
func New(opts Options) (*Netlayer, error) {
	if opts.HandshakeTime < 0 || opts.Handshakes < 0 || opts.Sources.Burst < 0 {
		return nil, errors.New("limits cannot be negative")
	}
	if opts.HandshakeTime == 0 {
		opts.HandshakeTime = DefaultHandshakeTime
	}
	var l net.Listener
	var hints map[string]string
	var err error
	if opts.Address != "" {
		if l, hints, err = ListenAt(opts.Address, opts.Host, opts.Port); err != nil {
			return nil, err
		}
	}
	nl := &Netlayer{opts: opts}
	if nl.location, err = locator.NewPeer(opts.Transport, opts.Designator, hints); err != nil {
		if l != nil {
			_ = l.Close()
		}
		return nil, err
	}
	nl.acceptor = NewAcceptor(AcceptorOptions{
		Listener: l, Handshake: opts.Respond, HandshakeTime: opts.HandshakeTime, Handshakes: opts.Handshakes,
		Sources: opts.Sources, Refused: opts.Refused,
	})
	return nl, nil
}

// Location returns the designator, with the host and port to dial, if there is somebody to dial.
func (nl *Netlayer) Location() locator.Peer { return nl.location }

// OnlyDials reports whether the netlayer has no address: see netlayer.Dialler.
func (nl *Netlayer) OnlyDials() bool { return len(nl.location.Hints) == 0 }

// Dial connects to the host and port of the peer, and has the handshake: see netlayer.Netlayer. A host with several addresses is tried
// at each of them until one can be connected to.
func (nl *Netlayer) Dial(ctx context.Context, peer locator.Peer) (netlayer.Conn, error) {
	address, err := nl.target(peer)
	if err != nil {
		return nil, &netlayer.DialError{Peer: peer, Err: LocationError(err)}
	}
	conn, err := dial(ctx, address, nl.opts.HandshakeTime, func(c net.Conn) (*netlayer.Stream, error) { return nl.opts.Initiate(c, peer) })
	if err != nil {
		return nil, &netlayer.DialError{Peer: peer, Err: err}
	}
	return conn, nil
}

// target returns where to dial the peer.
func (nl *Netlayer) target(peer locator.Peer) (address string, err error) {
	if peer.Transport != nl.opts.Transport {
		return "", fmt.Errorf("transport is not %s", nl.opts.Transport)
	}
	if err := nl.opts.CheckDesignator(peer.Designator); err != nil {
		return "", err
	}
	if peer.ID() == nl.location.ID() {
		return "", errors.New("it is the own one")
	}
	return Address(peer, nl.opts.DefaultPort)
}

// Accept returns the next conn: see netlayer.Netlayer.
func (nl *Netlayer) Accept() (netlayer.Conn, error) {
	conn, err := nl.acceptor.Accept()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", nl.opts.Transport, err)
	}
	return conn, nil
}

// Refused returns what has been refused: see netlayer.Refuser.
func (nl *Netlayer) Refused() netlayer.Refusals { return nl.acceptor.Refused() }

// Close stops listening: see netlayer.Netlayer.
func (nl *Netlayer) Close() error { return nl.acceptor.Close() }
