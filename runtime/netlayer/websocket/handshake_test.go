package websocket_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

// A thousand conns that get nowhere, of four kinds, are in nobody's way, and go.
func TestHalfOpen(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	nl := open(t, websocket.Options{Address: here, Handshakes: 50, HandshakeTime: time.Second})
	before := tcptest.OpenDescriptors()
	var conns []net.Conn
	defer func() {
		for _, c := range conns {
			_ = c.Close()
		}
	}()
	honest := open(t, websocket.Options{})
	for i := range 1000 {
		c, err := net.Dial("tcp", strings.TrimPrefix(urlOf(t, nl), "ws://"))
		if err != nil {
			t.Fatal(err)
		}
		conns = append(conns, c)
		said := ""
		switch i % 4 {
		case 1:
			said = upgradeRequest
		case 2:
			said = upgradeRequest + "\r\n"
		case 3:
			said = upgradeRequest + "\r\n" + string(binaryFrame(aChallenge)[:20])
		}
		_, _ = io.WriteString(c, said) // it may be too late already
		if i%100 == 99 {
			connect(t, honest, nl)
		}
	}
	// Ours are 1,000; theirs and those of the 20 honest ends are far fewer.
	if got := tcptest.OpenDescriptors() - before - len(conns); got > 50+20+20 {
		t.Errorf("%d descriptors for what gets nowhere", got)
	}
	for _, c := range conns {
		_ = c.SetReadDeadline(time.Now().Add(tcptest.Patience))
		if _, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("a conn is still open: %v", err)
		}
	}
	connect(t, honest, nl)
}

// Conns that nobody accepts are bounded, too, and the oldest goes.
func TestUnaccepted(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	nl := open(t, websocket.Options{Address: here, Handshakes: 3})
	a := open(t, websocket.Options{})
	var dialled []netlayer.Conn
	for range 5 {
		conn, err := a.Dial(t.Context(), nl.Location())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		dialled = append(dialled, conn)
	}
	for _, conn := range dialled[:2] {
		if err := receiveEnd(t, conn); err == nil {
			t.Error("Receive on a conn that had to go: no error")
		}
	}
	left := map[string]bool{"2": true, "3": true, "4": true}
	for i, conn := range dialled[2:] {
		if err := conn.Send([][]byte{fmt.Appendf(nil, "%d", i+2)}); err != nil {
			t.Error(err)
		}
	}
	for range 3 {
		msgs, err := accept(t, nl).Receive(nil)
		if err != nil || !left[string(msgs[0])] {
			t.Fatalf("accepted %q, %v, want one of %v", msgs, err, left)
		}
		delete(left, string(msgs[0]))
	}
}

// Close ends what is on its way to be accepted, on the server of another as well.
func TestCloseEndsHandshakes(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	nl := open(t, websocket.Options{Address: here, HandshakeTime: time.Hour})
	server := httptest.NewServer(nl)
	t.Cleanup(server.Close)
	var conns []net.Conn
	for _, address := range []string{strings.TrimPrefix(urlOf(t, nl), "ws://"), strings.TrimPrefix(server.URL, "http://")} {
		for _, said := range []string{upgradeRequest + "\r\n", upgradeRequest + "\r\n" + string(binaryFrame(aChallenge))} {
			c, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = c.Close() })
			if _, err := io.WriteString(c, said); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Read(make([]byte, 1)); err != nil { // it is a websocket
				t.Fatal(err)
			}
			conns = append(conns, c)
		}
	}
	if err := nl.Close(); err != nil {
		t.Error(err)
	}
	for _, c := range conns {
		_ = c.SetReadDeadline(time.Now().Add(tcptest.Patience))
		if _, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error("a conn is still open")
		}
	}
}
