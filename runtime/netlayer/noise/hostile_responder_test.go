package noise

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	flynn "github.com/flynn/noise"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
)

// impostor answers in the place of a peer whose key it does not have, or does not use. Its zero value, with keys, is honest.
type impostor struct {
	key       handoff.KeyPair
	claim     handoff.PublicKey // in place of its key
	signature handoff.Signature // in place of one of its static key
	static    []byte            // that it says it has, in place of a key of its own
	ephemeral []byte            // likewise
	choice    byte
}

// answer says SYNACK on a connection.
func (i impostor) answer(t *testing.T, c net.Conn) {
	suite := flynn.NewCipherSuite(flynn.DH25519, flynn.CipherChaChaPoly, flynn.HashBLAKE2s)
	static, err := suite.GenerateKeypair(rand.Reader)
	if err != nil {
		t.Error(err)
		return
	}
	claim, signature := orElse(i.claim, i.key.Public()), orElse(i.signature, i.key.Sign(static.Public))
	if i.static != nil {
		static.Public = i.static
	}
	state, err := flynn.NewHandshakeState(flynn.Config{CipherSuite: suite, Pattern: flynn.HandshakeXX, StaticKeypair: static})
	if err != nil {
		t.Error(err)
		return
	}
	hello := make([]byte, prefixSize+synSize)
	if _, err := io.ReadFull(c, hello); err != nil {
		t.Error(err)
		return
	}
	if _, _, _, err := state.ReadMessage(nil, hello[prefixSize:]); err != nil {
		t.Error(err)
		return
	}
	answer, _, _, err := state.WriteMessage(nil, append(append(claim[:], signature[:]...), i.choice))
	if err != nil {
		t.Error(err)
		return
	}
	copy(answer, i.ephemeral)
	_, _ = c.Write(answer)
}

// listen returns a location at which the key is said to be, and at which handle gets the connections.
func listen(t *testing.T, key handoff.PublicKey, handle func(net.Conn)) locator.Peer {
	t.Helper()
	return tcptest.Listen(t, Transport, netlayer.Designator(key[:]), handle)
}

// dialler returns a netlayer that only dials, and is closed with the test.
func dialler(t testing.TB, opts Options) *Netlayer {
	t.Helper()
	nl, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nl.Close() })
	return nl
}

func TestHostileResponder(t *testing.T) {
	nl := dialler(t, Options{})
	someone := freshKey(t)
	other := someone.Public()
	for _, test := range []struct {
		name   string
		lie    func(i *impostor)
		reason error
	}{
		{"another peer", func(i *impostor) { i.key = someone }, ErrOtherKey},
		{"claims the key, which it does not have", func(i *impostor) { i.claim, i.key = i.key.Public(), someone }, ErrSignature},
		{"signature over another key", func(i *impostor) { i.signature = i.key.Sign(other[:]) }, ErrSignature},
		{"no signature", func(i *impostor) { i.signature = handoff.Signature{1} }, ErrSignature},
		{"encoding that was not offered", func(i *impostor) { i.choice = 1 }, ErrEncoding},
		{"encoding far away", func(i *impostor) { i.choice = 255 }, ErrEncoding},
		{"another ephemeral key than its own", func(i *impostor) { i.ephemeral = other[:] }, ErrForged},
		{"claims the key of the dialler", func(i *impostor) { i.claim = nl.party.key.Public() }, ErrOtherKey},
	} {
		t.Run(test.name, func(t *testing.T) {
			i := impostor{key: freshKey(t)}
			designated := i.key.Public()
			test.lie(&i)
			at := listen(t, designated, func(c net.Conn) { i.answer(t, c) })
			err := tcptest.ExpectDialError(t, nl, at, test.reason)
			expectHandshakeError(t, err, synack, test.reason)
			if identity := !errors.Is(test.reason, ErrEncoding); errors.Is(err, netlayer.ErrIdentity) != identity {
				t.Errorf("Dial: %v, wraps ErrIdentity: %v, want %v", err, !identity, identity)
			}
		})
	}
	t.Run("key that verifies everything", func(t *testing.T) {
		i := impostor{key: someone, claim: handoff.PublicKey{1}, signature: handoff.Signature{1}}
		tcptest.ExpectDialError(t, nl, listen(t, i.claim, func(c net.Conn) { i.answer(t, c) }), ErrSignature)
	})
	for _, point := range lowOrder(t) {
		i := impostor{key: someone, ephemeral: point}
		tcptest.ExpectDialError(t, nl, listen(t, other, func(c net.Conn) { i.answer(t, c) }), ErrForged)
		i = impostor{key: someone, static: point, signature: someone.Sign(point)}
		tcptest.ExpectDialError(t, nl, listen(t, other, func(c net.Conn) { i.answer(t, c) }), ErrForged)
	}
}

