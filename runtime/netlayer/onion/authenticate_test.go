package onion_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// signs returns what the side with the label signs: the text that is part of it, who dialled, who was dialled, and their challenges.
func signs(label, dialler, dialled string, byDialler, byDialled []byte) []byte {
	b := append([]byte{}, syrup.RecordStart)
	b = syrup.AppendSymbol(b, label)
	b = syrup.AppendString(b, "OCapN onion netlayer mutual authentication 1")
	b = syrup.AppendString(b, dialler)
	b = syrup.AppendString(b, dialled)
	b = syrup.AppendBytes(b, byDialler)
	b = syrup.AppendBytes(b, byDialled)
	return append(b, syrup.RecordEnd)
}

// envelope returns the record with a signature by the key.
func envelope(record []byte, key ed25519.PrivateKey) []byte {
	pair := handoff.KeyPairFromSeed([ed25519.SeedSize]byte(key.Seed()))
	return handoff.SignEnvelope(pair, record).AppendSyrup(nil)
}

// opening returns what the side that dials begins with.
func opening(dialler, dialled string, challenge []byte) []byte {
	b := append([]byte{}, syrup.RecordStart)
	b = syrup.AppendSymbol(b, "init:auth-receiver")
	b = syrup.AppendString(b, dialler)
	b = syrup.AppendString(b, dialled)
	b = syrup.AppendBytes(b, challenge)
	return append(b, syrup.RecordEnd)
}

// field returns the last field of the record in an envelope: the challenge of the side that was dialled.
func challengeIn(t testing.TB, msg []byte) []byte {
	t.Helper()
	var d syrup.Decoder
	d.Reset(msg, syrup.Options{})
	record := handoff.DecodeEnvelope(&d).Object
	d.Reset(record, syrup.Options{})
	d.Record()
	for range 5 {
		d.Skip()
	}
	challenge := d.Bytes()
	d.End()
	if err := d.Finish(); err != nil || len(challenge) != 64 {
		t.Fatalf("%q is no envelope of a record that ends with a challenge: %v", msg, err)
	}
	return challenge
}

var start = []byte("<1'a>") // stands for the first message of CapTP

