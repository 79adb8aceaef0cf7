package websocket_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	library "github.com/coder/websocket"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

// urlOf returns where the netlayer is dialled.
func urlOf(t testing.TB, nl *websocket.Netlayer) string {
	t.Helper()
	url, ok := nl.Location().Hint("url")
	if !ok {
		t.Fatalf("no URL in %v", nl.Location())
	}
	return url
}

// dialLibrary opens a websocket to the netlayer, as a stranger does.
func dialLibrary(t testing.TB, nl *websocket.Netlayer) *library.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), tcptest.Patience)
	defer cancel()
	ws, _, err := library.Dial(ctx, urlOf(t, nl), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ws.CloseNow() })
	return ws
}

// aChallenge is one that is good.
var aChallenge = []byte("<14'init:peer-auth32:" + strings.Repeat("c", 32) + ">")

// accept returns the next conn, which is closed with the test.
func accept(t testing.TB, nl *websocket.Netlayer) netlayer.Conn {
	t.Helper()
	type result struct {
		conn netlayer.Conn
		err  error
	}
	done := make(chan result, 1)
	go func() {
		conn, err := nl.Accept()
		done <- result{conn, err}
	}()
	select {
	case r := <-done:
		if r.err != nil {
			t.Fatal(r.err)
		}
		t.Cleanup(func() { _ = r.conn.Close() })
		return r.conn
	case <-time.After(tcptest.Patience):
		t.Fatal("nothing to accept")
		return nil
	}
}

// expectNoConn checks that the next conn that is accepted is an honest one.
func expectNoConn(t *testing.T, nl *websocket.Netlayer) {
	t.Helper()
	dialled, accepted := connect(t, open(t, websocket.Options{}), nl)
	if err := dialled.Send([][]byte{[]byte("<6'honest>")}); err != nil {
		t.Error(err)
	}
	msgs, err := accepted.Receive(nil)
	if err != nil || string(msgs[0]) != "<6'honest>" {
		t.Errorf("Receive: %q, %v, want what the honest one has sent", msgs, err)
	}
}

// connect makes one netlayer dial the other.
func connect(t testing.TB, a, b *websocket.Netlayer) (dialled, accepted netlayer.Conn) {
	t.Helper()
	dialled, err := a.Dial(t.Context(), b.Location())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = dialled.Close() })
	return dialled, accept(t, b)
}

func TestNoChallenge(t *testing.T) {
	for name, first := range map[string]struct {
		kind library.MessageType
		msg  []byte
	}{
		"hello":       {library.MessageBinary, []byte(`<16'op:start-session3"1.0>`)},
		"text":        {library.MessageText, aChallenge},
		"empty":       {library.MessageBinary, nil},
		"older form":  {library.MessageBinary, make([]byte, 64)},
		"two at once": {library.MessageBinary, append(bytes.Clone(aChallenge), "<5'hello>"...)},
		"too long":    {library.MessageBinary, []byte("<14'init:peer-auth2000:" + strings.Repeat("c", 2000) + ">")},
		"huge":        {library.MessageBinary, make([]byte, 1<<20)},
	} {
		t.Run(name, func(t *testing.T) {
			tcptest.ExpectNoLeaks(t)
			nl := open(t, websocket.Options{Address: here})
			ws := dialLibrary(t, nl)
			_ = ws.Write(t.Context(), first.kind, first.msg)
			if kind, answer, err := ws.Read(t.Context()); err == nil {
				t.Errorf("answered with %v %q", kind, answer)
			}
			expectNoConn(t, nl)
		})
	}
}

// rawUpgrade returns a TCP conn on which the websocket is open, and the frames are the test's.
func rawUpgrade(t testing.TB, nl *websocket.Netlayer) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(urlOf(t, nl), "ws://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	upgradeOn(t, c)
	return c
}

// upgradeOn makes a websocket of the conn.
func upgradeOn(t testing.TB, c net.Conn) {
	t.Helper()
	if _, err := io.WriteString(c, upgradeRequest+"\r\n"); err != nil {
		t.Fatal(err)
	}
	var head []byte
	for !bytes.HasSuffix(head, []byte("\r\n\r\n")) {
		var b [1]byte
		if _, err := io.ReadFull(c, b[:]); err != nil {
			t.Fatalf("after %q: %v", head, err)
		}
		head = append(head, b[0])
	}
	if !bytes.HasPrefix(head, []byte("HTTP/1.1 101")) {
		t.Fatalf("response: %q", head)
	}
}

// upgradeRequest asks for a websocket; the line that ends the headers is missing.
const upgradeRequest = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"

// The first byte of a frame, and the bit in the second that says that it is masked.
const (
	fin        = 0x80
	compressed = 0x40
	masked     = 0x80

	opBinary = 2
	opPing   = 9
)

// frame returns a frame that says it has so many bytes, and has those that are given. The mask is zero.
func frame(first byte, says uint64, payload []byte) []byte {
	f := []byte{first, masked | 127}
	f = binary.BigEndian.AppendUint64(f, says)
	f = append(f, 0, 0, 0, 0)
	return append(f, payload...)
}

// binaryFrame returns a frame that is a whole binary message.
func binaryFrame(payload []byte) []byte { return frame(fin|opBinary, uint64(len(payload)), payload) }

// rawAccepted is rawUpgrade with the challenge, and the other end.
func rawAccepted(t testing.TB, nl *websocket.Netlayer) (net.Conn, netlayer.Conn) {
	t.Helper()
	c := rawUpgrade(t, nl)
	challengeOn(t, c)
	return c, accept(t, nl)
}

