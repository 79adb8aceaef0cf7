package noise

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	flynn "github.com/flynn/noise"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
)

// forger is a dialler that need not be honest. Its zero value, with a key and the victim's, is.
type forger struct {
	key, signer handoff.KeyPair // that it claims, and that signs in place of it
	victim      handoff.PublicKey
	prefix      handoff.PublicKey // in place of the victim's key
	claim       handoff.PublicKey // in place of its key
	signature   handoff.Signature // in place of one of its static key
	offer       encodings         // in place of the one of this package
	static      []byte            // that it says it has, in place of a key of its own
	ephemeral   []byte            // likewise
	spoilACK    bool
}

// newForger returns an honest dialler.
func newForger(t *testing.T, victim handoff.PublicKey) forger {
	t.Helper()
	return forger{key: freshKey(t), victim: victim}
}

// freshKey returns a key of nobody.
func freshKey(t testing.TB) handoff.KeyPair {
	t.Helper()
	key, err := handoff.GenerateKeyPair(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// orElse returns a value, or another one if that is zero.
func orElse[T comparable](value, other T) T {
	var zero T
	if value == zero {
		return other
	}
	return value
}

// begin returns the state of the handshake and the prefixed SYN.
func (f forger) begin(t *testing.T) (*flynn.HandshakeState, []byte) {
	t.Helper()
	suite := flynn.NewCipherSuite(flynn.DH25519, flynn.CipherChaChaPoly, flynn.HashBLAKE2s)
	static, err := suite.GenerateKeypair(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer := f.key
	if !f.signer.IsZero() {
		signer = f.signer
	}
	signature := orElse(f.signature, signer.Sign(static.Public))
	if f.static != nil {
		static.Public = f.static
	}
	state, err := flynn.NewHandshakeState(flynn.Config{
		CipherSuite: suite, Pattern: flynn.HandshakeXX, Initiator: true, StaticKeypair: static,
	})
	if err != nil {
		t.Fatal(err)
	}
	claim, prefix := orElse(f.claim, f.key.Public()), orElse(f.prefix, f.victim)
	offer := f.offer
	if offer == nil {
		offer = encodings{encodingSyrup}
	}
	hello, _, _, err := state.WriteMessage(prefix[:], offer.append(append(claim[:], signature[:]...)))
	if err != nil {
		t.Fatal(err)
	}
	copy(hello[prefixSize:], f.ephemeral)
	return state, hello
}

// attack has the handshake, as far as the victim goes on with it, and returns what it says.
func (f forger) attack(t *testing.T, c net.Conn) (answer []byte) {
	t.Helper()
	state, hello := f.begin(t)
	if _, err := c.Write(hello); err != nil {
		t.Fatal(err)
	}
	answer = make([]byte, synackSize)
	n, err := io.ReadFull(c, answer)
	if err != nil {
		return answer[:n]
	}
	if _, _, _, err := state.ReadMessage(nil, answer); err != nil {
		return answer // the victim has heard something else than what the state is about
	}
	last, _, _, err := state.WriteMessage(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if f.spoilACK {
		last[len(last)-1] ^= 1
	}
	_, _ = c.Write(last)
	return answer
}

// victim is a netlayer that listens, and what it has refused.
type victim struct {
	*Netlayer
	refused chan error
}

// newVictim returns one that is closed with the test.
func newVictim(t *testing.T, opts Options) victim {
	t.Helper()
	v := victim{refused: make(chan error, 1000)}
	opts.Address = "127.0.0.1:0"
	opts.Refused = func(_ net.Addr, err error) { v.refused <- err }
	var err error
	if v.Netlayer, err = New(opts); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	return v
}

// key returns the key of the victim.
func (v victim) key() handoff.PublicKey { return v.party.key.Public() }

// dial connects to the victim, without a handshake.
func (v victim) dial(t *testing.T) net.Conn {
	t.Helper()
	return tcptest.Dial(t, v.Location())
}

// expectRefused waits for the victim to refuse.
func (v victim) expectRefused(t *testing.T, message string, reason error) {
	t.Helper()
	select {
	case err := <-v.refused:
		expectHandshakeError(t, err, message, reason)
	case <-time.After(tcptest.Patience):
		t.Fatal("the victim does not refuse")
	}
}

// expectHandshakeError checks why a handshake failed.
func expectHandshakeError(t *testing.T, err error, message string, reason error) {
	t.Helper()
	var failed *HandshakeError
	if !errors.As(err, &failed) || failed.Message != message || !errors.Is(err, reason) {
		t.Errorf("%v, want a *HandshakeError at %s that wraps %v", err, message, reason)
	}
}

// expectHonest checks that an honest dialler gets through.
func (v victim) expectHonest(t *testing.T) {
	t.Helper()
	honest, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer honest.Close()
	accepted := make(chan netlayer.Conn, 1)
	go func() {
		c, _ := v.Accept()
		accepted <- c
	}()
	ctx, cancel := context.WithTimeout(t.Context(), tcptest.Patience)
	defer cancel()
	dialled, err := honest.Dial(ctx, v.Location())
	if err != nil {
		t.Fatalf("an honest dialler: %v", err)
	}
	defer dialled.Close()
	select {
	case c := <-accepted:
		defer c.Close()
		if c == nil || c.Proved() != honest.Location().ID() || dialled.Proved() != v.Location().ID() {
			t.Error("an honest dialler and the victim do not know each other")
		}
	case <-time.After(tcptest.Patience):
		t.Error("an honest dialler is not accepted")
	}
}

// lowOrder are the points of Curve25519 with which every secret comes to nothing, and spellings of them beyond the field.
func lowOrder(t *testing.T) (points [][]byte) {
	t.Helper()
	for _, text := range []string{
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
		"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	} {
		p, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		points = append(points, p)
	}
	return points
}

func TestHostileDialler(t *testing.T) {
	v := newVictim(t, Options{})
	someone := freshKey(t)
	other := someone.Public()
	for _, test := range []struct {
		name     string
		lie      func(f *forger)
		message  string
		reason   error
		answered bool
	}{
		{"means another peer", func(f *forger) { f.prefix = someone.Public() }, syn, ErrOtherResponder, false},
		{"claims the key of the victim", func(f *forger) { f.claim = v.key() }, syn, ErrOwnKey, false},
		{"no encoding in common", func(f *forger) { f.offer = encodings{1, 2, 17} }, syn, ErrEncoding, false},
		{"encodings far away", func(f *forger) { f.offer = encodings{65535} }, syn, ErrEncoding, false},
		{"claims the key of another peer", func(f *forger) { f.claim = someone.Public() }, ack, ErrSignature, true},
		{"signature over another key", func(f *forger) { f.signature = f.key.Sign(other[:]) }, ack, ErrSignature, true},
		{"signature of another peer", func(f *forger) { f.signer = someone }, ack, ErrSignature, true},
		{"no signature", func(f *forger) { f.signature = handoff.Signature{1} }, ack, ErrSignature, true},
		{"key that verifies everything", func(f *forger) {
			f.claim, f.signature = handoff.PublicKey{1}, handoff.Signature{1}
		}, ack, ErrSignature, true},
		{"ACK spoilt", func(f *forger) { f.spoilACK = true }, ack, ErrForged, true},
		{"another ephemeral key than its own", func(f *forger) { f.ephemeral = other[:] }, ack, io.ErrUnexpectedEOF, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newForger(t, v.key())
			test.lie(&f)
			c := v.dial(t)
			answer := f.attack(t, c)
			if got := len(answer) > 0; got != test.answered {
				t.Errorf("answered with %d bytes, want an answer: %v", len(answer), test.answered)
			}
			_ = c.Close()
			v.expectRefused(t, test.message, test.reason)
		})
	}
	v.expectHonest(t)
}

// TestLowOrderDialler has keys with which the secrets do not depend on the other side.
func TestLowOrderDialler(t *testing.T) {
	v := newVictim(t, Options{})
	for _, point := range lowOrder(t) {
		f := newForger(t, v.key())
		f.ephemeral = point
		if answer := f.attack(t, v.dial(t)); len(answer) > 0 {
			t.Errorf("%x: answered", point)
		}
		v.expectRefused(t, syn, ErrForged)

		f = newForger(t, v.key())
		f.static, f.signature = point, f.key.Sign(point)
		f.attack(t, v.dial(t))
		v.expectRefused(t, ack, ErrForged)
	}
	v.expectHonest(t)
}

// TestReplayedDialler says again what an honest dialler has said, to the same victim.
func TestReplayedDialler(t *testing.T) {
	v := newVictim(t, Options{})
	var tape tcptest.Tape
	relay := tcptest.NewRelay(t, v.Location(), tape.Record)
	honest, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer honest.Close()
	dialled, err := honest.Dial(t.Context(), relay.Location())
	if err != nil {
		t.Fatal(err)
	}
	defer dialled.Close()
	accepted, err := v.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer accepted.Close()

	c := v.dial(t)
	if _, err := c.Write(tape.Bytes()); err != nil {
		t.Fatal(err)
	}
	v.expectRefused(t, ack, ErrForged)
}

// TestCutHandshake ends the handshake after each byte of what an honest dialler says.
func TestCutHandshake(t *testing.T) {
	v := newVictim(t, Options{})
	f := newForger(t, v.key())
	for size := range prefixSize + synSize + 1 {
		_, hello := f.begin(t)
		c := v.dial(t)
		if _, err := c.Write(hello[:size]); err != nil {
			t.Fatal(err)
		}
		if size == len(hello) {
			if _, err := io.ReadFull(c, make([]byte, synackSize)); err != nil {
				t.Fatal(err)
			}
		}
		_ = c.Close()
		message := syn
		if size == len(hello) {
			message = ack
		}
		v.expectRefused(t, message, io.ErrUnexpectedEOF)
	}
	v.expectHonest(t)
}

// TestSlowDiallers keeps more connections open than there may be handshakes, and says a byte now and then.
func TestSlowDiallers(t *testing.T) {
	v := newVictim(t, Options{Handshakes: 8, HandshakeTime: 300 * time.Millisecond})
	_, hello := newForger(t, v.key()).begin(t)
	const n = 50
	start := time.Now()
	for i := range n {
		c := v.dial(t)
		if _, err := c.Write(hello[:i%len(hello)]); err != nil {
			t.Fatal(err)
		}
	}
	v.expectHonest(t)
	var crowded, late int
	for range n - 1 { // the honest one may have taken the place of one more
		select {
		case err := <-v.refused:
			var timeout net.Error
			switch {
			case errors.As(err, &timeout) && timeout.Timeout():
				late++
			default:
				crowded++
			}
		case <-time.After(tcptest.Patience):
			t.Fatalf("%d of %d slow diallers are refused", crowded+late, n)
		}
	}
	if crowded < n-10 || late == 0 {
		t.Errorf("%d had to go for others, %d took too long", crowded, late)
	}
	if took := time.Since(start); took > tcptest.Patience {
		t.Errorf("it took %v", took)
	}
}

// Garbage is refused at its first 32 bytes, or as soon as there is no more.
func TestNoHandshakeAtAll(t *testing.T) {
	v := newVictim(t, Options{})
	for _, garbage := range [][]byte{
		[]byte("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"),
		bytes.Repeat([]byte{0}, 10_000), bytes.Repeat([]byte("<op>"), 100), []byte("5:<1'a>"),
	} {
		c := v.dial(t)
		if _, err := c.Write(garbage); err != nil {
			t.Fatal(err)
		}
		_ = c.(*net.TCPConn).CloseWrite()
		if answer, _ := io.ReadAll(c); len(answer) > 0 {
			t.Errorf("%.20q: answered %q", garbage, answer)
		}
		reason := ErrOtherResponder
		if len(garbage) < prefixSize+synSize {
			reason = io.ErrUnexpectedEOF
		}
		v.expectRefused(t, syn, reason)
	}
}
