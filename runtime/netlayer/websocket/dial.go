package websocket

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"

	"github.com/coder/websocket"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// Dial connects to the URL of the peer, and has it prove that it holds the key of its designator: see netlayer.Netlayer. It
// follows no redirection.
func (nl *Netlayer) Dial(ctx context.Context, peer locator.Peer) (netlayer.Conn, error) {
	url, key, err := target(peer)
	if err != nil {
		return nil, &netlayer.DialError{Peer: peer, Err: fmt.Errorf("%w: %w", netlayer.ErrLocation, err)}
	}
	ctx, cancel := context.WithTimeout(ctx, nl.opts.HandshakeTime)
	defer cancel()
	c, err := nl.dial(ctx, url, newChallenger(key, nl.opts.DialLegacy), peer.ID())
	if err != nil {
		return nil, &netlayer.DialError{Peer: peer, Err: err}
	}
	return c, nil
}

// target returns where to dial the peer, and the key that it is to prove.
func target(peer locator.Peer) (string, ed25519.PublicKey, error) {
	if peer.Transport != Transport {
		return "", nil, fmt.Errorf("transport is not %s", Transport)
	}
	key, err := netlayer.ParseDesignator(peer.Designator)
	if err != nil {
		return "", nil, err
	}
	u, err := parseURL(peer.Hints[hintURL])
	if err != nil {
		return "", nil, err
	}
	return u.String(), key, nil
}

// dial is Dial once it is clear where to.
func (nl *Netlayer) dial(ctx context.Context, url string, proof challenger, id locator.PeerID) (*conn, error) {
	ws, s, err := nl.open(ctx, url)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, s.abort)
	err = proof.demand(ws)
	if !stop() {
		err = ctx.Err()
	}
	if err != nil {
		s.abort()
		_ = ws.CloseNow()
		return nil, err
	}
	return start(ws, s, id, nl.opts.Ping), nil
}

// open connects to the URL.
func (nl *Netlayer) open(ctx context.Context, url string) (*websocket.Conn, *socket, error) {
	var below *socket
	client := &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: nl.opts.Proxy,
			DialContext: func(_ context.Context, network, address string) (net.Conn, error) {
				c, err := dialTCP(ctx, network, address)
				if err != nil {
					return nil, err
				}
				below = newSocket(c)
				return below, nil
			},
			TLSClientConfig:        nl.opts.TLSConfig,
			TLSHandshakeTimeout:    nl.opts.HandshakeTime,
			DisableKeepAlives:      true,
			DisableCompression:     true,
			Protocols:              http1(),
			MaxResponseHeaderBytes: maxHeader,
		},
	}
	ws, response, err := websocket.Dial(ctx, url, &websocket.DialOptions{
		HTTPClient:     client,
		OnPingReceived: func(context.Context, []byte) bool { return below.allowPong() },
	})
	switch {
	case err == nil:
		return ws, below, nil
	case ctx.Err() != nil:
		return nil, nil, ctx.Err()
	case response != nil && response.StatusCode != http.StatusSwitchingProtocols:
		return nil, nil, fmt.Errorf("%w: no websocket but HTTP status %d", netlayer.ErrRefused, response.StatusCode)
	case errors.Is(err, syscall.ECONNREFUSED):
		return nil, nil, fmt.Errorf("%w: %w", netlayer.ErrRefused, err)
	default:
		return nil, nil, err
	}
}

// dialTCP connects to an address that the policy of ctx allows, if it has one.
func dialTCP(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{ControlContext: func(ctx context.Context, _, address string, _ syscall.RawConn) error {
		return netlayer.CheckAddress(ctx, address)
	}}
	return d.DialContext(ctx, network, address)
}

// demand has the acceptor prove who it is. It blocks until the acceptor has answered, or the websocket is closed.
func (c challenger) demand(ws *websocket.Conn) error {
	ws.SetReadLimit(maxAnswer)
	if err := ws.Write(context.Background(), websocket.MessageBinary, c.challenge); err != nil {
		return err
	}
	kind, answer, err := ws.Read(context.Background())
	switch {
	case err != nil:
		return err
	case kind != websocket.MessageBinary:
		return errAnswer
	}
	return c.check(answer)
}
