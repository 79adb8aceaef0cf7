package websocket_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	library "github.com/coder/websocket"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

// keyOf returns a key that depends on the name.
func keyOf(name byte) handoff.KeyPair { return handoff.KeyPairFromSeed([32]byte{name}) }

// locationOf returns the location of the holder of the key at the URL.
func locationOf(key handoff.KeyPair, url string) locator.Peer {
	public := key.Public()
	return locator.Peer{
		Transport: websocket.Transport, Designator: netlayer.Designator(public[:]), Hints: locator.Hints{"url": url},
	}
}

// acceptor answers one challenge, somehow.
type acceptor func(ctx context.Context, ws *library.Conn, challenge []byte) error

// serveAcceptor returns the URL of a server of acceptors, which lives as long as the test.
func serveAcceptor(t *testing.T, a acceptor) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := library.Accept(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer ws.CloseNow()
		ctx, cancel := context.WithTimeout(context.Background(), tcptest.Patience)
		defer cancel()
		_, challenge, err := ws.Read(ctx)
		if err != nil {
			t.Error(err)
			return
		}
		if err := a(ctx, ws, challenge); err != nil {
			return
		}
		// Nothing may come after an answer that is no proof.
		if _, msg, err := ws.Read(ctx); err == nil {
			t.Errorf("the dialler goes on: %q", msg)
		}
	}))
	t.Cleanup(server.Close)
	return "ws" + strings.TrimPrefix(server.URL, "http")
}

// answering returns an acceptor that sends one message.
func answering(kind library.MessageType, f func(challenge []byte) []byte) acceptor {
	return func(ctx context.Context, ws *library.Conn, challenge []byte) error {
		return ws.Write(ctx, kind, f(challenge))
	}
}

// envelope returns the challenge signed by the key.
func envelope(key handoff.KeyPair, challenge []byte) []byte {
	return handoff.SignEnvelope(key, challenge).AppendSyrup(nil)
}

func TestNoProof(t *testing.T) {
	right, wrong := keyOf('a'), keyOf('b')
	var recorded []byte // of an earlier handshake, which was good
	honest := serveAcceptor(t, func(ctx context.Context, ws *library.Conn, challenge []byte) error {
		recorded = envelope(right, challenge)
		_ = ws.Write(ctx, library.MessageBinary, recorded)
		_, _, err := ws.Read(ctx)
		return err
	})
	nl := open(t, websocket.Options{})
	conn, err := nl.Dial(t.Context(), locationOf(right, honest))
	if err != nil {
		t.Fatal(err)
	}
	if got := conn.Proved(); got != locationOf(right, honest).ID() {
		t.Errorf("Proved: %v, want the peer that was dialled", got)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	const binary = library.MessageBinary
	for name, a := range map[string]acceptor{
		"wrong key":    answering(binary, func(c []byte) []byte { return envelope(wrong, c) }),
		"replayed":     answering(binary, func([]byte) []byte { return recorded }),
		"another echo": answering(binary, func(c []byte) []byte { return envelope(right, append(bytes.Clone(c[:len(c)-2]), "x>"...)) }),
		"other bytes": answering(binary, func(c []byte) []byte {
			return handoff.Envelope{Object: c, Signature: right.Sign(c[20:52])}.AppendSyrup(nil)
		}),
		"no signature":  answering(binary, func(c []byte) []byte { return handoff.Envelope{Object: c}.AppendSyrup(nil) }),
		"bare":          answering(binary, func(c []byte) []byte { return right.Sign(c).AppendSyrup(nil) }),
		"reflected":     answering(binary, func(c []byte) []byte { return c }),
		"empty":         answering(binary, func([]byte) []byte { return nil }),
		"text":          answering(library.MessageText, func(c []byte) []byte { return envelope(right, c) }),
		"something too": answering(binary, func(c []byte) []byte { return append(envelope(right, c), '<') }),
		"garbage":       answering(binary, func([]byte) []byte { return []byte("hello") }),
	} {
		t.Run(name, func(t *testing.T) {
			tcptest.ExpectNoLeaks(t)
			tcptest.ExpectDialError(t, nl, locationOf(right, serveAcceptor(t, a)), netlayer.ErrIdentity)
		})
	}
}

// A designator that is the key for which one signature fits everything is not a peer, even to who has that signature.
func TestDesignatorOfSmallOrder(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	public := make(ed25519.PublicKey, ed25519.PublicKeySize)
	public[0] = 1
	url := serveAcceptor(t, answering(library.MessageBinary, func(c []byte) []byte {
		return handoff.Envelope{Object: c, Signature: handoff.Signature{0: 1}}.AppendSyrup(nil)
	}))
	peer := locator.Peer{Transport: websocket.Transport, Designator: netlayer.Designator(public), Hints: locator.Hints{"url": url}}
	tcptest.ExpectDialError(t, open(t, websocket.Options{}), peer, netlayer.ErrIdentity)
}

func TestAcceptorsThatTakeTheirTime(t *testing.T) {
	right := keyOf('a')
	nl := open(t, websocket.Options{HandshakeTime: 300 * time.Millisecond})
	for name, a := range map[string]acceptor{
		"never answers": func(ctx context.Context, ws *library.Conn, _ []byte) error {
			_, _, err := ws.Read(ctx)
			return err
		},
		"pings only": func(ctx context.Context, ws *library.Conn, _ []byte) error {
			ws.CloseRead(ctx)
			for ws.Ping(ctx) == nil {
			}
			return io.EOF
		},
		"never ends its answer": func(ctx context.Context, ws *library.Conn, c []byte) error {
			w, err := ws.Writer(ctx, library.MessageBinary)
			if err != nil {
				return err
			}
			if _, err = w.Write(envelope(right, c)[:100]); err != nil {
				return err
			}
			_, _, err = ws.Read(ctx)
			return err
		},
		"answers byte by byte": func(ctx context.Context, ws *library.Conn, c []byte) error {
			w, err := ws.Writer(ctx, library.MessageBinary)
			if err != nil {
				return err
			}
			for _, b := range envelope(right, c) {
				if _, err := w.Write([]byte{b}); err != nil {
					return err
				}
				<-time.After(5 * time.Millisecond)
			}
			return w.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			tcptest.ExpectNoLeaks(t)
			tcptest.ExpectDialError(t, nl, locationOf(right, serveAcceptor(t, a)), context.DeadlineExceeded)
		})
	}
}

