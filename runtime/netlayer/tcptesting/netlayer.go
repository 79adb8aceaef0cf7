package tcptesting

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"syscall"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// Transport is the symbol by which locations name this netlayer.
const Transport = "tcp-testing-only"

// The hints of a location. Both are necessary.
const (
	hintHost = "host"
	hintPort = "port"
)

// Options are the settings of New. The zero value listens on a free port of 127.0.0.1.
type Options struct {
	// Address is what to listen on, as host:port; 127.0.0.1:0 when empty.
	Address string

	// DialOnly listens nowhere: Location is zero, and Accept waits for Close.
	DialOnly bool

	// Designator is the own designator; 32 random hexadecimal digits when empty.
	Designator string

	// Host and Port are the hints to publish in place of the address that is listened on. Host is necessary if Address is that of all
	// interfaces, which nobody can dial.
	Host, Port string

	// Framing is how dialled conns send: Framed or Raw.
	Framing netlayer.Framing

	// DialPolicy, if not nil, is asked for each address that Dial is about to connect to, after names are resolved. An error
	// keeps it from being dialled. Locations come from peers, and name whatever address a peer would like to have dialled
	// from here. DialPolicy may be called from several goroutines.
	DialPolicy func(netip.AddrPort) error
}

// Netlayer dials and accepts streams over TCP. New returns it.
type Netlayer struct {
	// Immutable after New.
	location locator.Peer
	listener *netlayer.StreamListener
	framing  netlayer.Framing
	dialer   net.Dialer
}

// New returns a netlayer that listens already. Errors are about the options or come from listening.
func New(opts Options) (*Netlayer, error) {
	if opts.Framing != netlayer.Framed && opts.Framing != netlayer.Raw {
		return nil, fmt.Errorf("tcptesting: dialled conns cannot send in framing %v", opts.Framing)
	}
	nl := &Netlayer{framing: opts.Framing}
	nl.dialer.ControlContext = controlBy(opts.DialPolicy)
	if opts.DialOnly {
		nl.listener = netlayer.NewStreamListener(nil, netlayer.StreamOptions{})
		return nl, nil
	}
	if opts.Address == "" {
		opts.Address = "127.0.0.1:0"
	}
	var config net.ListenConfig
	l, err := config.Listen(context.Background(), "tcp", opts.Address)
	if err != nil {
		return nil, fmt.Errorf("tcptesting: %w", err)
	}
	nl.location, err = location(opts, l.Addr())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("tcptesting: %w", err), l.Close())
	}
	nl.listener = netlayer.NewStreamListener(l, netlayer.StreamOptions{Framing: netlayer.Detect})
	return nl, nil
}

// location returns what to publish for a listener on the address.
func location(opts Options, addr net.Addr) (locator.Peer, error) {
	if opts.Designator == "" {
		opts.Designator = randomDesignator()
	}
	listens, err := netip.ParseAddrPort(addr.String())
	if err != nil {
		return locator.Peer{}, err
	}
	if opts.Host == "" {
		if listens.Addr().IsUnspecified() {
			return locator.Peer{}, fmt.Errorf("%v is the address of all interfaces: a host to publish is necessary", listens.Addr())
		}
		opts.Host = listens.Addr().String()
	}
	if opts.Port == "" {
		opts.Port = strconv.Itoa(int(listens.Port()))
	}
	return locator.NewPeer(Transport, opts.Designator, map[string]string{hintHost: opts.Host, hintPort: opts.Port})
}

// randomDesignator returns a designator that no other peer has.
func randomDesignator() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// controlBy gives the last word before a socket connects to the policy of the dial's context, and to the one given, which may be nil.
func controlBy(policy func(netip.AddrPort) error) func(ctx context.Context, network, address string, c syscall.RawConn) error {
	return func(ctx context.Context, _, address string, _ syscall.RawConn) error {
		if err := netlayer.CheckAddress(ctx, address); err != nil || policy == nil {
			return err
		}
		addr, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		return policy(addr)
	}
}

// Transport returns "tcp-testing-only".
func (nl *Netlayer) Transport() string { return Transport }

// Location returns the designator, with the host and port to dial; zero with Options.DialOnly.
func (nl *Netlayer) Location() locator.Peer { return nl.location }

// Dial connects to the host and port of the peer: see netlayer.Netlayer. A host with several addresses is tried at each of
// them.
func (nl *Netlayer) Dial(ctx context.Context, peer locator.Peer) (netlayer.Conn, error) {
	address, err := addressOf(peer)
	if err != nil {
		return nil, &netlayer.DialError{Peer: peer, Err: fmt.Errorf("%w: %w", netlayer.ErrLocation, err)}
	}
	c, err := nl.dialer.DialContext(ctx, "tcp", address)
	if errors.Is(err, syscall.ECONNREFUSED) {
		err = fmt.Errorf("%w: %w", netlayer.ErrRefused, err)
	}
	if err != nil {
		return nil, &netlayer.DialError{Peer: peer, Err: err}
	}
	return netlayer.NewStream(c, netlayer.StreamOptions{Framing: nl.framing}), nil
}

// addressOf returns where to dial the peer, as host:port.
func addressOf(peer locator.Peer) (string, error) {
	if peer.Transport != Transport {
		return "", fmt.Errorf("transport is not %s", Transport)
	}
	host, _ := peer.Hint(hintHost)
	if host == "" {
		return "", errors.New("no host")
	}
	hint, _ := peer.Hint(hintPort)
	port, err := strconv.ParseUint(hint, 10, 16)
	if err != nil || port == 0 {
		return "", fmt.Errorf("port %q is no number from 1 to 65535", hint)
	}
	return net.JoinHostPort(host, strconv.FormatUint(port, 10)), nil
}

// Accept returns the next conn: see netlayer.Netlayer.
func (nl *Netlayer) Accept() (netlayer.Conn, error) { return nl.listener.Accept() }

// Close stops listening: see netlayer.Netlayer.
func (nl *Netlayer) Close() error { return nl.listener.Close() }
