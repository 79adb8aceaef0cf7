package websocket

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/coder/websocket"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
)

// serve makes a server of the netlayer on the listener. Its goroutine ends with Close.
func (nl *Netlayer) serve(l net.Listener) {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	nl.server = &http.Server{
		Handler:                      nl,
		DisableGeneralOptionsHandler: true,
		Protocols:                    protocols,
		ReadTimeout:                  nl.opts.HandshakeTime,
		WriteTimeout:                 nl.opts.HandshakeTime,
		IdleTimeout:                  nl.opts.HandshakeTime,
		MaxHeaderBytes:               maxHeader,
		ErrorLog:                     slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug), // it is about strangers
	}
	accept := tcp.NewListener(l, tcp.NewSources(nl.opts.Sources, nl.refusals), nl.closed).Accept
	go func() {
		defer close(nl.served)
		_ = nl.server.Serve(handshakeListener{l, accept, nl.handshakes})
	}()
}

// ServeHTTP makes a conn of a request for a websocket, which Accept returns, and refuses any other. It is what a server runs
// that serves other things as well; the pattern at which it is mounted is the path of Options.URL. It returns when the conn
// was accepted, or is over. The limits on requests are those of the server; once there is a websocket, those of Options hold.
func (nl *Netlayer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	up := &upgrade{ResponseWriter: w, all: nl.handshakes}
	switch {
	case nl.isClosed():
		up.WriteHeader(http.StatusServiceUnavailable)
		return
	case !nl.origins.allow(r.Header.Values("Origin")):
		up.WriteHeader(http.StatusForbidden)
		return
	}
	ws, err := websocket.Accept(up, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // the origin is checked already
		OnPingReceived:     func(context.Context, []byte) bool { return up.socket.allowPong() },
	})
	if err != nil {
		return // and the request is answered
	}
	timer := time.AfterFunc(time.Until(up.handshake.begun.Add(nl.opts.HandshakeTime)), up.socket.abort)
	err = nl.prove(ws)
	if !timer.Stop() || err != nil {
		up.socket.abort()
		_ = ws.CloseNow()
		return
	}
	c := start(ws, up.socket, locator.PeerID{}, nl.opts)
	select {
	case nl.accepted <- incoming{c, up.handshake}:
	case <-c.ended:
	case <-nl.closed:
		_ = c.Close()
	}
}

// prove answers the challenge of the dialler. It blocks until there is one, or the websocket is closed.
func (nl *Netlayer) prove(ws *websocket.Conn) error {
	ws.SetReadLimit(maxChallenge)
	kind, challenge, err := ws.Read(context.Background())
	switch {
	case err != nil:
		return err
	case kind != websocket.MessageBinary:
		return errText
	}
	proof, err := answer(nl.key, challenge, nl.opts.AcceptLegacy)
	if err != nil {
		return err
	}
	return ws.Write(context.Background(), websocket.MessageBinary, proof)
}

// upgrade is the response to a request that may become a websocket. If it does, what the library gets is a socket; if not,
// the response says so and no more: why is nobody's business.
type upgrade struct {
	http.ResponseWriter
	all *tcp.Handshakes

	// Set by Hijack.
	handshake *handshake
	socket    *socket
}

// WriteHeader begins the response. If it refuses, it is the last on its conn.
func (u *upgrade) WriteHeader(status int) {
	if status != http.StatusSwitchingProtocols {
		h := u.Header()
		h.Set("Content-Length", "0")
		h.Del("Content-Type")
		h["Connection"] = []string{"close"}
		if h.Get("Upgrade") != "" {
			h["Connection"] = []string{"close", "upgrade"} // not in one: the server looks for the first by itself
		}
	}
	u.ResponseWriter.WriteHeader(status)
}

// Write drops what the library says about the request.
func (u *upgrade) Write(p []byte) (int, error) { return len(p), nil }

// Hijack returns the conn below, with what was read from it already.
func (u *upgrade) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c, rw, err := http.NewResponseController(u.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	var ok bool
	if u.handshake, ok = c.(*handshake); !ok || u.handshake.all != u.all {
		u.handshake = begin(u.all, c, func() {}) // the server is another's
	}
	u.socket = newSocket(u.handshake)
	early, err := rw.Reader.Peek(rw.Reader.Buffered())
	if err != nil {
		return nil, nil, errors.Join(err, u.socket.Close())
	}
	r := bufio.NewReaderSize(io.MultiReader(bytes.NewReader(early), u.socket), max(readBuffer, len(early)))
	if _, err := r.Peek(len(early)); err != nil {
		return nil, nil, errors.Join(err, u.socket.Close())
	}
	return u.socket, bufio.NewReadWriter(r, bufio.NewWriter(u.socket)), nil
}
