package websocket_test

import (
	"crypto/ed25519"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

// open returns a netlayer that is closed with the test.
func open(t testing.TB, opts websocket.Options) *websocket.Netlayer {
	t.Helper()
	nl, err := websocket.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nl.Close() })
	return nl
}

// here is an address of this machine.
const here = "127.0.0.1:0"

func TestConformance(t *testing.T) {
	netlayertest.Run(t, func(t *testing.T) (a, b netlayer.Netlayer) {
		return open(t, websocket.Options{}), open(t, websocket.Options{Address: here})
	})
}

func TestNewRefuses(t *testing.T) {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, opts := range map[string]websocket.Options{
		"half a key":          {Key: key[:32]},
		"address":             {Address: "127.0.0.1:100000"},
		"all interfaces":      {Address: "0.0.0.0:0"},
		"no URL":              {URL: "example.org"},
		"HTTP":                {URL: "https://example.org"},
		"URL without host":    {URL: "ws:///x"},
		"URL with user":       {URL: "ws://user:password@example.org"},
		"URL with fragment":   {URL: "ws://example.org#x"},
		"malformed URL":       {URL: "ws://%zz"},
		"long URL":            {URL: "ws://example.org/" + strings.Repeat("x", 4000)},
		"pattern":             {Origins: []string{"["}},
		"negative time":       {HandshakeTime: -1},
		"negative handshakes": {Handshakes: -1},
	} {
		l := &closer{}
		if nl, err := websocket.New(opts); err == nil {
			_ = nl.Close()
			t.Errorf("%s: no error", name)
		}
		if opts.Address != "" {
			continue
		}
		opts.Listener = l
		if _, err := websocket.New(opts); err == nil || !l.closed {
			t.Errorf("%s: %v; the listener is open", name, err)
		}
	}
}

// closer is a listener of which only the end matters.
type closer struct {
	net.Listener
	closed bool
}

func (c *closer) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

func (c *closer) Close() error {
	c.closed = true
	return nil
}

// A peer is the same with the same key, and another without.
func TestKey(t *testing.T) {
	seed := make([]byte, ed25519.SeedSize)
	for i := range seed {
		seed[i] = byte(i)
	}
	opts := websocket.Options{Key: ed25519.NewKeyFromSeed(seed), URL: "ws://127.0.0.1:22047"}
	const recorded = `<10'ocapn-peer9'websocket52"aoqqpp7tzyil4hlq3umoos6atft6jvrqtosq2xy53sdgiesvgg4a{3"url20"ws://127.0.0.1:22047}>`
	if got := string(open(t, opts).Location().AppendSyrup(nil)); got != recorded {
		t.Errorf("Location: %s, want %s", got, recorded)
	}
	opts.Key = nil
	if a, b := open(t, opts), open(t, opts); a.Location().SameAs(b.Location()) {
		t.Errorf("two peers without keys are %v", a.Location())
	}
}

func TestDialRefuses(t *testing.T) {
	nl := open(t, websocket.Options{})
	gone := open(t, websocket.Options{Address: here})
	if err := gone.Close(); err != nil {
		t.Fatal(err)
	}
	good := gone.Location()
	for _, test := range []struct {
		name, designator string
		hints            locator.Hints
		want             error
	}{
		{"nobody listens", good.Designator, good.Hints, netlayer.ErrRefused},
		{"unreachable", "unreachable", good.Hints, netlayer.ErrLocation},
		{"capital letters", strings.ToUpper(good.Designator), good.Hints, netlayer.ErrLocation},
		{"padding", good.Designator + "====", good.Hints, netlayer.ErrLocation},
		{"no hints", good.Designator, nil, netlayer.ErrLocation},
		{"no URL", good.Designator, locator.Hints{"host": "127.0.0.1", "port": "1"}, netlayer.ErrLocation},
		{"HTTP", good.Designator, locator.Hints{"url": "http://127.0.0.1:1"}, netlayer.ErrLocation},
		{"file", good.Designator, locator.Hints{"url": "file:///etc/passwd"}, netlayer.ErrLocation},
		{"user", good.Designator, locator.Hints{"url": "ws://user@127.0.0.1:1"}, netlayer.ErrLocation},
		{"line break", good.Designator, locator.Hints{"url": "ws://127.0.0.1:1/ HTTP/1.1\r\nX: y"}, netlayer.ErrLocation},
		{"no host", good.Designator, locator.Hints{"url": "ws://:1"}, netlayer.ErrLocation},
		{"port by name", good.Designator, locator.Hints{"url": "ws://127.0.0.1:http"}, netlayer.ErrLocation},
	} {
		t.Run(test.name, func(t *testing.T) {
			tcptest.ExpectDialError(t, nl, locator.Peer{Transport: websocket.Transport, Designator: test.designator, Hints: test.hints}, test.want)
		})
	}
}

// The address policy of a dial decides, whether there is encryption or not.
func TestAddressPolicy(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	acceptor, dialler := selfSigned(t)
	a := open(t, websocket.Options{TLSConfig: dialler})
	for _, b := range []*websocket.Netlayer{open(t, websocket.Options{Address: here}), openTLS(t, acceptor, websocket.Options{})} {
		forbidden := errors.New("forbidden")
		var asked []netip.AddrPort
		ctx := netlayer.WithAddressPolicy(t.Context(), func(addr netip.AddrPort) error {
			asked = append(asked, addr)
			return forbidden
		})
		if _, err := a.Dial(ctx, b.Location()); !errors.Is(err, forbidden) {
			t.Errorf("Dial: %v, want %v", err, forbidden)
		}
		if u, err := url.Parse(urlOf(t, b)); err != nil || len(asked) != 1 || asked[0].String() != u.Host {
			t.Errorf("asked about %v for %s, %v", asked, urlOf(t, b), err)
		}
		allowing := netlayer.WithAddressPolicy(t.Context(), func(netip.AddrPort) error { return nil })
		conn, err := a.Dial(allowing, b.Location())
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
	}
}

// The older form is used by who is told to, and accepted by who is told to.
func TestLegacy(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	old, modern := open(t, websocket.Options{DialLegacy: true}), open(t, websocket.Options{})
	both := open(t, websocket.Options{Address: here, AcceptLegacy: true})
	expectConn(t, old, both)
	expectConn(t, modern, both)
	tcptest.ExpectDialError(t, old, open(t, websocket.Options{Address: here}).Location(), nil)
}
