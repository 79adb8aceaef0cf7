package tls

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
)

// fresh returns an identity of nobody.
func fresh(t testing.TB) *identity {
	t.Helper()
	id, err := openIdentity("")
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// listen returns a location at which a peer of the designator is said to be, and at which handle gets the connections.
func listen(t *testing.T, designator string, handle func(net.Conn)) locator.Peer {
	t.Helper()
	return tcptest.Listen(t, Transport, designator, handle)
}

// newNetlayerOf returns a netlayer that is closed with the test.
func newNetlayerOf(t *testing.T, opts Options) *Netlayer {
	t.Helper()
	nl, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nl.Close() })
	return nl
}

// secure has the handshake of TLS in the place of an acceptor.
func secure(c net.Conn, config *tls.Config) {
	server := tls.Server(c, config)
	if server.Handshake() == nil {
		_, _ = io.Copy(io.Discard, server)
	}
}

// withMany returns the certificate of a peer, with more of another's behind it than may be read.
func withMany(peer, other *identity) tls.Certificate {
	many, more := peer.certificate, other.certificate.Certificate[0]
	for range 3 * maxHandshake / 2 / len(more) {
		many.Certificate = append(many.Certificate[:len(many.Certificate):len(many.Certificate)], more)
	}
	return many
}

// TestHostileAcceptor dials what answers in the place of a peer.
func TestHostileAcceptor(t *testing.T) {
	nl := newNetlayerOf(t, Options{})
	peer, other := fresh(t), fresh(t)
	keyless := peer.certificate
	keyless.PrivateKey = other.certificate.PrivateKey
	huge := withMany(peer, other)
	config := func(c tls.Certificate, version uint16) *tls.Config {
		return &tls.Config{Certificates: []tls.Certificate{c}, MaxVersion: version}
	}
	for _, test := range []struct {
		name      string
		announced []byte
		config    *tls.Config
		want      error
	}{
		{"another peer", announce(other.announced), config(other.certificate, tls.VersionTLS13), netlayer.ErrIdentity},
		{"another certificate", announce(peer.announced), config(other.certificate, tls.VersionTLS13), netlayer.ErrIdentity},
		{"another key", announce(peer.announced), config(keyless, tls.VersionTLS13), netlayer.ErrIdentity},
		{"many certificates", announce(peer.announced), config(huge, tls.VersionTLS13), errLong},
		{"TLS 1.2", announce(peer.announced), config(peer.certificate, tls.VersionTLS12), nil},
		{"nothing", []byte{0, 0, 0, 0}, nil, errAnnouncement},
		{"too much", []byte{0, 1, 0, 1}, nil, errAnnouncement},
		{"garbage", []byte("SSH-2.0-OpenSSH_9.2p1\r\n"), nil, errAnnouncement},
		{"changed", announce(bytes.Replace(peer.announced, []byte("\n"), []byte("\r\n"), 1)), nil, netlayer.ErrIdentity},
		{"no TLS", append(announce(peer.announced), bytes.Repeat([]byte("<op>"), 100)...), nil, netlayer.ErrIdentity},
	} {
		t.Run(test.name, func(t *testing.T) {
			tcptest.ExpectDialError(t, nl, listen(t, peer.designator(), func(c net.Conn) {
				_, _ = c.Write(test.announced)
				if test.config != nil {
					secure(c, test.config)
				}
			}), test.want)
		})
	}
	for name, text := range map[string][]byte{
		"no PEM": []byte("certificate"), "a key": []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
	} {
		t.Run(name, func(t *testing.T) {
			tcptest.ExpectDialError(t, nl, listen(t, designatorOf(text), func(c net.Conn) { _, _ = c.Write(announce(text)) }), netlayer.ErrIdentity)
		})
	}
}

// TestNoAcceptor dials what does not go on.
func TestNoAcceptor(t *testing.T) {
	patient, nl := newNetlayerOf(t, Options{}), newNetlayerOf(t, Options{HandshakeTime: 300 * time.Millisecond})
	peer := fresh(t)
	say := func(bytes []byte, hangUp bool) locator.Peer {
		return listen(t, peer.designator(), func(c net.Conn) {
			_, _ = c.Write(bytes)
			if hangUp {
				_ = c.(*net.TCPConn).CloseWrite()
			}
		})
	}
	all := announce(peer.announced)
	tcptest.ExpectDialError(t, patient, say(nil, true), netlayer.ErrRefused)
	tcptest.ExpectDialError(t, patient, say(all[:3], true), io.ErrUnexpectedEOF)
	tcptest.ExpectDialError(t, patient, say(all[:len(all)-1], true), io.ErrUnexpectedEOF)
	tcptest.ExpectDialError(t, patient, say(all, true), io.ErrUnexpectedEOF)
	tcptest.ExpectDialError(t, nl, say(nil, false), context.DeadlineExceeded)
	tcptest.ExpectDialError(t, nl, say(all[:100], false), context.DeadlineExceeded)
	tcptest.ExpectDialError(t, nl, say(all, false), context.DeadlineExceeded)
}

// victim is a netlayer that listens, and what it has refused.
type victim struct {
	*Netlayer
	refused chan error
}

// newVictim returns one that is closed with the test.
func newVictim(t *testing.T, opts Options) victim {
	t.Helper()
	v := victim{refused: make(chan error, 100)}
	opts.Address = "127.0.0.1:0"
	opts.Refused = func(_ net.Addr, err error) { v.refused <- err }
	v.Netlayer = newNetlayerOf(t, opts)
	return v
}

