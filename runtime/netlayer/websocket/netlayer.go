package websocket

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
)

// Transport is the symbol by which locations name this netlayer.
const Transport = "websocket"

// hintURL is the hint of a location. It is necessary.
const hintURL = "url"

// Options are the settings of New. The zero value only dials.
type Options struct {
	// Key is who the peer is: its public half is the designator. When nil, a fresh one is made, and the peer is somebody else
	// each time; see netlayer.KeyFile.
	Key ed25519.PrivateKey

	// Address is what to listen on, as host:port; a port of 0 means any that is free. When it is empty and Listener is nil,
	// the netlayer listens nowhere.
	Address string

	// Listener is what to listen on in place of Address. New owns it. One of package crypto/tls makes the netlayer serve wss,
	// and URL has to say so.
	Listener net.Listener

	// URL is where others dial this netlayer, as it is published: ws or wss, a host, perhaps a path. When empty, it is made
	// of the address that is listened on. It is necessary if that is the address of all interfaces, if there is a proxy in
	// between, and if only ServeHTTP is to accept; without a URL and without a listener, Location is zero.
	URL string

	// Origins are the web pages that may use this netlayer from a browser, beside those of the host in the URL, which is by https only
	// if the URL is wss: patterns of path.Match for what stands in their Origin header, either the host, with the port if it is not
	// the usual one, or scheme://host. Requests from other pages are refused; programs send no such header.
	Origins []string

	// TLSConfig is for dialling wss. When nil, certificates are checked as the system does.
	TLSConfig *tls.Config

	// Dial connects to an address, as net.Dialer.DialContext does; by way of a proxy, say. When nil, the addresses of the
	// host in a URL are tried as the address policy of ctx allows. Another function asks that policy itself, as it sees fit:
	// see netlayer.CheckAddress.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// DialLegacy makes dialled conns challenge the other side in the older form, of 64 bytes: as Goblins did up to 0.17.
	DialLegacy bool

	// AcceptLegacy accepts the older form beside the other. Then strangers can have anything signed that is 64 bytes long.
	AcceptLegacy bool

	// HandshakeTime is how long it may take until a conn can be used, on either side; 20 seconds when zero.
	HandshakeTime time.Duration

	// Handshakes is how many conns there are at most that nobody has accepted yet; 1000 when zero. When one more comes,
	// the oldest has to go of the source that has most, in the network that has most (of 24 bits of IPv4, or 48 of IPv6).
	Handshakes int

	// Sources bound the connections that come in from one source, where the netlayer listens itself.
	Sources netlayer.SourceLimits

	// MessageTime is how long a message that has begun to arrive may take to become whole, or, if it is long, to bring
	// netlayer.MinRate bytes for each second of that time; then it has as much time again. It is netlayer.DefaultMessageTime when zero;
	// when negative, it has as long as it likes.
	MessageTime time.Duration

	// Ping is how long the other side may be silent, 30 seconds when zero. It is asked twice in that time whether it is still
	// there. When negative, it is not asked.
	Ping time.Duration
}

// Netlayer dials and accepts websockets. New returns it. It is an http.Handler, too, for a server that serves more than
// this: see ServeHTTP.
type Netlayer struct {
	// Immutable after New.
	opts     Options // without the private key
	key      handoff.KeyPair
	location locator.Peer
	origins  origins
	server   *http.Server  // nil if there is no listener
	served   chan struct{} // closed when server has ended

	refusals   *tcp.Refusals
	handshakes *tcp.Handshakes
	accepted   chan incoming // from ServeHTTP to Accept
	closed     chan struct{}
	closeOnce  sync.Once
	closeErr   error
}

// incoming is a conn that waits to be accepted.
type incoming struct {
	conn      *conn
	handshake *handshake
}

