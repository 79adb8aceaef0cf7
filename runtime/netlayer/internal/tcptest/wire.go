package tcptest

import (
	"context"
	"crypto/rand"
	"net"
	"net/url"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
)

// A wire is how a peer is reached, and how a relay to it is.
type wire struct {
	network, address string                       // of the peer
	relay            string                       // the address of the relay, in the same network
	hints            func(net.Addr) locator.Hints // that lead to the relay
}

// wireTo returns the wire to the peer.
func wireTo(to locator.Peer) (wire, error) {
	if path, ok := to.Hint("path"); ok {
		return wire{"unix", path, path + "-" + rand.Text()[:6], func(at net.Addr) locator.Hints { return locator.Hints{"path": at.String()} }}, nil
	}
	if text, ok := to.Hint("url"); ok {
		u, err := url.Parse(text)
		if err != nil {
			return wire{}, err
		}
		return wire{"tcp", u.Host, "127.0.0.1:0", func(at net.Addr) locator.Hints {
			through := *u
			through.Host = at.String()
			return locator.Hints{"url": through.String()}
		}}, nil
	}
	address, err := tcp.Address(to, "")
	return wire{"tcp", address, "127.0.0.1:0", func(at net.Addr) locator.Hints {
		host, port, _ := net.SplitHostPort(at.String())
		return locator.Hints{tcp.HintHost: host, tcp.HintPort: port}
	}}, err
}

// listen listens where the relay is.
func (w wire) listen(ctx context.Context) (net.Listener, error) {
	var config net.ListenConfig
	return config.Listen(ctx, w.network, w.relay)
}