// expectRefused waits for the victim to refuse, for the reason if there is one.
func (v victim) expectRefused(t *testing.T, want error) {
	t.Helper()
	select {
	case err := <-v.refused:
		var failed *HandshakeError
		if !errors.As(err, &failed) || want != nil && !errors.Is(err, want) {
			t.Errorf("refused: %v, want a *HandshakeError that wraps %v", err, want)
		}
		if got := strings.Count(err.Error(), "tls: "); got != 1 {
			t.Errorf("refused: %v, which says %d times that it is about TLS", err, got)
		}
	case <-time.After(tcptest.Patience):
		t.Fatal("the victim does not refuse")
	}
}

// dial connects, reads what is announced, and has the handshake of TLS.
func (v victim) dial(t *testing.T, certificate tls.Certificate, change func(c *tls.Config)) *tls.Conn {
	t.Helper()
	c := tcptest.Dial(t, v.Location())
	announced, err := readAnnouncement(c)
	if err != nil || designatorOf(announced) != v.Location().Designator {
		t.Fatalf("announced %q, %v", announced, err)
	}
	config := &tls.Config{InsecureSkipVerify: true}
	if certificate.Certificate != nil {
		config.Certificates = []tls.Certificate{certificate}
	}
	if change != nil {
		change(config)
	}
	client := tls.Client(c, config)
	_ = client.Handshake()
	return client
}

// TestHostileDialler dials in the place of a peer.
func TestHostileDialler(t *testing.T) {
	v := newVictim(t, Options{})
	peer, other := fresh(t), fresh(t)
	keyless, chain, huge := peer.certificate, peer.certificate, withMany(peer, other)
	keyless.PrivateKey = other.certificate.PrivateKey
	chain.Certificate = append(chain.Certificate[:1:1], other.certificate.Certificate[0])
	own := v.identity.certificate
	own.PrivateKey = other.certificate.PrivateKey
	v.dial(t, keyless, nil)
	v.expectRefused(t, nil)
	v.dial(t, own, nil)
	v.expectRefused(t, ErrOwnCertificate)
	v.dial(t, v.identity.certificate, nil)
	v.expectRefused(t, ErrOwnCertificate)
	v.dial(t, chain, nil)
	v.expectRefused(t, errManyCertificates)
	v.dial(t, huge, nil)
	v.expectRefused(t, errLong)
	v.dial(t, peer.certificate, func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 })
	v.expectRefused(t, nil)
	c := tcptest.Dial(t, v.Location())
	_, _ = c.Write(bytes.Repeat([]byte("<op>"), 100))
	v.expectRefused(t, nil)
	c = tcptest.Dial(t, v.Location())
	_ = c.Close()
	v.expectRefused(t, nil)
	tcptest.ExpectDialError(t, v.Netlayer, v.Location(), netlayer.ErrLocation)
}

// TestSlowDiallers keeps more connections open than there may be handshakes.
func TestSlowDiallers(t *testing.T) {
	v := newVictim(t, Options{Handshakes: 4, HandshakeTime: 300 * time.Millisecond})
	for range 10 {
		tcptest.Dial(t, v.Location())
	}
	accepted := make(chan netlayer.Conn, 1)
	go func() {
		c, _ := v.Accept()
		accepted <- c
	}()
	c, err := newNetlayerOf(t, Options{}).Dial(t.Context(), v.Location())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got := <-accepted; got != nil {
		defer got.Close()
	}
	for range 9 {
		select {
		case <-v.refused:
		case <-time.After(tcptest.Patience):
			t.Fatal("a slow dialler is not refused")
		}
	}
}

// TestUnknownDialler has no certificate, as dialled peers of Goblins do not ask for one. Then nothing is proved.
func TestUnknownDialler(t *testing.T) {
	v := newVictim(t, Options{})
	cache := tls.NewLRUClientSessionCache(1)
	for range 2 {
		client := v.dial(t, tls.Certificate{}, func(c *tls.Config) { c.ClientSessionCache, c.ServerName = cache, "peer" })
		accepted, err := v.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer accepted.Close()
		if got := accepted.Proved(); got != (locator.PeerID{}) {
			t.Errorf("Proved: %v", got)
		}
		if _, err := client.Write([]byte("<1'a>")); err != nil {
			t.Fatal(err)
		}
		if msgs, err := accepted.Receive(nil); len(msgs) != 1 || string(msgs[0]) != "<1'a>" || err != nil {
			t.Errorf("Receive: %q, %v", msgs, err)
		}
		if err := accepted.Send([][]byte{[]byte("<1'b>")}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(client, make([]byte, 5)); err != nil {
			t.Fatal(err)
		}
		if state := client.ConnectionState(); state.DidResume || state.Version != tls.VersionTLS13 {
			t.Errorf("resumed %v, version %x", state.DidResume, state.Version)
		}
	}
}

// TestAnnouncementOrder reads the length in the order of whichever machine.
func TestAnnouncementOrder(t *testing.T) {
	for _, size := range []int{1, 255, 256, 257, 1000, maxAnnounced} {
		text := bytes.Repeat([]byte("x"), size)
		little := announce(text)
		big := append([]byte{little[3], little[2], little[1], little[0]}, text...)
		for _, data := range [][]byte{little, big} {
			if got, err := readAnnouncement(bytes.NewReader(data)); !bytes.Equal(got, text) || err != nil {
				t.Errorf("% x, %d bytes: %d bytes, %v", data[:4], size, len(got), err)
			}
		}
	}
}
