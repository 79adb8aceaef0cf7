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
	// batches of short messages cheaper to receive. Accepted conns answer in the framing of the other side.
	Framed bool

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

// Netlayer dials and accepts streams over TLS. New returns it.
type Netlayer struct {
	// Immutable after New.
	identity *identity
	framing  netlayer.Framing // of dialled conns
	tcp      *tcp.Netlayer

	messageTime time.Duration
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
	id, err := openIdentity(opts.CertFile)
	if err != nil {
		return nil, fmt.Errorf("certificate file: %w", err)
	}
	nl := &Netlayer{identity: id, framing: netlayer.Raw, messageTime: opts.MessageTime}
	if opts.Framed {
		nl.framing = netlayer.Framed
	}
	nl.tcp, err = tcp.New(tcp.Options{
		Transport: Transport, Designator: id.designator(), CheckDesignator: checkDesignator, DefaultPort: defaultPort,
		Initiate: nl.initiate, Respond: nl.respond,
		Address: opts.Address, Host: opts.Host, Port: opts.Port,
		HandshakeTime: opts.HandshakeTime, Handshakes: opts.Handshakes, Sources: opts.Sources, Refused: opts.Refused,
	})
	return nl, err
}

// Transport returns "tcp-tls".
func (nl *Netlayer) Transport() string { return Transport }

// Location returns the designator, with the host and port to dial. It has no hints when the netlayer only dials: nobody can dial it
// then, but its conns present its certificate.
func (nl *Netlayer) Location() locator.Peer { return nl.tcp.Location() }

// OnlyDials reports whether the netlayer has no address: see netlayer.Dialler.
func (nl *Netlayer) OnlyDials() bool { return nl.tcp.OnlyDials() }

// Dial connects to the host and port of the peer, and has it prove that it holds the key of its certificate: see netlayer.Netlayer. A
// host with several addresses is tried at each of them until one can be connected to.
func (nl *Netlayer) Dial(ctx context.Context, peer locator.Peer) (netlayer.Conn, error) {
	return nl.tcp.Dial(ctx, peer)
}

// checkDesignator returns why the designator is not the hash of a certificate.
func checkDesignator(designator string) error {
	hash, err := hex.DecodeString(designator)
	if err != nil || len(hash) != hashSize || hex.EncodeToString(hash) != designator {
		return errors.New("the designator is not a hash, in 64 hexadecimal digits in lower case")
	}
	return nil
}

// initiate makes a conn of a connection to the peer.
func (nl *Netlayer) initiate(c net.Conn, peer locator.Peer) (*netlayer.Stream, error) {
	s, err := nl.identity.initiate(c, peer.Designator)
	if err != nil {
		return nil, err
	}
	return nl.newConn(s, nl.framing, peer.ID()), nil
}

// respond makes a conn of a connection that came in.
func (nl *Netlayer) respond(c net.Conn) (*netlayer.Stream, error) {
	s, proved, err := nl.identity.respond(c)
	if err != nil {
		return nil, err
	}
	return nl.newConn(s, netlayer.Detect, proved), nil
}

// newConn returns a conn over a stream whose other side has proved who it is. Messages that are sent together share records, raw ones
// too: Goblins reads one after the other from a stream, and nobody can take a record for a message, which may be longer.
func (nl *Netlayer) newConn(s *stream, framing netlayer.Framing, proved locator.PeerID) *netlayer.Stream {
	s.bottom.watchRecords(nl.messageTime)
	return netlayer.NewStream(s, netlayer.StreamOptions{
		Framing: framing, Proved: proved, Together: true, MessageTime: nl.messageTime,
	})
}

// Accept returns the next conn: see netlayer.Netlayer.
func (nl *Netlayer) Accept() (netlayer.Conn, error) { return nl.tcp.Accept() }

// Refused returns how many connections became no conn: see netlayer.Refuser.
func (nl *Netlayer) Refused() netlayer.Refusals { return nl.tcp.Refused() }

// Close stops listening: see netlayer.Netlayer.
func (nl *Netlayer) Close() error { return nl.tcp.Close() }
