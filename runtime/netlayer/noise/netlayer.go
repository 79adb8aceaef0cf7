package noise

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
)

// Transport is the symbol by which locations name this netlayer.
const Transport = "noise"

// Options are the settings of New. The zero value only dials, as somebody who nobody has met.
type Options struct {
	// Key is who the peer is: its public half is the designator. When nil, a fresh one is made, and the peer is somebody else
	// each time; see netlayer.KeyFile.
	Key ed25519.PrivateKey

	// Address is what to listen on, as host:port; a port of 0 means any that is free. When empty, the netlayer listens nowhere:
	// Location has no hints, and Accept waits for Close.
	Address string

	// Host and Port are the hints to publish in place of the address that is listened on. Host is necessary if Address is that
	// of all interfaces, which nobody can dial.
	Host, Port string

	// HandshakeTime is how long it may take until a conn can be used, on either side; 20 seconds when zero.
	HandshakeTime time.Duration

	// Handshakes is how many conns there are at most that nobody has accepted yet; 1000 when zero. When one more comes,
	// the oldest has to go of the source that has most, in the network that has most (of 24 bits of IPv4, or 48 of IPv6).
	Handshakes int

	// Sources bound the connections that come in from one source.
	Sources netlayer.SourceLimits

	// MessageTime is how long a message that has begun to arrive may take; a minute when zero: see netlayer.StreamOptions.
	MessageTime time.Duration

	// Refused, if not nil, is told why a connection that came in became no conn: a *HandshakeError, as a rule. It is not told of those
	// that Sources refuse. It may be called from several goroutines.
	Refused func(remote net.Addr, err error)
}

// Netlayer dials and accepts encrypted streams over TCP. New returns it.
type Netlayer struct {
	// Immutable after New.
	party       party
	messageTime time.Duration
	tcp         *tcp.Netlayer
}

// New returns a netlayer that listens already. Errors are about the options or come from listening.
func New(opts Options) (*Netlayer, error) {
	nl, err := newNetlayer(opts)
	if err != nil {
		return nil, fmt.Errorf("noise: %w", err)
	}
	return nl, nil
}

// newNetlayer is New without the prefix of errors.
func newNetlayer(opts Options) (*Netlayer, error) {
	key, err := keyPair(opts.Key)
	if err != nil {
		return nil, err
	}
	own := key.Public()
	nl := &Netlayer{
		party:       party{key: key, encodings: encodings{encodingSyrup}, random: rand.Reader},
		messageTime: opts.MessageTime,
	}
	nl.tcp, err = tcp.New(tcp.Options{
		Transport: Transport, Designator: netlayer.Designator(own[:]), CheckDesignator: checkDesignator,
		Initiate: nl.initiate, Respond: nl.respond,
		Address: opts.Address, Host: opts.Host, Port: opts.Port,
		HandshakeTime: opts.HandshakeTime, Handshakes: opts.Handshakes, Sources: opts.Sources, Refused: opts.Refused,
	})
	return nl, err
}

// keyPair returns the key, or a fresh one.
func keyPair(key ed25519.PrivateKey) (handoff.KeyPair, error) {
	if key == nil {
		return handoff.GenerateKeyPair(rand.Reader)
	}
	if len(key) != ed25519.PrivateKeySize {
		return handoff.KeyPair{}, errors.New("the key is not an Ed25519 key")
	}
	return handoff.KeyPairFromSeed([ed25519.SeedSize]byte(key.Seed())), nil
}

// Transport returns "noise".
func (nl *Netlayer) Transport() string { return Transport }

// Location returns the designator, with the host and port to dial. It has no hints when the netlayer only dials: nobody can dial it
// then, but conns still prove who it is.
func (nl *Netlayer) Location() locator.Peer { return nl.tcp.Location() }

// OnlyDials reports whether the netlayer has no address: see netlayer.Dialler.
func (nl *Netlayer) OnlyDials() bool { return nl.tcp.OnlyDials() }

// Dial connects to the host and port of the peer, and has it prove that it holds the key of its designator: see netlayer.Netlayer. A
// host with several addresses is tried at each of them until one can be connected to.
func (nl *Netlayer) Dial(ctx context.Context, peer locator.Peer) (netlayer.Conn, error) {
	return nl.tcp.Dial(ctx, peer)
}

// checkDesignator returns why the designator is not a key.
func checkDesignator(designator string) error {
	_, err := netlayer.ParseDesignator(designator)
	return err
}

// initiate makes a conn of a connection to the peer.
func (nl *Netlayer) initiate(c net.Conn, peer locator.Peer) (*netlayer.Stream, error) {
	key, err := netlayer.ParseDesignator(peer.Designator)
	if err != nil {
		return nil, err
	}
	a, err := nl.party.initiate(c, handoff.PublicKey(key))
	if err != nil {
		return nil, err
	}
	return nl.newConn(c, a)
}

// respond makes a conn of a connection that came in.
func (nl *Netlayer) respond(c net.Conn) (*netlayer.Stream, error) {
	a, err := nl.party.respond(c)
	if err != nil {
		return nil, err
	}
	return nl.newConn(c, a)
}

// newConn returns the conn that the agreement allows.
func (nl *Netlayer) newConn(c net.Conn, a agreement) (*netlayer.Stream, error) {
	s, err := newStream(c, a, nl.messageTime)
	if err != nil {
		return nil, err
	}
	proved := locator.PeerID{Transport: Transport, Designator: netlayer.Designator(a.peer[:])}
	return netlayer.NewStream(s, netlayer.StreamOptions{Framing: netlayer.Framed, Proved: proved, MessageTime: nl.messageTime}), nil
}

// Accept returns the next conn, whose other side has proved who it is: see netlayer.Netlayer.
func (nl *Netlayer) Accept() (netlayer.Conn, error) { return nl.tcp.Accept() }

// Refused returns how many connections became no conn: see netlayer.Refuser.
func (nl *Netlayer) Refused() netlayer.Refusals { return nl.tcp.Refused() }

// Close stops listening: see netlayer.Netlayer.
func (nl *Netlayer) Close() error { return nl.tcp.Close() }
