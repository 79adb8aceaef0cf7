package tls

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
)

// Transport is the symbol by which locations name this netlayer.
const Transport = "tcp-tls"

// defaultPort is where a location leads that has no hint for the port.
const defaultPort = "8088"

// Options are the settings of New. The zero value only dials, as somebody who nobody has met.
type Options struct {
	// CertFile is the file that says who the peer is: a certificate and its private key, as PEM. The designator is a hash of the
	// certificate. When there is no such file, New makes one, with a fresh key; see netlayer.SecretFile for who may read it.
	// When empty, the peer is somebody else each time.
	CertFile string

	// Address is what to listen on, as host:port; a port of 0 means any that is free. When empty, the netlayer listens nowhere:
	// Location has no hints, and Accept waits for Close.
	Address string

	// Host and Port are the hints to publish in place of the address that is listened on. Host is necessary if Address is that
	// of all interfaces, which nobody can dial.
	Host, Port string

	// Framed makes dialled conns send framed messages, where Goblins reads only raw ones: see netlayer.Framing. It makes
	// batches of short messages cheaper. Accepted conns answer in the framing of the other side.
	Framed bool

	// HandshakeTime is how long it may take until a conn can be used, on either side; 20 seconds when zero.
	HandshakeTime time.Duration

	// Handshakes is how many conns there are at most that nobody has accepted yet; 64 when zero. The oldest of them has to go
	// when one more comes.
	Handshakes int

	// Refused, if not nil, is told why a connection that came in became no conn: a *HandshakeError, as a rule. It may be called
	// from several goroutines.
	Refused func(remote net.Addr, err error)
}

// Netlayer dials and accepts streams over TLS. New returns it.
type Netlayer struct {
	// Immutable after New.
	identity      *identity
	location      locator.Peer
	acceptor      *tcp.Acceptor
	framing       netlayer.Framing // of dialled conns
	handshakeTime time.Duration
}

// New returns a netlayer that listens already. Errors are about the options, or the file, or come from listening.
func New(opts Options) (*Netlayer, error) {
	nl, err := newNetlayer(opts)
	if err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	return nl, nil
}

// newNetlayer is New without the prefix of errors.
func newNetlayer(opts Options) (*Netlayer, error) {
	if opts.HandshakeTime < 0 || opts.Handshakes < 0 {
		return nil, errors.New("limits cannot be negative")
	}
	if opts.HandshakeTime == 0 {
		opts.HandshakeTime = tcp.DefaultHandshakeTime
	}
	id, err := openIdentity(opts.CertFile)
	if err != nil {
		return nil, fmt.Errorf("certificate file: %w", err)
	}
	nl := &Netlayer{identity: id, framing: netlayer.Raw, handshakeTime: opts.HandshakeTime}
	if opts.Framed {
		nl.framing = netlayer.Framed
	}
	var l net.Listener
	var hints map[string]string
	if opts.Address != "" {
		if l, err = tcp.Listen(opts.Address); err != nil {
			return nil, err
		}
		hints, err = tcp.Hints(l.Addr(), opts.Host, opts.Port)
	}
	if err == nil {
		nl.location, err = locator.NewPeer(Transport, id.designator(), hints)
	}
	if err != nil {
		if l != nil {
			_ = l.Close()
		}
		return nil, err
	}
	nl.acceptor = tcp.NewAcceptor(tcp.AcceptorOptions{
		Listener: l, Handshake: nl.respond, HandshakeTime: opts.HandshakeTime, Handshakes: opts.Handshakes, Refused: opts.Refused,
	})
	return nl, nil
}

// Transport returns "tcp-tls".
func (nl *Netlayer) Transport() string { return Transport }

// Location returns the designator, with the host and port to dial. It has no hints when the netlayer only dials: nobody can dial it
// then, but its conns present its certificate.
func (nl *Netlayer) Location() locator.Peer { return nl.location }

// Dial connects to the host and port of the peer, and has it prove that it holds the key of its certificate: see netlayer.Netlayer. A
// host with several addresses is tried at each of them until one can be connected to.
func (nl *Netlayer) Dial(ctx context.Context, peer locator.Peer) (netlayer.Conn, error) {
	address, err := nl.target(peer)
	if err != nil {
		return nil, &netlayer.DialError{Peer: peer, Err: fmt.Errorf("%w: %w", netlayer.ErrLocation, err)}
	}
	conn, err := tcp.Dial(ctx, address, nl.handshakeTime, func(c net.Conn) (netlayer.Conn, error) {
		s, err := nl.identity.initiate(c, peer.Designator)
		if err != nil {
			return nil, err
		}
		return netlayer.NewStream(s, netlayer.StreamOptions{Framing: nl.framing, Proved: peer.ID()}), nil
	})
	if err != nil {
		return nil, &netlayer.DialError{Peer: peer, Err: err}
	}
	return conn, nil
}

// target returns where to dial the peer.
func (nl *Netlayer) target(peer locator.Peer) (address string, err error) {
	hash, err := hex.DecodeString(peer.Designator)
	switch {
	case peer.Transport != Transport:
		return "", fmt.Errorf("transport is not %s", Transport)
	case err != nil || len(hash) != hashSize || hex.EncodeToString(hash) != peer.Designator:
		return "", errors.New("the designator is not a hash, in 64 hexadecimal digits in lower case")
	case peer.ID() == nl.location.ID():
		return "", errors.New("it is the own one")
	}
	return tcp.Address(peer, defaultPort)
}

// respond makes a conn of a connection that came in.
func (nl *Netlayer) respond(c net.Conn) (netlayer.Conn, error) {
	s, proved, err := nl.identity.respond(c)
	if err != nil {
		return nil, err
	}
	return netlayer.NewStream(s, netlayer.StreamOptions{Framing: netlayer.Detect, Proved: proved}), nil
}

// Accept returns the next conn: see netlayer.Netlayer.
func (nl *Netlayer) Accept() (netlayer.Conn, error) {
	conn, err := nl.acceptor.Accept()
	if err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	return conn, nil
}

// Close stops listening: see netlayer.Netlayer.
func (nl *Netlayer) Close() error { return nl.acceptor.Close() }
