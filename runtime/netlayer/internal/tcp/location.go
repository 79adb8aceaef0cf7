package tcp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// The hints of a location.
const (
	HintHost = "host" // a name or an address; necessary
	HintPort = "port" // a number from 1 to 65535, in decimal digits
)

// Listen listens on an address of the form host:port.
func Listen(address string) (net.Listener, error) {
	config := net.ListenConfig{KeepAliveConfig: netlayer.KeepAlive()}
	return config.Listen(context.Background(), "tcp", address)
}

// ListenAt listens on the address, and returns the hints for it: see Hints.
func ListenAt(address, host, port string) (l net.Listener, hints map[string]string, err error) {
	if l, err = Listen(address); err != nil {
		return nil, nil, err
	}
	if hints, err = Hints(l.Addr(), host, port); err != nil {
		return nil, nil, errors.Join(err, l.Close())
	}
	return l, hints, nil
}

// Hints returns what to publish for a listener on the address: the host and the port, each in place of the one of the address if it is
// not empty. The host is necessary for the address of all interfaces, which nobody can dial.
func Hints(addr net.Addr, host, port string) (map[string]string, error) {
	listens, err := netip.ParseAddrPort(addr.String())
	if err != nil {
		return nil, err
	}
	if host == "" {
		if listens.Addr().IsUnspecified() {
			return nil, fmt.Errorf("%v is the address of all interfaces: a host to publish is necessary", listens.Addr())
		}
		host = listens.Addr().String()
	}
	if port == "" {
		port = strconv.Itoa(int(listens.Port()))
	}
	return map[string]string{HintHost: host, HintPort: port}, nil
}

// Address returns where the hints of a location lead, as host:port. Without a hint for the port, it is the given one, which may be
// empty for none.
func Address(peer locator.Peer, port string) (string, error) {
	host, _ := peer.Hint(HintHost)
	if host == "" {
		return "", errors.New("no host")
	}
	if hint, ok := peer.Hint(HintPort); ok {
		port = hint
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 {
		return "", fmt.Errorf("port %q is no number from 1 to 65535", port)
	}
	return net.JoinHostPort(host, strconv.FormatUint(number, 10)), nil
}

// LocationError returns the error about a location, which wraps netlayer.ErrLocation.
func LocationError(err error) error {
	if errors.Is(err, netlayer.ErrLocation) {
		return err
	}
	return fmt.Errorf("%w: %w", netlayer.ErrLocation, err)
}