func TestAuthenticate(t *testing.T) {
	for _, framed := range []bool{false, true} {
		folder := t.TempDir()
		a := open(t, onion.Options{ControlAddr: startFake(t, folder, nil).address(), Authenticate: true, Framed: framed})
		b := open(t, onion.Options{ControlAddr: startFake(t, folder, nil).address(), Authenticate: true})
		dialled, err := a.Dial(t.Context(), b.Location())
		if err != nil {
			t.Fatal(err)
		}
		defer dialled.Close()
		if err := dialled.Send([][]byte{start, start}); err != nil {
			t.Fatal(err)
		}
		accepted := accept(t, b)
		if got := dialled.Proved(); got != b.Location().ID() {
			t.Errorf("Proved of the dialled conn: %v, want %v", got, b.Location().ID())
		}
		if got := accepted.Proved(); got != a.Location().ID() {
			t.Errorf("Proved of the accepted conn: %v, want %v", got, a.Location().ID())
		}
		var got [][]byte
		for len(got) < 2 {
			if got, err = accepted.Receive(got); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff([]string{"<1'a>", "<1'a>"}, texts(got)); diff != "" {
			t.Errorf("messages behind the proof (-want +got):\n%s", diff)
		}
	}
}

// TestAcceptorRefuses dials a peer that wants proof, and does not give it. Each exchange gets what the peer sends after the first message,
// and returns what to send then.
func TestAcceptorRefuses(t *testing.T) {
	me, other, target := peerOf("me").Designator, peerOf("other").Designator, peerOf("target").Designator
	challenge := bytes.Repeat([]byte{1}, 64)
	hello := opening(me, target, challenge)
	proof := func(change func(record []byte, theirs []byte) []byte, key string) func(msg []byte) []byte {
		return func(msg []byte) []byte {
			theirs := challengeIn(t, msg)
			return envelope(change(signs("auth:initiator", me, target, challenge, theirs), theirs), keyOf(key))
		}
	}
	same := func(record, _ []byte) []byte { return record }
	for _, test := range []struct {
		name  string
		first []byte
		then  func(msg []byte) []byte // nil when nothing comes
	}{
		{"good", hello, proof(same, "me")},
		{"CapTP at once", []byte("<16'op:start-session3\"1.0>"), nil},
		{"no record", []byte("HELO"), nil},
		{"another label", bytes.Replace(hello, []byte("init:auth-receiver"), []byte("init:auth-received"), 1), nil},
		{"short challenge", opening(me, target, challenge[:63]), nil},
		{"long message", opening(me, target, bytes.Repeat([]byte{1}, 2000)), nil},
		{"for another peer", opening(me, other, challenge), nil},
		{"from the peer itself", opening(target, target, challenge), nil},
		{"from no address", opening("me", target, challenge), nil},
		{"more fields", append(append([]byte{}, hello[:len(hello)-1]...), "1+>"...), nil},
		{"another key", hello, proof(same, "other")},
		{"the record of the other side", hello, proof(func(_, theirs []byte) []byte {
			return signs("auth:receiver", me, target, challenge, theirs)
		}, "me")},
		{"another dialler", hello, proof(func(_, theirs []byte) []byte {
			return signs("auth:initiator", other, target, challenge, theirs)
		}, "me")},
		{"meant for another peer", hello, proof(func(_, theirs []byte) []byte {
			return signs("auth:initiator", me, other, challenge, theirs)
		}, "me")},
		{"an old challenge", hello, proof(func([]byte, []byte) []byte {
			return signs("auth:initiator", me, target, challenge, challenge)
		}, "me")},
		{"other text", hello, proof(func(record, _ []byte) []byte {
			return bytes.Replace(record, []byte("authentication 1"), []byte("authentication 2"), 1)
		}, "me")},
		{"what it was sent", hello, func(msg []byte) []byte { return msg }},
		{"no envelope", hello, func([]byte) []byte { return start }},
		{"half a proof", hello, func(msg []byte) []byte { return proof(same, "me")(msg)[:100] }},
		{"nothing", nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			fake := startFake(t, t.TempDir(), nil)
			nl := open(t, onion.Options{
				ControlAddr: fake.address(), Key: keyOf("target"), Authenticate: true, HandshakeTime: 300 * time.Millisecond,
			})
			c := dialRaw(t, fake, target)
			sendRaw(t, c, test.first)
			if test.then != nil {
				msgs, err := c.Receive(nil)
				if err != nil {
					t.Fatal(err)
				}
				sendRaw(t, c, test.then(msgs[0]))
			}
			if test.name == "good" {
				if got := accept(t, nl).Proved(); got != peerOf("me").ID() {
					t.Errorf("Proved: %v, want %v", got, peerOf("me").ID())
				}
				return
			}
			expectEnd(t, c)
			expectNothingAccepted(t, nl)
		})
	}
}

// dialRaw connects to the service as peers do that know nothing of proofs.
func dialRaw(t testing.TB, fake *fakeTor, designator string) *netlayer.Stream {
	t.Helper()
	target, err := os.ReadFile(filepath.Join(fake.folder, designator))
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", string(target))
	if err != nil {
		t.Fatal(err)
	}
	s := netlayer.NewStream(c, netlayer.StreamOptions{Framing: netlayer.Raw})
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// sendRaw sends a message; the other side may have had enough already.
func sendRaw(t testing.TB, c netlayer.Conn, msg []byte) {
	t.Helper()
	_ = c.Send([][]byte{msg})
}

// expectEnd receives until the other side ends the conn.
func expectEnd(t testing.TB, c netlayer.Conn) {
	t.Helper()
	end := make(chan struct{})
	go func() {
		defer close(end)
		for {
			if _, err := c.Receive(nil); err != nil {
				return
			}
		}
	}()
	select {
	case <-end:
	case <-time.After(patience):
		t.Error("the conn does not end")
	}
}

// expectNothingAccepted closes the netlayer and expects that Accept has returned nothing.
func expectNothingAccepted(t testing.TB, nl *onion.Netlayer) {
	t.Helper()
	end := make(chan error, 1)
	go func() {
		_, err := nl.Accept()
		end <- err
	}()
	select {
	case err := <-end:
		t.Errorf("Accept: %v, want it to wait", err)
		return
	case <-time.After(20 * time.Millisecond):
	}
	_ = nl.Close()
	if err := <-end; !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept: %v, want an error that wraps net.ErrClosed", err)
	}
}

