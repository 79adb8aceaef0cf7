package websocket

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"

	"github.com/coder/websocket"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
)

// Dial connects to the URL of the peer, and has it prove that it holds the key of its designator: see netlayer.Netlayer. It
// follows no redirection.
func (nl *Netlayer) Dial(ctx context.Context, peer locator.Peer) (netlayer.Conn, error) {
	u, key, err := target(peer)
	if err != nil {
		return nil, &netlayer.DialError{Peer: peer, Err: tcp.LocationError(err)}
	}
	ctx, cancel := context.WithTimeout(ctx, nl.opts.HandshakeTime)
	defer cancel()
	c, err := nl.dial(ctx, u, newChallenger(key, nl.opts.DialLegacy), peer.ID())
	if err != nil {
		return nil, &netlayer.DialError{Peer: peer, Err: err}
	}
	return c, nil
}

// target returns where to dial the peer, and the key that it is to prove.
func target(peer locator.Peer) (*url.URL, ed25519.PublicKey, error) {
	if peer.Transport != Transport {
		return nil, nil, fmt.Errorf("transport is not %s", Transport)
	}
	key, err := netlayer.ParseDesignator(peer.Designator)
	if err != nil {
		return nil, nil, err
	}
	u, err := parseURL(peer.Hints[hintURL])
	return u, key, err
}

// dial is Dial once it is clear where to.
func (nl *Netlayer) dial(ctx context.Context, u *url.URL, proof challenger, id locator.PeerID) (*conn, error) {
	s, err := nl.connect(ctx, u)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, s.abort)
	ws, err := request(ctx, s, u)
	if err == nil {
		err = proof.demand(ws)
	}
	if !stop() {
		err = ctx.Err()
	}
	if err == nil {
		return start(ws, s, id, nl.opts), nil
	}
	s.abort()
	if ws != nil {
		_ = ws.CloseNow()
	}
	return nil, err
}

// connect connects to where the URL is, and encrypts the conn if the URL says so.
func (nl *Netlayer) connect(ctx context.Context, u *url.URL) (*socket, error) {
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "wss":
		port = "443"
	default:
		port = "80"
	}
	c, err := nl.opts.Dial(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return nil, tcp.ConnectError(err)
	}
	if u.Scheme != "wss" {
		return newSocket(c), nil
	}
	config := nl.opts.TLSConfig.Clone()
	if config == nil {
		config = new(tls.Config)
	}
	if config.ServerName == "" {
		config.ServerName = u.Hostname()
	}
	config.NextProtos = []string{"http/1.1"}
	secure := tls.Client(c, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = c.Close()
		return nil, err
	}
	return newSocket(secure), nil
}

// request asks for a websocket. It blocks until there is one, or the socket is closed.
func request(ctx context.Context, s *socket, u *url.URL) (*websocket.Conn, error) {
	ws, _, err := websocket.Dial(ctx, u.String(), &websocket.DialOptions{
		HTTPClient:     &http.Client{Transport: exchange{s}},
		OnPingReceived: func(context.Context, []byte) bool { return s.allowPong() },
	})
	var failed *url.Error
	if errors.As(err, &failed) { // which says what is asked for, and that is in the location
		err = failed.Err
	}
	return ws, err
}

// exchange is an http.RoundTripper that writes one request to its socket, and reads a response that begins a websocket.
type exchange struct{ socket *socket }

// RoundTrip returns the response. Its body is what comes after it, and writes to the socket. Any other response is an error,
// and nothing of its body is read.
func (e exchange) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Write(e.socket); err != nil {
		return nil, err
	}
	header := &io.LimitedReader{R: e.socket, N: maxHeader}
	buffered := bufio.NewReaderSize(header, readBuffer)
	response, err := http.ReadResponse(buffered, r)
	if err != nil {
		return nil, fmt.Errorf("no websocket: %w", err)
	}
	if response.StatusCode != http.StatusSwitchingProtocols {
		return nil, fmt.Errorf("%w: no websocket, but HTTP status %d", netlayer.ErrRefused, response.StatusCode)
	}
	header.N = math.MaxInt64
	response.Body = upgraded{buffered, e.socket}
	return response, nil
}

// upgraded is a socket of which the beginning may have been read.
type upgraded struct {
	*bufio.Reader
	socket *socket
}

func (u upgraded) Write(p []byte) (int, error) { return u.socket.Write(p) }
func (u upgraded) Close() error                { return u.socket.Close() }

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
