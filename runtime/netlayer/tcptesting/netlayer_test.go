package tcptesting_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// open returns a netlayer that is closed with the test.
func open(t testing.TB, opts tcptesting.Options) *tcptesting.Netlayer {
	t.Helper()
	nl, err := tcptesting.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nl.Close() })
	return nl
}

func TestConformance(t *testing.T) {
	for _, test := range []struct {
		name string
		a, b netlayer.Framing
	}{
		{"framed", netlayer.Framed, netlayer.Framed},
		{"raw", netlayer.Raw, netlayer.Raw},
		{"framed dials raw", netlayer.Framed, netlayer.Raw},
		{"raw dials framed", netlayer.Raw, netlayer.Framed},
	} {
		t.Run(test.name, func(t *testing.T) {
			netlayertest.Run(t, func(t *testing.T) (a, b netlayer.Netlayer) {
				return open(t, tcptesting.Options{Framing: test.a}), open(t, tcptesting.Options{Framing: test.b})
			})
		})
	}
}

// An address that nobody can dial is not published, and no other one is made up.
func TestAllInterfacesNeedAHost(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0"} {
		if nl, err := tcptesting.New(tcptesting.Options{Address: address}); err == nil {
			nl.Close()
			t.Errorf("%q: published as %v", address, nl.Location())
		}
	}
}

func TestLocation(t *testing.T) {
	for _, test := range []struct {
		name       string
		opts       tcptesting.Options
		host, port string // empty for those of the listener
	}{
		{"nothing set", tcptesting.Options{}, "127.0.0.1", ""},
		{"all interfaces", tcptesting.Options{Address: "0.0.0.0:0", Host: "192.0.2.1"}, "192.0.2.1", ""},
		{"advertised", tcptesting.Options{Host: "example.org", Port: "7"}, "example.org", "7"},
	} {
		t.Run(test.name, func(t *testing.T) {
			location := open(t, test.opts).Location()
			host, _ := location.Hint("host")
			port, _ := location.Hint("port")
			if host != test.host {
				t.Errorf("host: %q, want %q", host, test.host)
			}
			if test.port != "" && port != test.port || port == "" || port == "0" {
				t.Errorf("port: %q, want %q", port, test.port)
			}
			if len(location.Designator) != 26 || location.SameAs(open(t, tcptesting.Options{}).Location()) {
				t.Errorf("designator: %q, want 26 characters that nobody else has", location.Designator)
			}
		})
	}
	if got := open(t, tcptesting.Options{Designator: "me"}).Location().Designator; got != "me" {
		t.Errorf("designator: %q, want %q", got, "me")
	}
	if got := open(t, tcptesting.Options{DialOnly: true}).Location(); !got.IsZero() {
		t.Errorf("Location of a netlayer that only dials: %v", got)
	}
}

func TestNewRefuses(t *testing.T) {
	for name, opts := range map[string]tcptesting.Options{
		"framing":    {Framing: netlayer.Detect},
		"address":    {Address: "127.0.0.1:100000"},
		"designator": {Designator: "\xff"},
		"host":       {Host: "\xff"},
	} {
		if nl, err := tcptesting.New(opts); err == nil {
			_ = nl.Close()
			t.Errorf("%s: no error", name)
		}
	}
}

func TestDialRefuses(t *testing.T) {
	forbidden := errors.New("forbidden")
	var asked []netip.AddrPort
	nl := open(t, tcptesting.Options{DialOnly: true, DialPolicy: func(addr netip.AddrPort) error {
		asked = append(asked, addr)
		if addr.Port() == 7 {
			return forbidden
		}
		return nil
	}})
	gone := open(t, tcptesting.Options{})
	if err := gone.Close(); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		hints locator.Hints
		want  error
	}{
		{"no hints", nil, netlayer.ErrLocation},
		{"no host", locator.Hints{"port": "7000"}, netlayer.ErrLocation},
		{"empty host", locator.Hints{"host": "", "port": "7000"}, netlayer.ErrLocation},
		{"no port", locator.Hints{"host": "127.0.0.1"}, netlayer.ErrLocation},
		{"port 0", locator.Hints{"host": "127.0.0.1", "port": "0"}, netlayer.ErrLocation},
		{"port 65536", locator.Hints{"host": "127.0.0.1", "port": "65536"}, netlayer.ErrLocation},
		{"port with sign", locator.Hints{"host": "127.0.0.1", "port": "+80"}, netlayer.ErrLocation},
		{"port by name", locator.Hints{"host": "127.0.0.1", "port": "http"}, netlayer.ErrLocation},
		{"nobody listens", gone.Location().Hints, netlayer.ErrRefused},
		{"policy", locator.Hints{"host": "127.0.0.1", "port": "7"}, forbidden},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := nl.Dial(t.Context(), locator.Peer{Transport: tcptesting.Transport, Designator: "x", Hints: test.hints})
			var dialError *netlayer.DialError
			if !errors.As(err, &dialError) || !errors.Is(err, test.want) {
				t.Errorf("Dial: %v, want a *DialError that wraps %v", err, test.want)
			}
		})
	}
	if len(asked) != 2 {
		t.Errorf("policy was asked for %v, want the two that could be dialled", asked)
	}
}

// TestCancelledDial ends the context while the dial is under way.
func TestCancelledDial(t *testing.T) {
	waiting := make(chan struct{})
	released := make(chan struct{})
	nl := open(t, tcptesting.Options{DialOnly: true, DialPolicy: func(netip.AddrPort) error {
		close(waiting)
		<-released
		return nil
	}})
	other := open(t, tcptesting.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	dialled := make(chan error)
	go func() {
		_, err := nl.Dial(ctx, other.Location())
		dialled <- err
	}()
	<-waiting
	cancel()
	close(released)
	if err := <-dialled; !errors.Is(err, context.Canceled) {
		t.Errorf("Dial: %v, want %v", err, context.Canceled)
	}
}

// TestAnswersInKind speaks to a netlayer as others do: without this module, in the segments they use.
func TestAnswersInKind(t *testing.T) {
	nl := open(t, tcptesting.Options{})
	host, _ := nl.Location().Hint("host")
	port, _ := nl.Location().Hint("port")
	for _, test := range []struct {
		name     string
		segments []string
		want     string
	}{
		{"raw", []string{"<1'a>"}, "<1'a><1'b>"},
		{"raw in pieces", []string{"<", "1", "'", "a", ">"}, "<1'a><1'b>"},
		{"framed", []string{"5:<1'a>"}, "5:<1'a>5:<1'b>"},
		{"framed in pieces", []string{"0", "5", ":", "<1'", "a>"}, "5:<1'a>5:<1'b>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var dialer net.Dialer
			peer, err := dialer.DialContext(t.Context(), "tcp", net.JoinHostPort(host, port))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = peer.Close() }()
			accepted, err := nl.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = accepted.Close() }()
			for _, segment := range test.segments {
				if _, err := peer.Write([]byte(segment)); err != nil {
					t.Fatal(err)
				}
			}
			msgs, err := accepted.Receive(nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(accepted.Send(append(msgs, []byte("<1'b>"))), accepted.CloseSend()); err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(peer)
			if diff := cmp.Diff(test.want, string(got)); diff != "" || err != nil {
				t.Errorf("%v, answer (-want +got):\n%s", err, diff)
			}
		})
	}
}