// TestNoResponder dials what does not speak this protocol.
func TestNoResponder(t *testing.T) {
	nl := dialler(t, Options{HandshakeTime: 200 * time.Millisecond})
	key := freshKey(t).Public()
	say := func(bytes []byte, hangUp bool) locator.Peer {
		return listen(t, key, func(c net.Conn) {
			_, _ = c.Write(bytes)
			if hangUp {
				_, _ = io.ReadFull(c, make([]byte, prefixSize+synSize))
				_ = c.Close()
			}
		})
	}
	tcptest.ExpectDialError(t, nl, say(nil, true), netlayer.ErrRefused)
	tcptest.ExpectDialError(t, nl, say([]byte("x"), true), io.ErrUnexpectedEOF)
	tcptest.ExpectDialError(t, nl, say(make([]byte, synackSize-1), true), io.ErrUnexpectedEOF)
	tcptest.ExpectDialError(t, nl, say(nil, false), context.DeadlineExceeded)
	tcptest.ExpectDialError(t, nl, say([]byte("SSH-2.0-x\r\n"), false), context.DeadlineExceeded)
	tcptest.ExpectDialError(t, nl, say(bytes.Repeat([]byte("HTTP/1.1 400 Bad Request\r\n"), 20), false), ErrForged)
	tcptest.ExpectDialError(t, nl, say(make([]byte, 10_000), true), ErrForged)
}

// TestReflected answers a dialler with its own bytes, and sends its SYN back to it as if it were dialled.
func TestReflected(t *testing.T) {
	v := newVictim(t, Options{})
	key := freshKey(t).Public()
	at := listen(t, key, func(c net.Conn) {
		hello := make([]byte, prefixSize+synSize)
		if _, err := io.ReadFull(c, hello); err != nil {
			t.Error(err)
			return
		}
		own := v.key()
		back := tcptest.Dial(t, v.Location())
		_, _ = back.Write(append(own[:], hello[prefixSize:]...))
		_, _ = c.Write(append(hello, hello...))
	})
	tcptest.ExpectDialError(t, v.Netlayer, at, ErrForged)
	v.expectRefused(t, syn, ErrOwnKey)
	tcptest.ExpectDialError(t, v.Netlayer, v.Location(), netlayer.ErrLocation)
}

// TestUnknownKeyShare passes what a dialler says to one peer on to another, as if that was meant: neither may believe in it.
func TestUnknownKeyShare(t *testing.T) {
	v := newVictim(t, Options{})
	middle := freshKey(t).Public()
	relay := tcptest.NewRelay(t, v.Location(), func(up bool, offset int, data []byte) ([]byte, error) {
		if up && offset == 0 && len(data) >= prefixSize {
			own := v.key()
			copy(data, own[:])
		}
		return data, nil
	})
	at := relay.Location()
	at.Designator = netlayer.Designator(middle[:])
	tcptest.ExpectDialError(t, dialler(t, Options{}), at, ErrOtherKey, netlayer.ErrIdentity)
	v.expectRefused(t, ack, io.ErrUnexpectedEOF)
}

// TestReplayedResponder says again what the peer has answered an earlier dialler.
func TestReplayedResponder(t *testing.T) {
	nl := dialler(t, Options{})
	v := newVictim(t, Options{})
	f := forger{key: nl.party.key, victim: v.key()}
	answer := f.attack(t, v.dial(t))
	at := listen(t, v.key(), func(c net.Conn) { _, _ = c.Write(answer) })
	tcptest.ExpectDialError(t, nl, at, ErrForged)
}

