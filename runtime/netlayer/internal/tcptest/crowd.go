package tcptest

import (
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// Sourced is a netlayer that bounds what comes from one source.
type Sourced interface {
	netlayer.Netlayer
	netlayer.Refuser
}

// Crowd checks that what one source has open is bounded, whatever it does with it, that connections beyond that are closed and counted,
// that others get through meanwhile, and that the source does when it has closed one. The function returns a pair of which the second
// counts connections of this machine, too.
func Crowd(t *testing.T, newPair func(t *testing.T, limits netlayer.SourceLimits) Pair) {
	t.Helper()
	const conns = 5
	p := newPair(t, netlayer.SourceLimits{Conns: conns, Rate: -1, Loopback: true})
	target := p[1].(Sourced)
	hangUp(t, target)
	dial := crowdTo(t, target)
	var open []net.Conn
	for range conns {
		open = append(open, dial())
	}
	for range 20 { // if one of those before was refused, one of these is not
		expectRefused(t, dial())
	}
	if got := target.Refused(); got.Source != 20 {
		t.Fatalf("refused: %+v, want 20 for their source", got)
	}
	for range 3 * conns { // which are closed, and so never too many
		visit(t, p[0], target)
	}
	_ = open[0].Close()
	refused := target.Refused().Source
	for end := time.Now().Add(Patience); ; {
		dial()
		visit(t, p[0], target) // comes later, so that it is decided about the other by then
		got := target.Refused().Source
		if got == refused {
			return
		}
		refused = got
		if time.Now().After(end) {
			t.Fatal("the place of a connection that was closed is not free")
		}
	}
}

// hangUp accepts what comes, and closes it after the first message.
func hangUp(t *testing.T, target Sourced) {
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := target.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				_, _ = c.Receive(nil)
				_ = c.Close()
			})
		}
	})
	t.Cleanup(func() {
		_ = target.Close()
		serving.Wait()
	})
}

// crowdTo returns a function that connects to the target from another address of this machine than honest peers have. It returns nil if
// the target has closed the connection at once.
func crowdTo(t *testing.T, target Sourced) func() net.Conn {
	t.Helper()
	w, err := wireTo(target.Location())
	if err != nil {
		t.Fatal(err)
	}
	crowd := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	return func() net.Conn {
		c, err := crowd.DialContext(t.Context(), w.network, w.address)
		switch {
		case errors.Is(err, syscall.ECONNRESET):
			return nil
		case err != nil:
			t.Skipf("this system has no other address for itself: %v", err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
}

// expectRefused waits until the target has closed the connection.
func expectRefused(t *testing.T, c net.Conn) {
	t.Helper()
	if c == nil {
		return
	}
	_ = c.SetReadDeadline(time.Now().Add(Patience))
	if _, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("a connection too many is not closed: %v", err)
	}
}

// visit connects, sends a message, and waits until the target hangs up.
func visit(t *testing.T, from, target netlayer.Netlayer) {
	t.Helper()
	c, err := from.Dial(t.Context(), target.Location())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Send(records(1, 10)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Receive(nil); err == nil {
		t.Fatal("a message")
	}
	_ = c.Close()
}
