package tcptest

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
)

// Listen returns a location at which a peer of the designator is said to be, and at which handle gets the connections, one after the
// other. They are closed with the test.
func Listen(t testing.TB, transport, designator string, handle func(net.Conn)) locator.Peer {
	t.Helper()
	l, hints, err := tcp.ListenAt("127.0.0.1:0", "", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			defer c.Close()
			handle(c)
		}
	}()
	peer, err := locator.NewPeer(transport, designator, hints)
	if err != nil {
		t.Fatal(err)
	}
	return peer
}

// Dial connects to where the location is, without a handshake. The connection is closed with the test.
func Dial(t testing.TB, at locator.Peer) net.Conn {
	t.Helper()
	address, err := tcp.Address(at, "")
	if err != nil {
		t.Fatal(err)
	}
	c, err := tcp.Connect(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// Wires returns two ends of a connection, which are closed with the test.
func Wires(t testing.TB) (near, far *net.TCPConn) {
	t.Helper()
	l, err := tcp.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dialled, err := tcp.Connect(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = dialled.Close(), accepted.Close() })
	return dialled.(*net.TCPConn), accepted.(*net.TCPConn)
}

// ExpectDialError dials, which is to fail for the reasons, of which a nil one is any, and not to take long. It returns the error.
func ExpectDialError(t testing.TB, nl netlayer.Netlayer, peer locator.Peer, reasons ...error) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	start := time.Now()
	c, err := nl.Dial(ctx, peer)
	if err == nil {
		_ = c.Close()
		t.Fatal("dialled")
	}
	var dialError *netlayer.DialError
	if !errors.As(err, &dialError) || !dialError.Peer.Equal(peer) {
		t.Errorf("Dial: %v, want a *DialError about the peer", err)
	}
	for _, reason := range reasons {
		if reason != nil && !errors.Is(err, reason) {
			t.Errorf("Dial: %v, want an error that wraps %v", err, reason)
		}
	}
	if took := time.Since(start); took > Patience/2 {
		t.Errorf("Dial took %v", took)
	}
	return err
}