// TestChangedHandshake changes each byte of a handshake between honest peers, on its way. One of the two finds out, and none believes
// the other to be somebody else.
func TestChangedHandshake(t *testing.T) {
	v := newVictim(t, Options{})
	accepted := make(chan netlayer.Conn, 1)
	go func() {
		for {
			c, err := v.Accept()
			if err != nil {
				close(accepted)
				return
			}
			accepted <- c
		}
	}()
	nl := dialler(t, Options{})
	const sizeUp = prefixSize + synSize + ackSize
	for _, place := range []int{
		0, 1, 31, 32, 63, 64, 100, 159, 160, 161, 162, 163, // SYN
		164, 195, 196, 227, // ACK
		sizeUp, sizeUp + 31, sizeUp + 32, sizeUp + 79, sizeUp + 80, sizeUp + 192, // SYNACK
	} {
		relay := tcptest.NewRelay(t, v.Location(), func(up bool, offset int, data []byte) ([]byte, error) {
			at := place - offset
			if !up {
				at -= sizeUp
			}
			if up == (place < sizeUp) && 0 <= at && at < len(data) {
				data[at] ^= 0x40
			}
			return data, nil
		})
		c, err := nl.Dial(t.Context(), relay.Location())
		switch {
		case err == nil && place < prefixSize+synSize || err == nil && place >= sizeUp:
			t.Errorf("byte %d changed, dialled", place)
		case err == nil:
			if _, err := c.Receive(nil); err == nil {
				t.Errorf("byte %d changed, received", place)
			}
			_ = c.Close()
		}
		select {
		case <-v.refused:
		case c := <-accepted:
			t.Errorf("byte %d changed, accepted %v", place, c.Proved())
			_ = c.Close()
		case <-time.After(tcptest.Patience):
			t.Fatalf("byte %d changed, neither accepted nor refused", place)
		}
	}
}

func TestDialRefuses(t *testing.T) {
	nl := dialler(t, Options{})
	v := newVictim(t, Options{})
	gone := v.Location()
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	with := func(change func(p *locator.Peer)) locator.Peer {
		p := gone
		p.Hints = locator.Hints{"host": "127.0.0.1", "port": "7"}
		change(&p)
		return p
	}
	for name, peer := range map[string]locator.Peer{
		"transport":   with(func(p *locator.Peer) { p.Transport = "np" }),
		"no key":      with(func(p *locator.Peer) { p.Designator = "unreachable" }),
		"short key":   with(func(p *locator.Peer) { p.Designator = p.Designator[:50] }),
		"upper case":  with(func(p *locator.Peer) { p.Designator = "A" + p.Designator[1:] }),
		"padding":     with(func(p *locator.Peer) { p.Designator += "====" }),
		"no hints":    with(func(p *locator.Peer) { p.Hints = nil }),
		"no host":     with(func(p *locator.Peer) { p.Hints = locator.Hints{"port": "7"} }),
		"no port":     with(func(p *locator.Peer) { p.Hints = locator.Hints{"host": "127.0.0.1"} }),
		"port 0":      with(func(p *locator.Peer) { p.Hints["port"] = "0" }),
		"port 65536":  with(func(p *locator.Peer) { p.Hints["port"] = "65536" }),
		"signed port": with(func(p *locator.Peer) { p.Hints["port"] = "+7" }),
		"own":         nl.Location(),
	} {
		t.Run(name, func(t *testing.T) { tcptest.ExpectDialError(t, nl, peer, netlayer.ErrLocation) })
	}
	t.Run("nobody", func(t *testing.T) { tcptest.ExpectDialError(t, nl, gone, netlayer.ErrRefused) })
}

// TestAddressPolicy dials where the one who asks for it may not.
func TestAddressPolicy(t *testing.T) {
	nl := dialler(t, Options{})
	v := newVictim(t, Options{})
	forbidden := errors.New("forbidden")
	var asked []netip.AddrPort
	ctx := netlayer.WithAddressPolicy(t.Context(), func(addr netip.AddrPort) error {
		asked = append(asked, addr)
		return forbidden
	})
	_, err := nl.Dial(ctx, v.Location())
	var dialError *netlayer.DialError
	if !errors.As(err, &dialError) || !errors.Is(err, forbidden) {
		t.Errorf("Dial: %v, want a *DialError that wraps what the policy says", err)
	}
	port, _ := v.Location().Hint("port")
	if len(asked) != 1 || asked[0].String() != "127.0.0.1:"+port {
		t.Errorf("asked about %v, want port %s of 127.0.0.1", asked, port)
	}
}

// TestCancelledDial ends the context while the other side keeps silent.
func TestCancelledDial(t *testing.T) {
	nl := dialler(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	at := listen(t, freshKey(t).Public(), func(net.Conn) { cancel() })
	if _, err := nl.Dial(ctx, at); !errors.Is(err, context.Canceled) {
		t.Errorf("Dial: %v, want %v", err, context.Canceled)
	}
}
