package websocket_test

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	library "github.com/coder/websocket"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

// expectConn plays ping-pong between two netlayers.
func expectConn(t *testing.T, a, b *websocket.Netlayer) {
	t.Helper()
	dialled, accepted := connect(t, a, b)
	for _, pair := range [][2]netlayer.Conn{{dialled, accepted}, {accepted, dialled}} {
		if err := pair[0].Send([][]byte{[]byte("<5'hello>")}); err != nil {
			t.Error(err)
		}
		if msgs, err := pair[1].Receive(nil); err != nil || string(msgs[0]) != "<5'hello>" {
			t.Errorf("Receive: %q, %v", msgs, err)
		}
	}
	if got := dialled.Proved(); got != b.Location().ID() {
		t.Errorf("Proved of the dialled conn: %v, want %v", got, b.Location().ID())
	}
}

// A server that serves other things serves this as well.
func TestMountedOnServer(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	mux := http.NewServeMux()
	server := httptest.NewUnstartedServer(mux)
	nl := open(t, websocket.Options{URL: "ws://" + server.Listener.Addr().String() + "/deep/ocapn?x=y"})
	mux.Handle("/deep/ocapn", nl)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "something else") })
	server.Start()
	t.Cleanup(server.Close)
	expectConn(t, open(t, websocket.Options{}), nl)

	elsewhere := nl.Location()
	elsewhere.Hints = map[string]string{"url": "ws://" + server.Listener.Addr().String() + "/"}
	tcptest.ExpectDialError(t, open(t, websocket.Options{}), elsewhere, netlayer.ErrRefused)

	if err := nl.Close(); err != nil {
		t.Error(err)
	}
	tcptest.ExpectDialError(t, open(t, websocket.Options{}), nl.Location(), netlayer.ErrRefused)
	if _, err := nl.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept after Close: %v", err)
	}
}

// One netlayer accepts from two servers.
func TestMountedAndListening(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	nl := open(t, websocket.Options{Address: here})
	server := httptest.NewServer(nl)
	t.Cleanup(server.Close)
	a := open(t, websocket.Options{})
	expectConn(t, a, nl)
	there := nl.Location()
	there.Hints = map[string]string{"url": "ws" + strings.TrimPrefix(server.URL, "http")}
	conn, err := a.Dial(t.Context(), there)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	accept(t, nl)
}

// selfSigned returns the settings of both sides for a certificate that httptest has made for 127.0.0.1.
func selfSigned(t *testing.T) (acceptor, dialler *tls.Config) {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	trusting := server.Client().Transport.(*http.Transport).TLSClientConfig
	return &tls.Config{Certificates: server.TLS.Certificates}, &tls.Config{RootCAs: trusting.RootCAs}
}

// openTLS returns a netlayer that serves wss.
func openTLS(t *testing.T, config *tls.Config, opts websocket.Options) *websocket.Netlayer {
	t.Helper()
	l, err := tls.Listen("tcp", here, config)
	if err != nil {
		t.Fatal(err)
	}
	opts.Listener, opts.URL = l, "wss://"+l.Addr().String()
	return open(t, opts)
}

func TestConformanceEncrypted(t *testing.T) {
	acceptor, dialler := selfSigned(t)
	netlayertest.Run(t, func(t *testing.T) (a, b netlayer.Netlayer) {
		return open(t, websocket.Options{TLSConfig: dialler}), openTLS(t, acceptor, websocket.Options{})
	})
}

// What has no certificate that counts is not told anything, not even a challenge.
func TestCertificate(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	acceptor, dialler := selfSigned(t)
	nl := openTLS(t, acceptor, websocket.Options{})
	tcptest.ExpectDialError(t, open(t, websocket.Options{}), nl.Location(), nil)
	_, err := open(t, websocket.Options{}).Dial(t.Context(), nl.Location())
	if invalid := new(tls.CertificateVerificationError); !errors.As(err, &invalid) {
		t.Errorf("Dial: %v, want a *tls.CertificateVerificationError", err)
	}
	// Where there is no encryption, there is no wss, and the other way round.
	plain := open(t, websocket.Options{Address: here})
	mixed := plain.Location()
	mixed.Hints = map[string]string{"url": strings.Replace(urlOf(t, plain), "ws://", "wss://", 1)}
	tcptest.ExpectDialError(t, open(t, websocket.Options{TLSConfig: dialler}), mixed, nil)
	mixed = nl.Location()
	mixed.Hints = map[string]string{"url": strings.Replace(urlOf(t, nl), "wss://", "ws://", 1)}
	tcptest.ExpectDialError(t, open(t, websocket.Options{TLSConfig: dialler}), mixed, nil)
	expectConn(t, open(t, websocket.Options{TLSConfig: dialler}), nl)
	expectConn(t, open(t, websocket.Options{TLSConfig: &tls.Config{InsecureSkipVerify: true}}), nl)
}