// TestDiallerRefuses dials a peer that does not prove who it is. Each answer is to the first message.
func TestDiallerRefuses(t *testing.T) {
	me, target := peerOf("me").Designator, peerOf("target").Designator
	theirs := bytes.Repeat([]byte{2}, 64)
	challengeOf := func(msg []byte) []byte {
		var d syrup.Decoder
		d.Reset(msg, syrup.Options{})
		d.Record()
		d.Skip()
		d.Skip()
		d.Skip()
		return d.Bytes()
	}
	for _, test := range []struct {
		name   string
		answer func(msg []byte) []byte // nil for silence
	}{
		{"good", func(msg []byte) []byte {
			return envelope(signs("auth:receiver", me, target, challengeOf(msg), theirs), keyOf("target"))
		}},
		{"silence", nil},
		{"end", func([]byte) []byte { return []byte{} }},
		{"CapTP", func([]byte) []byte { return []byte("<8'op:abort7\"no idea>") }},
		{"what it was sent", func(msg []byte) []byte { return msg }},
		{"another key", func(msg []byte) []byte {
			return envelope(signs("auth:receiver", me, target, challengeOf(msg), theirs), keyOf("other"))
		}},
		{"an old challenge", func([]byte) []byte {
			return envelope(signs("auth:receiver", me, target, theirs, theirs), keyOf("target"))
		}},
		{"the record of the other side", func(msg []byte) []byte {
			return envelope(signs("auth:initiator", me, target, challengeOf(msg), theirs), keyOf("target"))
		}},
		{"meant for another peer", func(msg []byte) []byte {
			return envelope(signs("auth:receiver", peerOf("other").Designator, target, challengeOf(msg), theirs), keyOf("target"))
		}},
		{"short challenge", func(msg []byte) []byte {
			return envelope(signs("auth:receiver", me, target, challengeOf(msg), theirs[:10]), keyOf("target"))
		}},
		{"long message", func([]byte) []byte {
			return syrup.AppendBytes([]byte("<1'x"), make([]byte, 2000))
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			if err := os.WriteFile(filepath.Join(folder, target), []byte(l.Addr().String()), 0o600); err != nil {
				t.Fatal(err)
			}
			nl := open(t, onion.Options{
				ControlAddr: startFake(t, folder, nil).address(), Key: keyOf("me"), Authenticate: true, HandshakeTime: 300 * time.Millisecond,
			})
			go func() {
				raw, err := l.Accept()
				if err != nil {
					return
				}
				c := netlayer.NewStream(raw, netlayer.StreamOptions{Framing: netlayer.Raw})
				defer c.Close()
				msgs, err := c.Receive(nil)
				if err != nil {
					return
				}
				if test.answer != nil {
					answer := test.answer(msgs[0])
					if len(answer) == 0 {
						return
					}
					_ = c.Send([][]byte{answer})
				}
				_, _ = c.Receive(nil)
				_, _ = c.Receive(nil)
			}()
			c, err := nl.Dial(t.Context(), peerOf("target"))
			if err == nil {
				_ = c.Close()
			}
			if want := test.name != "good"; errors.Is(err, netlayer.ErrIdentity) != want {
				t.Errorf("Dial: %v, want an error that wraps ErrIdentity: %v", err, want)
			}
		})
	}
}

// TestDiallingWhoDoesNotAuthenticate mixes peers that want proof with peers that do not know of it.
func TestDiallingWhoDoesNotAuthenticate(t *testing.T) {
	folder := t.TempDir()
	wants := open(t, onion.Options{
		ControlAddr: startFake(t, folder, nil).address(), Authenticate: true, HandshakeTime: 300 * time.Millisecond,
	})
	plain := open(t, onion.Options{ControlAddr: startFake(t, folder, nil).address()})
	if _, err := wants.Dial(t.Context(), plain.Location()); !errors.Is(err, netlayer.ErrIdentity) {
		t.Errorf("Dial: %v, want an error that wraps ErrIdentity", err)
	}
	accept(t, plain)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := wants.Dial(ctx, plain.Location()); !errors.Is(err, context.Canceled) {
		t.Errorf("Dial: %v, want an error that wraps %v", err, context.Canceled)
	}
	c, err := plain.Dial(t.Context(), wants.Location())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	sendRaw(t, c, start)
	expectEnd(t, c)
	expectNothingAccepted(t, wants)
}

