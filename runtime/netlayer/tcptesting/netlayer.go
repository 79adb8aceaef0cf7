package tcptesting

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
)

// Transport is the symbol by which locations name this netlayer.
const Transport = "tcp-testing-only"

// Options are the settings of New. The zero value listens on a free port of 127.0.0.1.
type Options struct {
	// Address is what to listen on, as host:port; 127.0.0.1:0 when empty.
	Address string

	// DialOnly listens nowhere: Location is zero, and Accept waits for Close.
	DialOnly bool

	// Designator is the own designator; 26 random letters and digits when empty.
	Designator string

	// Host and Port are the hints to publish in place of the address that is listened on. Host is necessary if Address is that of all
	// interfaces, which nobody can dial.
	Host, Port string

	// Framing is how dialled conns send: Framed or Raw.
	Framing netlayer.Framing

	// Sources bound the connections that come in from one source.
	Sources netlayer.SourceLimits

	// MessageTime is how long a message that has begun to arrive may take; a minute when zero: see netlayer.StreamOptions.
	MessageTime time.Duration

	// DialPolicy, if not nil, is asked for each address that Dial is about to connect to, after names are resolved. An error
	// keeps it from being dialled. Locations come from peers, and name whatever address a peer would like to have dialled
	// from here. DialPolicy may be called from several goroutines.
	DialPolicy func(netip.AddrPort) error
}

// Netlayer dials and accepts streams over TCP. New returns it.
type Netlayer struct {
	// Immutable after New.
	location locator.Peer
	stream   netlayer.StreamOptions // of dialled conns
	policy   func(netip.AddrPort) error
	acceptor acceptor
}

// New returns a netlayer that listens already. Errors are about the options or come from listening.
func New(opts Options) (*Netlayer, error) {
	if opts.Sources.Burst < 0 {
		return nil, errors.New("tcptesting: limits cannot be negative")
	}
	if opts.Framing != netlayer.Framed && opts.Framing != netlayer.Raw {
		return nil, fmt.Errorf("tcptesting: dialled conns cannot send in framing %v", opts.Framing)
	}
	nl := &Netlayer{
		stream: netlayer.StreamOptions{Framing: opts.Framing, MessageTime: opts.MessageTime}, policy: opts.DialPolicy,
	}
	if opts.DialOnly {
		nl.acceptor = newAcceptor(nil, opts)
		return nl, nil
	}
	if opts.Address == "" {
		opts.Address = "127.0.0.1:0"
	}
	if opts.Designator == "" {
		opts.Designator = strings.ToLower(rand.Text())
	}
	l, hints, err := tcp.ListenAt(opts.Address, opts.Host, opts.Port)
	if err != nil {
		return nil, fmt.Errorf("tcptesting: %w", err)
	}
	nl.location, err = locator.NewPeer(Transport, opts.Designator, hints)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("tcptesting: %w", err), l.Close())
	}
	nl.acceptor = newAcceptor(l, opts)
	return nl, nil
}

// Transport returns "tcp-testing-only".
func (nl *Netlayer) Transport() string { return Transport }

// Location returns the designator, with the host and port to dial; zero with Options.DialOnly.
func (nl *Netlayer) Location() locator.Peer { return nl.location }

// Dial connects to the host and port of the peer: see netlayer.Netlayer. A host with several addresses is tried at each of
// them.
func (nl *Netlayer) Dial(ctx context.Context, peer locator.Peer) (netlayer.Conn, error) {
	c, err := nl.dial(ctx, peer)
	if err != nil {
		return nil, &netlayer.DialError{Peer: peer, Err: err}
	}
	return netlayer.NewStream(c, nl.stream), nil
}

// dial connects to where the hints of the peer lead.
func (nl *Netlayer) dial(ctx context.Context, peer locator.Peer) (net.Conn, error) {
	if peer.Transport != Transport {
		return nil, fmt.Errorf("%w: transport is not %s", netlayer.ErrLocation, Transport)
	}
	address, err := tcp.Address(peer, "")
	if err != nil {
		return nil, tcp.LocationError(err)
	}
	c, err := tcp.Connect(nl.bothPolicies(ctx), "tcp", address)
	return c, tcp.ConnectError(err)
}

// bothPolicies returns a context whose address policy is that of ctx, and after it the own one, if there is one.
func (nl *Netlayer) bothPolicies(ctx context.Context) context.Context {
	if nl.policy == nil {
		return ctx
	}
	return netlayer.WithAddressPolicy(ctx, func(addr netip.AddrPort) error {
		if err := netlayer.CheckAddress(ctx, addr.String()); err != nil {
			return err
		}
		return nl.policy(addr)
	})
}

// Accept returns the next conn: see netlayer.Netlayer.
func (nl *Netlayer) Accept() (netlayer.Conn, error) { return nl.acceptor.accept() }

// Refused returns how many connections became no conn: see netlayer.Refuser.
func (nl *Netlayer) Refused() netlayer.Refusals { return nl.acceptor.refusals.Sum() }

// Close stops listening: see netlayer.Netlayer.
func (nl *Netlayer) Close() error { return nl.acceptor.close() }