// A proxy does the encryption, and the URL is its own.
func TestBehindProxy(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	l, err := net.Listen("tcp", here)
	if err != nil {
		t.Fatal(err)
	}
	behind := &url.URL{Scheme: "http", Host: l.Addr().String()}
	front := httptest.NewTLSServer(&httputil.ReverseProxy{
		Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(behind) },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	})
	t.Cleanup(front.Close)
	advertised := "wss" + strings.TrimPrefix(front.URL, "https") + "/ocapn"
	nl := open(t, websocket.Options{Listener: l, URL: advertised, Origins: []string{"example.org"}})
	if got := urlOf(t, nl); got != advertised {
		t.Errorf("URL: %q, want %q", got, advertised)
	}
	trusting := front.Client().Transport.(*http.Transport).TLSClientConfig
	a := open(t, websocket.Options{TLSConfig: &tls.Config{RootCAs: trusting.RootCAs}})
	expectConn(t, a, nl)
	// A page of the proxy's host is a page of the peer's, whatever name the proxy uses behind.
	header := http.Header{"Origin": {front.URL}}
	ws, _, err := library.Dial(t.Context(), advertised, &library.DialOptions{HTTPClient: front.Client(), HTTPHeader: header})
	if err != nil {
		t.Fatal(err)
	}
	_ = ws.CloseNow()
	if err := nl.Close(); err != nil {
		t.Error(err)
	}
	tcptest.ExpectDialError(t, a, nl.Location(), netlayer.ErrRefused) // which the proxy says
}

// ask sends a request as it is, and returns the response and what is left when the conn ends.
func ask(t *testing.T, nl *websocket.Netlayer, request string) (*http.Response, string) {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(urlOf(t, nl), "ws://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(tcptest.Patience))
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(c)
	response, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode == http.StatusSwitchingProtocols {
		return response, ""
	}
	rest, err := io.ReadAll(r)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the conn is still open")
	}
	return response, string(rest)
}