// New returns a netlayer that listens already. Errors are about the options or come from listening.
func New(opts Options) (*Netlayer, error) {
	nl, err := newNetlayer(opts)
	if err != nil && opts.Listener != nil {
		err = errors.Join(err, opts.Listener.Close())
	}
	if err != nil {
		return nil, fmt.Errorf("websocket: %w", err)
	}
	return nl, nil
}

// newNetlayer is New without the prefix of errors. If it fails, Options.Listener is open.
func newNetlayer(opts Options) (*Netlayer, error) {
	refusals := &tcp.Refusals{}
	nl := &Netlayer{
		refusals:   refusals,
		handshakes: tcp.NewHandshakes(orDefault(opts.Handshakes, tcp.DefaultHandshakes), refusals),
		accepted:   make(chan incoming),
		closed:     make(chan struct{}),
		served:     make(chan struct{}),
	}
	opts.HandshakeTime = orDefault(opts.HandshakeTime, tcp.DefaultHandshakeTime)
	opts.Ping = orDefault(opts.Ping, defaultPing)
	opts.MessageTime = orDefault(opts.MessageTime, netlayer.DefaultMessageTime)
	if opts.HandshakeTime < 0 || opts.Handshakes < 0 || opts.Sources.Burst < 0 {
		return nil, errors.New("limits cannot be negative")
	}
	var err error
	if nl.key, err = keyPair(opts.Key); err != nil {
		return nil, err
	}
	opts.Key = nil
	if opts.Dial == nil {
		opts.Dial = tcp.Connect
	}
	nl.opts = opts
	if opts.Listener == nil && opts.Address != "" {
		if opts.Listener, err = tcp.Listen(opts.Address); err != nil {
			return nil, err
		}
		defer func() {
			if err != nil {
				_ = opts.Listener.Close()
			}
		}()
	}
	if err = nl.locate(opts.Listener); err != nil {
		return nil, err
	}
	if opts.Listener == nil {
		close(nl.served)
		return nl, nil
	}
	nl.serve(opts.Listener)
	return nl, nil
}

// orDefault returns the setting, or what it is when it is zero.
func orDefault[T int | time.Duration](setting, standard T) T {
	if setting == 0 {
		return standard
	}
	return setting
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

// locate finds out what to publish for the listener, which may be nil, and which web pages may come.
func (nl *Netlayer) locate(l net.Listener) error {
	text := nl.opts.URL
	var err error
	if text == "" && l != nil {
		if text, err = urlOf(l.Addr()); err != nil {
			return err
		}
	}
	var u *url.URL
	if text != "" {
		if u, err = parseURL(text); err != nil {
			return err
		}
		key := nl.key.Public()
		nl.location, err = locator.NewPeer(Transport, netlayer.Designator(key[:]), map[string]string{hintURL: text})
		if err != nil {
			return err
		}
	}
	nl.origins, err = newOrigins(u, nl.opts.Origins)
	return err
}

// Transport returns "websocket".
func (nl *Netlayer) Transport() string { return Transport }

// Location returns the designator, with the URL to dial; zero when there is neither a URL nor a listener.
func (nl *Netlayer) Location() locator.Peer { return nl.location }

// Accept returns the next conn: see netlayer.Netlayer.
func (nl *Netlayer) Accept() (netlayer.Conn, error) {
	for {
		select {
		case <-nl.closed:
			return nil, fmt.Errorf("websocket: accept: %w", net.ErrClosed)
		case in := <-nl.accepted:
			if in.handshake.place.Finish() {
				return in.conn, nil
			}
		}
	}
}

// Refused returns how many connections became no conn: see netlayer.Refuser.
func (nl *Netlayer) Refused() netlayer.Refusals { return nl.refusals.Sum() }

// Close stops listening: see netlayer.Netlayer. ServeHTTP refuses from then on.
func (nl *Netlayer) Close() error {
	nl.closeOnce.Do(func() {
		close(nl.closed)
		nl.handshakes.Close()
		if nl.server != nil {
			nl.closeErr = nl.server.Close()
		}
	})
	<-nl.served
	return nl.closeErr
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
