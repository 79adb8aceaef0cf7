package onion_test

import (
	"bytes"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// serveRaw serves the onion service of the peer by what knows nothing of proofs. Its first conn is given to handle, and closed then.
func serveRaw(t *testing.T, folder string, peer locator.Peer, handle func(*netlayer.Stream)) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	if err := os.WriteFile(filepath.Join(folder, peer.Designator), []byte(l.Addr().String()), 0o600); err != nil {
		t.Fatal(err)
	}
	go func() {
		raw, err := l.Accept()
		if err != nil {
			return
		}
		c := netlayer.NewStream(raw, netlayer.StreamOptions{Framing: netlayer.Raw})
		defer c.Close()
		handle(c)
	}()
}

// answerOnce returns what answers the first message, and nothing to others. An empty answer ends the conn.
func answerOnce(answer func(msg []byte) []byte) func(*netlayer.Stream) {
	return func(c *netlayer.Stream) {
		msgs, err := c.Receive(nil)
		if err != nil {
			return
		}
		if answer != nil {
			text := answer(msgs[0])
			if len(text) == 0 {
				return
			}
			_ = c.Send([][]byte{text})
		}
		_, _ = c.Receive(nil)
		_, _ = c.Receive(nil)
	}
}

// TestDiallerRefuses dials a peer that does not prove who it is. Each answer is to the first message.
func TestDiallerRefuses(t *testing.T) {
	me, target := peerOf("me").Designator, peerOf("target").Designator
	theirs := bytes.Repeat([]byte{2}, 64)
	for _, test := range []struct {
		name   string
		answer func(msg []byte) []byte // nil for silence
	}{
		{"good", func(msg []byte) []byte {
			return envelope(signs("auth:receiver", me, target, challengeInOpening(msg), theirs), keyOf("target"))
		}},
		{"silence", nil},
		{"end", func([]byte) []byte { return []byte{} }},
		{"CapTP", func([]byte) []byte { return []byte("<8'op:abort7\"no idea>") }},
		{"what it was sent", func(msg []byte) []byte { return msg }},
		{"another key", func(msg []byte) []byte {
			return envelope(signs("auth:receiver", me, target, challengeInOpening(msg), theirs), keyOf("other"))
		}},
		{"an old challenge", func([]byte) []byte {
			return envelope(signs("auth:receiver", me, target, theirs, theirs), keyOf("target"))
		}},
		{"the record of the other side", func(msg []byte) []byte {
			return envelope(signs("auth:initiator", me, target, challengeInOpening(msg), theirs), keyOf("target"))
		}},
		{"meant for another peer", func(msg []byte) []byte {
			return envelope(signs("auth:receiver", peerOf("other").Designator, target, challengeInOpening(msg), theirs), keyOf("target"))
		}},
		{"short challenge", func(msg []byte) []byte {
			return envelope(signs("auth:receiver", me, target, challengeInOpening(msg), theirs[:10]), keyOf("target"))
		}},
		{"long message", func([]byte) []byte { return syrup.AppendBytes([]byte("<1'x"), make([]byte, 2000)) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			serveRaw(t, folder, peerOf("target"), answerOnce(test.answer))
			nl := open(t, onion.Options{
				ControlAddr: startFake(t, folder, nil).address(), Key: keyOf("me"), Authenticate: true, HandshakeTime: time.Second,
			})
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

// TestRelayedProof has somebody in the middle pass the messages of a proof on to the peer that it would like to be taken for a third
// one by: who is dialled is part of what is signed.
func TestRelayedProof(t *testing.T) {
	folder := t.TempDir()
	victim := open(t, onion.Options{ControlAddr: startFake(t, folder, nil).address(), Key: keyOf("victim"), Authenticate: true})
	far := startFake(t, folder, nil)
	target := open(t, onion.Options{ControlAddr: far.address(), Key: keyOf("target"), Authenticate: true, HandshakeTime: time.Second})
	middle := peerOf("middle")
	serveRaw(t, folder, middle, func(c *netlayer.Stream) {
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
		theirs := challengeIn(fromTarget[0])
		_ = c.Send([][]byte{envelope(
			signs("auth:receiver", victim.Location().Designator, middle.Designator, challengeInOpening(fromVictim[0]), theirs), keyOf("middle"))})
		proof, err := c.Receive(nil)
		if err != nil {
			return
		}
		_ = s.Send(proof)
		_, _ = s.Receive(nil)
	})
	c, err := victim.Dial(t.Context(), middle)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	expectEnd(t, c)
	expectNothingAccepted(t, target)
}