// Requests for anything else are refused, with nothing to learn from, and the conn is closed.
func TestPlainRequests(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	nl := open(t, websocket.Options{Address: here})
	for _, test := range []struct {
		name, request string
		status        int
	}{
		{"page", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 426},
		{"old page", "GET / HTTP/1.0\r\n\r\n", 426},
		{"form", "POST /?x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b", 426},
		{"large form", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\na=b", 426},
		{"options", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 426},
		{"script", "GET /<script> HTTP/1.1\r\nHost: x\r\nConnection: <script>\r\n\r\n", 426},
		{"another protocol", "GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n", 426},
		{"method", "PUT" + strings.TrimPrefix(upgradeRequest, "GET") + "\r\n", 405},
		{"version", strings.Replace(upgradeRequest, "Version: 13", "Version: 8", 1) + "\r\n", 400},
		{"key", strings.Replace(upgradeRequest, "dGhl", "", 1) + "\r\n", 400},
		{"long headers", upgradeRequest + strings.Repeat("X: "+strings.Repeat("x", 1000)+"\r\n", 40) + "\r\n", 431},
	} {
		t.Run(test.name, func(t *testing.T) {
			response, rest := ask(t, nl, test.request)
			if response.StatusCode != test.status {
				t.Errorf("status: %d, want %d", response.StatusCode, test.status)
			}
			if rest != "" && test.status != 431 {
				t.Errorf("the response has %q", rest)
			}
			if upgrade := response.Header.Get("Upgrade"); test.status == 426 && response.ProtoAtLeast(1, 1) && upgrade != "websocket" {
				t.Errorf("Upgrade: %q, want websocket", upgrade)
			}
		})
	}
	expectNoConn(t, nl)
}

func TestOrigins(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	const same, other = 101, 403
	for _, test := range []struct {
		name    string
		url     string // of the netlayer, if not where it listens
		allowed []string
		origins []string // of the request
		status  int
	}{
		{"program", "", nil, nil, same},
		{"own page", "", nil, []string{"http://OWN"}, same},
		{"own page by TLS", "", nil, []string{"https://OWN"}, same},
		{"own address on another port", "", nil, []string{"http://127.0.0.1:1"}, other},
		{"another page", "", nil, []string{"https://evil.example"}, other},
		{"the host in the request", "", nil, []string{"http://localhost"}, other},
		{"null", "", nil, []string{"null"}, other},
		{"empty", "", nil, []string{""}, other},
		{"malformed", "", nil, []string{"http://%zz"}, other},
		{"two", "", nil, []string{"http://OWN", "https://evil.example"}, other},
		{"the usual port", "wss://chat.example:443/ocapn", nil, []string{"https://chat.example"}, same},
		{"upper case", "wss://Chat.Example", nil, []string{"https://chat.example"}, same},
		{"own page without encryption", "wss://chat.example", nil, []string{"http://chat.example"}, other},
		{"own page without encryption, listed", "wss://chat.example", []string{"chat.example"}, []string{"http://chat.example"}, same},
		{"own host by another scheme", "", nil, []string{"ftp://OWN"}, other},
		{"longer", "wss://chat.example", nil, []string{"https://chat.example.evil.example"}, other},
		{"with a user", "wss://chat.example", nil, []string{"https://chat.example@evil.example"}, other},
		{"listed", "", []string{"friend.example"}, []string{"https://friend.example"}, same},
		{"listed with a port", "", []string{"friend.example:8080"}, []string{"http://friend.example:8080"}, same},
		{"not with this port", "", []string{"friend.example"}, []string{"http://friend.example:8080"}, other},
		{"pattern", "", []string{"*.friend.example"}, []string{"https://a.friend.example"}, same},
		{"pattern and more", "", []string{"*.friend.example"}, []string{"https://a.friend.example.evil.example"}, other},
		{"scheme", "", []string{"https://friend.example"}, []string{"https://friend.example"}, same},
		{"another scheme", "", []string{"https://friend.example"}, []string{"http://friend.example"}, other},
	} {
		t.Run(test.name, func(t *testing.T) {
			l, err := net.Listen("tcp", here)
			if err != nil {
				t.Fatal(err)
			}
			at := "ws://" + l.Addr().String()
			nl := open(t, websocket.Options{Listener: l, URL: test.url, Origins: test.allowed})
			var request strings.Builder
			request.WriteString(upgradeRequest)
			for _, o := range test.origins {
				request.WriteString("Origin: " + strings.Replace(o, "OWN", l.Addr().String(), 1) + "\r\n")
			}
			where := open(t, websocket.Options{URL: at}) // for ask
			response, rest := ask(t, where, request.String()+"\r\n")
			if response.StatusCode != test.status || rest != "" {
				t.Errorf("status %d and %q, want %d", response.StatusCode, rest, test.status)
			}
			_ = nl.Close()
		})
	}
}

func TestLocation(t *testing.T) {
	for _, test := range []struct {
		name string
		opts websocket.Options
		url  string // the beginning of it; empty if there is no location
	}{
		{"nothing set", websocket.Options{}, ""},
		{"address", websocket.Options{Address: here}, "ws://127.0.0.1:"},
		{"IPv6", websocket.Options{Address: "[::1]:0"}, "ws://[::1]:"},
		{"all interfaces", websocket.Options{Address: ":0", URL: "ws://example.org:80"}, "ws://example.org:80"},
		{"mounted", websocket.Options{URL: "wss://example.org/ocapn"}, "wss://example.org/ocapn"},
	} {
		t.Run(test.name, func(t *testing.T) {
			nl, err := websocket.New(test.opts)
			if err != nil && strings.Contains(test.opts.Address, "::1") {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			defer nl.Close()
			location := nl.Location()
			if test.url == "" {
				if !location.IsZero() {
					t.Errorf("Location: %v, want none", location)
				}
				return
			}
			if got := urlOf(t, nl); !strings.HasPrefix(got, test.url) {
				t.Errorf("URL: %q, want %q", got, test.url)
			}
			if _, err := netlayer.ParseDesignator(location.Designator); err != nil || len(location.Hints) != 1 {
				t.Errorf("Location: %v, %v", location, err)
			}
		})
	}
}

// TestCompressionIsNotAgreedOn has a dialler offer compression, by which few bytes become many. Nothing is said to that, so frames that are
// compressed end the conn: see TestHostileFrames.
func TestCompressionIsNotAgreedOn(t *testing.T) {
	nl := open(t, websocket.Options{Address: here})
	for _, offer := range []string{
		"", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits; server_no_context_takeover\r\n",
		"Sec-WebSocket-Extensions: x-webkit-deflate-frame\r\n",
	} {
		response, _ := ask(t, nl, upgradeRequest+offer+"\r\n") // which offers permessage-deflate already
		if got := response.Header.Values("Sec-WebSocket-Extensions"); len(got) > 0 || response.StatusCode != 101 {
			t.Errorf("status %d and extensions %q", response.StatusCode, got)
		}
	}
}