// challengeOn sends a challenge, and reads the answer.
func challengeOn(t testing.TB, c net.Conn) {
	t.Helper()
	if _, err := c.Write(binaryFrame(aChallenge)); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 4+54+len("<17'desc:sig-envelope>")+100)
	if _, err := io.ReadFull(c, answer); err != nil {
		t.Fatal(err)
	}
}

// receiveEnd returns the error that ends a conn.
func receiveEnd(t testing.TB, conn netlayer.Conn) error {
	t.Helper()
	end := make(chan error, 1)
	go func() {
		msgs, err := conn.Receive(nil)
		if len(msgs) > 0 {
			t.Errorf("received %d messages of %d bytes and more", len(msgs), len(msgs[0]))
		}
		end <- err
	}()
	select {
	case err := <-end:
		return err
	case <-time.After(tcptest.Patience):
		t.Fatal("Receive waits")
		return nil
	}
}

func TestHostileFrames(t *testing.T) {
	var (
		frameError *netlayer.FrameError
		tooLarge   *netlayer.MessageTooLargeError
	)
	const mebibyte = 1 << 20
	for _, test := range []struct {
		name  string
		bytes []byte
		want  func(error) bool // nil for any error
	}{
		{"text", frame(fin|1, 5, []byte("<1'a>")), func(err error) bool { return errors.As(err, &frameError) }},
		{"compressed", frame(fin|compressed|opBinary, 5, []byte("<1'a>")), nil},
		{"reserved bits", frame(fin|0x30|opBinary, 5, []byte("<1'a>")), nil},
		{"unknown kind", frame(fin|0xb, 5, []byte("<1'a>")), nil},
		{"continued from nothing", frame(fin, 5, []byte("<1'a>")), nil},
		{"begun inside another", append(frame(opBinary, 5, []byte("<1'a>")), binaryFrame([]byte("<1'b>"))...), nil},
		{"not masked", []byte("\x82\x05<1'a>"), nil},
		{"negative length", frame(fin|opBinary, 1<<63, []byte("<1'a>")), nil},
		{"long ping", frame(fin|opPing, 126, make([]byte, 126)), nil},
		{"ping in parts", frame(opPing, 5, []byte("<1'a>")), nil},
		{"end with half a status", frame(fin|8, 1, []byte{3}), nil},
		{"too long", binaryFrame(make([]byte, mebibyte+1)), func(err error) bool { return errors.As(err, &tooLarge) }},
		{
			"too long in parts", append(frame(opBinary, 1, []byte("a")), bytes.Repeat(frame(0, 100, make([]byte, 100)), mebibyte/100+1)...),
			func(err error) bool { return errors.As(err, &tooLarge) },
		},
		{
			"cut between parts", append(frame(opBinary, 1, []byte("a")), frame(0, 1, []byte("b"))...),
			func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) },
		},
		{"cut in the head", frame(fin|opBinary, 5, nil)[:9], nil},
		{"cut in the message", frame(fin|opBinary, 5, []byte("<1")), func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			tcptest.ExpectNoLeaks(t)
			nl := open(t, websocket.Options{Address: here})
			c, conn := rawAccepted(t, nl)
			conn.SetReadLimit(mebibyte)
			go func() {
				_, _ = c.Write(test.bytes)
				_ = c.(*net.TCPConn).CloseWrite()
			}()
			if err := receiveEnd(t, conn); err == nil || test.want != nil && !test.want(err) {
				t.Errorf("Receive: %v", err)
			}
		})
	}
}

// What a frame says it has costs nothing until it comes.
func TestClaims(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	nl := open(t, websocket.Options{Address: here})
	before := tcptest.LiveHeap()
	for range 100 {
		c, conn := rawAccepted(t, nl)
		if _, err := c.Write(frame(fin|opBinary, 1<<40, []byte("<5'hello"))); err != nil {
			t.Fatal(err)
		}
		go func() { _, _ = conn.Receive(nil) }()
	}
	settle()
	if grown := tcptest.LiveHeap() - before; grown > 16<<20 {
		t.Errorf("100 conns hold %d KiB", grown>>10)
	}
}

// settle gives goroutines time to do what they are at.
func settle() { <-time.After(200 * time.Millisecond) }

// A dialler that does not wait for the answer is understood, in as many packets as it likes.
func TestPipelined(t *testing.T) {
	for name, chunk := range map[string]int{"at once": 1 << 20, "byte by byte": 1} {
		t.Run(name, func(t *testing.T) {
			tcptest.ExpectNoLeaks(t)
			nl := open(t, websocket.Options{Address: here})
			c, err := net.Dial("tcp", strings.TrimPrefix(urlOf(t, nl), "ws://"))
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			all := []byte(upgradeRequest + "\r\n")
			all = append(all, binaryFrame(aChallenge)...)
			all = append(all, binaryFrame([]byte("<1'a>"))...)
			all = append(all, binaryFrame(nil)...)
			all = append(all, frame(opBinary, 2, []byte("<1"))...)
			all = append(all, frame(fin|opPing, 2, []byte("hi"))...)
			all = append(all, frame(0, 0, nil)...)
			all = append(all, frame(fin, 3, []byte("'b>"))...)
			all = append(all, binaryFrame([]byte("<1'c><1'd>"))...)
			for len(all) > 0 {
				n := min(chunk, len(all))
				if _, err := c.Write(all[:n]); err != nil {
					t.Fatal(err)
				}
				all = all[n:]
			}
			conn := accept(t, nl)
			var got [][]byte
			for len(got) < 3 {
				if got, err = conn.Receive(got); err != nil {
					t.Fatal(err)
				}
			}
			if want := "[<1'a> <1'b> <1'c><1'd>]"; fmt.Sprintf("%s", got) != want {
				t.Errorf("received %s, want %s", got, want)
			}
		})
	}
}
