package onion_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// stranger is somebody who dials a peer that wants proof.
type stranger struct {
	name  string
	first []byte
	then  func(msg []byte) []byte // what to send after the answer; nil when nothing comes
}

// strangers dial target. All but the first give no proof that they are me.
func strangers(me, other, target string) []stranger {
	challenge := bytes.Repeat([]byte{1}, 64)
	hello := opening(me, target, challenge)
	proof := func(change func(record []byte, theirs []byte) []byte, key string) func(msg []byte) []byte {
		return func(msg []byte) []byte {
			theirs := challengeIn(msg)
			return envelope(change(signs("auth:initiator", me, target, challenge, theirs), theirs), keyOf(key))
		}
	}
	same := func(record, _ []byte) []byte { return record }
	return []stranger{
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
	}
}

func TestAcceptorRefuses(t *testing.T) {
	target := peerOf("target").Designator
	for _, test := range strangers(peerOf("me").Designator, peerOf("other").Designator, target) {
		t.Run(test.name, func(t *testing.T) {
			fake := startFake(t, t.TempDir(), nil)
			nl := open(t, onion.Options{
				ControlAddr: fake.address(), Key: keyOf("target"), Authenticate: true, HandshakeTime: time.Second,
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

// TestMessagesBehindProof sends messages in one piece with the proof, one of them longer than the messages of a proof may be, and has them
// received in either way.
func TestMessagesBehindProof(t *testing.T) {
	me, target := peerOf("me").Designator, peerOf("target").Designator
	challenge := bytes.Repeat([]byte{1}, 64)
	long := append(syrup.AppendBytes([]byte("<1'a"), make([]byte, 10_000)), '>')
	for name, receive := range map[string]func(c netlayer.Conn, dst [][]byte) ([][]byte, error){
		"Receive": netlayer.Conn.Receive,
		"ReceiveInto": func(c netlayer.Conn, dst [][]byte) ([][]byte, error) {
			return c.(netlayer.BufferReceiver).ReceiveInto(dst, func(size int) []byte { return make([]byte, 0, size) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			fake := startFake(t, t.TempDir(), nil)
			nl := open(t, onion.Options{ControlAddr: fake.address(), Key: keyOf("target"), Authenticate: true})
			c := dialRaw(t, fake, target)
			sendRaw(t, c, opening(me, target, challenge))
			msgs, err := c.Receive(nil)
			if err != nil {
				t.Fatal(err)
			}
			proof := envelope(signs("auth:initiator", me, target, challenge, challengeIn(msgs[0])), keyOf("me"))
			sendRaw(t, c, slices.Concat(proof, start, long))
			accepted := accept(t, nl)
			defer time.AfterFunc(patience, func() { _ = accepted.Close() }).Stop()
			var got [][]byte
			for len(got) < 2 && err == nil {
				got, err = receive(accepted, got)
			}
			if diff := cmp.Diff([]string{string(start), string(long)}, texts(got)); diff != "" || err != nil {
				t.Errorf("messages behind the proof: %v (-want +got):\n%s", err, diff)
			}
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
	if got := b.Refused(); got.Crowded+got.Failed != int64(len(silent)) || got.Crowded < int64(len(silent))-16 {
		t.Errorf("refused: %+v, want %d, nearly all for the others", got, len(silent))
	}
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
