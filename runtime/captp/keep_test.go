package captp_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// A server is closed and started again with its designator, port and swiss number. Its client finds it each time, and is not taken in
// by another peer that has the port meanwhile.
func TestKeepOverTCP(t *testing.T) {
	const restarts = 5
	address := freeAddress(t)
	swiss := locator.NewSwissNumber([]byte("1234"))
	serve := func(designator string, n int64) *captp.Vat {
		nl, err := tcptesting.New(tcptesting.Options{Address: address, Designator: designator})
		if err != nil {
			t.Fatal(err)
		}
		v, err := captp.New(captp.WithNetlayer(nl))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { v.Close() })
		if _, err := captp.PublishAs(v, swiss, object(v, map[string]method{
			"number": func(context.Context, []any) (any, error) { return n, nil },
		})); err != nil {
			t.Fatal(err)
		}
		return v
	}
	number := int64(1)
	server := serve("server", number)
	ref := server.SturdyRefs(swiss)[0]
	client := tcpVat(t, tcptesting.Options{DialOnly: true})
	strangers, met := 0, int64(0)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for r, err := range captp.Keep[anyRef](ctx, client, ref, captp.KeepBackoff(20*time.Millisecond, 100*time.Millisecond)) {
		switch {
		case err == nil:
			if got := invoke(t, r.Ref, "number"); got != number {
				t.Errorf("got %v, want %d", got, number)
			}
			met++
			server.Close()
			if number++; number > restarts {
				cancel()
			} else if number%2 == 0 {
				server = serve("stranger", -1)
			} else {
				server = serve("server", number)
			}
		case strings.Contains(err.Error(), "the location is not the one that was dialled"):
			if strangers++; strangers%2 == 0 {
				server.Close()
				server = serve("server", number)
			}
		default:
			var (
				lost *captp.SessionError
				dial *captp.DialError
			)
			if !errors.As(err, &lost) && !errors.As(err, &dial) {
				t.Errorf("got error %v", err)
			}
		}
	}
	if met != restarts || strangers < 4 {
		t.Errorf("met %d times, %d strangers", met, strangers)
	}
	if err := ctx.Err(); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// freeAddress returns an address that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// A peer that takes a connection and says nothing is tried again and again, not waited for.
func TestKeepSilentPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	peer, err := locator.NewPeer(tcptesting.Transport, "silent", map[string]string{"host": host, "port": port})
	if err != nil {
		t.Fatal(err)
	}
	client := tcpVat(t, tcptesting.Options{DialOnly: true}, captp.WithLimits(captp.Limits{HandshakeTime: 30 * time.Millisecond}))
	n := 0
	for _, err := range captp.Keep[anyRef](t.Context(), client, locator.SturdyRef{Peer: peer, Swiss: locator.NewSwissNumber([]byte("x"))},
		captp.KeepBackoff(time.Millisecond, 2*time.Millisecond)) {
		if err == nil || !strings.Contains(err.Error(), "the session was not set up in time") {
			t.Errorf("got error %v", err)
		}
		if n++; n == 3 {
			break
		}
	}
}