func TestLongAnswers(t *testing.T) {
	right := keyOf('a')
	nl := open(t, websocket.Options{})
	for name, a := range map[string]acceptor{
		"a mebibyte": answering(library.MessageBinary, func([]byte) []byte { return bytes.Repeat([]byte("<"), 1<<20) }),
		"a long envelope": answering(library.MessageBinary, func(c []byte) []byte {
			return append(envelope(right, c), make([]byte, 5000)...)
		}),
		"in endless parts": func(ctx context.Context, ws *library.Conn, _ []byte) error {
			w, err := ws.Writer(ctx, library.MessageBinary)
			for err == nil {
				_, err = w.Write([]byte("<"))
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			tcptest.ExpectNoLeaks(t)
			tcptest.ExpectDialError(t, nl, locationOf(right, serveAcceptor(t, a)), nil)
		})
	}
}

// rawServer returns the URL of a server that does something with each conn, which it is closed after.
func rawServer(t *testing.T, do func(c net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", here)
	if err != nil {
		t.Fatal(err)
	}
	var open []net.Conn // the loop's, then the cleanup's
	over := make(chan struct{})
	go func() {
		defer close(over)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open = append(open, c)
			go func() {
				defer c.Close()
				do(c)
			}()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-over
		for _, c := range open {
			_ = c.Close()
		}
	})
	return "ws://" + l.Addr().String()
}

// say returns what writes a text, reads until there is no more, and does not wait for anything.
func say(text string) func(net.Conn) {
	return func(c net.Conn) {
		go func() { _, _ = io.WriteString(c, text) }()
		_, _ = io.Copy(io.Discard, c)
	}
}

// What is no websocket does not get the challenge, and is refused.
func TestNoWebsocket(t *testing.T) {
	nl := open(t, websocket.Options{HandshakeTime: 500 * time.Millisecond})
	const upgrade = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
	for _, test := range []struct {
		name   string
		do     func(net.Conn)
		reason error
	}{
		{"plain HTTP", say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"), netlayer.ErrRefused},
		{"not found", say("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), netlayer.ErrRefused},
		{"bad gateway", say("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 1000000000\r\n\r\nmuch"), nil},
		{"a mebibyte of garbage", say(strings.Repeat("garbage\n", 1<<17)), nil},
		{"a mebibyte of one line", say(strings.Repeat("HTTP/1.1", 1<<17)), nil},
		{"endless hints", func(c net.Conn) {
			for {
				if _, err := io.WriteString(c, "HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n"); err != nil {
					return
				}
			}
		}, nil},
		{"another key", say(upgrade + "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n"), nil},
		{"no key", say(upgrade + "\r\n"), nil},
		{"nothing", say(""), context.DeadlineExceeded},
		{"closed at once", func(net.Conn) {}, nil},
		{"byte by byte", func(c net.Conn) {
			for _, b := range []byte(upgrade) {
				if _, err := c.Write([]byte{b}); err != nil {
					return
				}
				<-time.After(20 * time.Millisecond)
			}
		}, context.DeadlineExceeded},
	} {
		t.Run(test.name, func(t *testing.T) {
			tcptest.ExpectNoLeaks(t)
			tcptest.ExpectDialError(t, nl, locationOf(keyOf('a'), rawServer(t, test.do)), test.reason)
		})
	}
}

// Of a response that is longer than any, the end is not waited for.
func TestLongResponse(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	long := "HTTP/1.1 404 Not Found\r\n" + strings.Repeat("Header: value\r\n", 1<<16) + "\r\n"
	peer := locationOf(keyOf('a'), rawServer(t, say(long)))
	_, err := open(t, websocket.Options{}).Dial(t.Context(), peer)
	if err == nil || errors.Is(err, netlayer.ErrRefused) {
		t.Errorf("Dial: %v, want an error that is not the 404 at the end", err)
	}
}

// A redirection leads nowhere: what is behind it is another address, which nobody has decided on.
func TestNoRedirection(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	right := keyOf('a')
	target := serveAcceptor(t, answering(library.MessageBinary, func(c []byte) []byte {
		t.Error("the redirection was followed")
		return envelope(right, c)
	}))
	for _, status := range []int{301, 302, 303, 307, 308} {
		url := rawServer(t, say(fmt.Sprintf("HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", status, target)))
		tcptest.ExpectDialError(t, open(t, websocket.Options{}), locationOf(right, url), netlayer.ErrRefused)
	}
}

// A compression that nobody has asked for is not agreed on.
func TestNoExtension(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if offered := r.Header.Get("Sec-WebSocket-Extensions"); offered != "" {
			t.Errorf("the dialler offers %q", offered)
		}
		w.Header().Set("Sec-WebSocket-Extensions", "permessage-deflate")
		ws, err := library.Accept(w, r, nil)
		if err == nil {
			_ = ws.CloseNow()
		}
	}))
	defer server.Close()
	tcptest.ExpectDialError(t, open(t, websocket.Options{}), locationOf(keyOf('a'), "ws"+strings.TrimPrefix(server.URL, "http")), nil)
}