// TestRelayedProof has somebody in the middle pass the messages of a proof on to the peer that it would like to be taken for a third
// one by: who is dialled is part of what is signed.
func TestRelayedProof(t *testing.T) {
	folder := t.TempDir()
	victim := open(t, onion.Options{ControlAddr: startFake(t, folder, nil).address(), Key: keyOf("victim"), Authenticate: true})
	far := startFake(t, folder, nil)
	target := open(t, onion.Options{ControlAddr: far.address(), Key: keyOf("target"), Authenticate: true, HandshakeTime: 300 * time.Millisecond})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	middle := peerOf("middle")
	if err := os.WriteFile(filepath.Join(folder, middle.Designator), []byte(l.Addr().String()), 0o600); err != nil {
		t.Fatal(err)
	}
	go func() {
		raw, err := l.Accept()
		if err != nil {
			return
		}
		c := netlayer.NewStream(raw, netlayer.StreamOptions{Framing: netlayer.Raw})
		defer c.Close()
		fromVictim, err := c.Receive(nil)
		if err != nil {
			return
		}
		relayed := bytes.Replace(fromVictim[0], []byte(middle.Designator), []byte(target.Location().Designator), 1)
		s := dialRaw(t, far, target.Location().Designator)
		_ = s.Send([][]byte{relayed})
		fromTarget, err := s.Receive(nil)
		if err != nil {
			return
		}
		// The best that it can do: the challenge of the target, in an envelope of its own.
		theirs := challengeIn(t, fromTarget[0])
		var d syrup.Decoder
		d.Reset(fromVictim[0], syrup.Options{})
		d.Record()
		d.Skip()
		d.Skip()
		d.Skip()
		own := d.Bytes()
		_ = c.Send([][]byte{envelope(
			signs("auth:receiver", victim.Location().Designator, middle.Designator, own, theirs), keyOf("middle"))})
		proof, err := c.Receive(nil)
		if err != nil {
			return
		}
		_ = s.Send(proof)
		_, _ = s.Receive(nil)
	}()
	c, err := victim.Dial(t.Context(), middle)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	expectEnd(t, c)
	expectNothingAccepted(t, target)
}

// TestHalfOpen opens a thousand conns that prove nothing. They are bounded, keep nobody out, and go.
func TestHalfOpen(t *testing.T) {
	folder := t.TempDir()
	fake := startFake(t, folder, nil)
	b := open(t, onion.Options{ControlAddr: fake.address(), Key: keyOf("b"), Authenticate: true, Handshakes: 16, HandshakeTime: time.Second})
	target, err := os.ReadFile(filepath.Join(folder, peerOf("b").Designator))
	if err != nil {
		t.Fatal(err)
	}
	served := runtime.NumGoroutine()
	var silent []net.Conn
	defer func() {
		for _, c := range silent {
			_ = c.Close()
		}
	}()
	for i := range 1000 {
		c, err := net.Dial("tcp", string(target))
		if err != nil {
			t.Fatal(err)
		}
		silent = append(silent, c)
		if i%2 == 1 {
			_, _ = io.WriteString(c, "<18'init:auth-receiver")
		}
	}
	expectGoroutines(t, served+16)
	a := open(t, onion.Options{ControlAddr: startFake(t, folder, nil).address(), Authenticate: true})
	c, err := a.Dial(t.Context(), b.Location())
	if err != nil {
		t.Fatal(err)
	}
	if got := accept(t, b).Proved(); got != a.Location().ID() {
		t.Errorf("Proved: %v, want %v", got, a.Location().ID())
	}
	_ = c.Close()
	for i, c := range silent {
		_ = c.SetReadDeadline(time.Now().Add(patience))
		if _, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("conn %d of a thousand does not end", i)
		}
	}
	expectGoroutines(t, served+5) // two of a, three of its fake
}

// TestFullQueue proves who it is more often than anybody accepts.
func TestFullQueue(t *testing.T) {
	folder := t.TempDir()
	b := open(t, onion.Options{ControlAddr: startFake(t, folder, nil).address(), Authenticate: true, Handshakes: 4})
	a := open(t, onion.Options{ControlAddr: startFake(t, folder, nil).address(), Authenticate: true})
	var dialled []netlayer.Conn
	for range 12 {
		c, err := a.Dial(t.Context(), b.Location())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		dialled = append(dialled, c)
	}
	ended := make(chan locator.PeerID, len(dialled))
	for _, c := range dialled {
		go func() {
			if _, err := c.Receive(nil); !errors.Is(err, net.ErrClosed) {
				ended <- c.Proved()
			}
		}()
	}
	for range 8 {
		select {
		case <-ended:
		case <-time.After(patience):
			t.Fatal("conns that nobody accepts do not end")
		}
	}
	for range 4 {
		accept(t, b)
	}
	expectNothingAccepted(t, b)
}
