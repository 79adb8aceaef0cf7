package websocket_test

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

// sayInPieces writes what is said, as long as anybody reads. What is heard comes when the conn has ended.
func sayInPieces(c net.Conn, said []byte, size byte) (heard <-chan []byte) {
	all := make(chan []byte, 1)
	go func() {
		b, _ := io.ReadAll(c)
		all <- b
	}()
	go func() {
		for piece := range slices.Chunk(said, 1+int(size)) {
			if _, err := c.Write(piece); err != nil {
				return
			}
		}
	}()
	return all
}

// FuzzDialler lets anything dial, before the upgrade and after it. Nobody is accepted who was given no proof, no more is received than
// was sent, and nothing is left.
func FuzzDialler(f *testing.F) {
	for how := range byte(4) {
		for _, said := range [][]byte{
			nil, []byte("GET / HTTP/1.1\r\n\r\n"), []byte("Origin: x\r\n\r\n"), binaryFrame(aChallenge), frame(fin|1, 2, []byte("hi")), frame(fin|opPing, 1, []byte("a")),
			frame(fin|opBinary|compressed, 3, []byte("abc")), frame(opBinary, 1<<62, nil),
			{fin | 8, masked | 2, 0, 0, 0, 0, 3, 232},
			{fin | opBinary, 1, 'a'},
			slices.Concat(binaryFrame([]byte("<1'a>")), frame(opBinary, 2, []byte("<1")), frame(fin, 3, []byte("'b>")), binaryFrame(nil)),
			[]byte("Content-Length: 5\r\n\r\nhello" + upgradeRequest + "\r\n"), bytes.Repeat([]byte("A: b\r\n"), 3000),
		} {
			f.Add(said, how, byte(len(said)))
		}
	}
	f.Fuzz(func(t *testing.T, said []byte, how, size byte) {
		const longest = 30_000
		if len(said) > longest {
			return
		}
		before := []string{"", upgradeRequest, upgradeRequest + "\r\n", upgradeRequest + "\r\n" + string(binaryFrame(aChallenge))}[how%4]
		said = append([]byte(before), said...)
		bubble(t, func(t *testing.T) {
			w := newWires()
			nl := open(t, websocket.Options{Listener: w, Ping: -1})
			c, err := w.dial(t.Context(), "", "")
			if err != nil {
				t.Fatal(err)
			}
			heard := sayInPieces(c, said, size)
			received := make(chan int, 1) // bytes of messages on the conn that is accepted, if one is
			go func() {
				defer close(received)
				conn, err := nl.Accept()
				if err != nil {
					return
				}
				n := 0
				for err == nil {
					var msgs [][]byte
					msgs, err = conn.Receive(nil)
					n += len(bytes.Join(msgs, nil))
				}
				received <- n
			}()
			time.Sleep(time.Minute)
			_ = c.Close()
			_ = nl.Close()
			n, accepted := <-received
			if accepted && !bytes.Contains(<-heard, []byte("desc:sig-envelope")) || n > len(said) {
				t.Errorf("accepted: %t; %d bytes are received, of %d", accepted, n, len(said))
			}
		})
	})
}

// FuzzAcceptor lets anything accept, which may answer the request as it should. Whoever dials it comes to an end, which is an error, since
// nothing is proved.
func FuzzAcceptor(f *testing.F) {
	for _, said := range []string{
		"", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
		"HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1/\r\n\r\n", "HTTP/1.1 101 x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "x", "\x82\x03abc",
		"\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", "\x02\x01a\x80\x01b", "\x88\x02\x03\xe8", "\x89\x00\x89\x00", "\xc2\x01a", "\x81\x02hi", "\x82\x83\x00\x00\x00\x00abc",
		"\x82\x16<17'desc:sig-envelope>", "\x82\x00",
	} {
		f.Add([]byte(said), false, byte(len(said)))
		f.Add([]byte(said), true, byte(0))
	}
	f.Fuzz(func(t *testing.T, said []byte, isUpgraded bool, size byte) {
		bubble(t, func(t *testing.T) {
			w := newWires()
			nl := open(t, websocket.Options{Dial: w.dial})
			go func() {
				c, err := w.Accept()
				if err != nil {
					return
				}
				r, err := http.ReadRequest(bufio.NewReader(c))
				if err != nil {
					return
				}
				if isUpgraded {
					said = append([]byte(switching(r.Header.Get("Sec-WebSocket-Key"))), said...)
				}
				sayInPieces(c, said, size)
			}()
			conn, err := nl.Dial(t.Context(), locationOf(keyOf(1), "ws://example.com/"))
			var failed *netlayer.DialError
			if conn != nil || !errors.As(err, &failed) {
				t.Errorf("Dial: %v, error %v", conn, err)
			}
			_ = w.Close()
		})
	})
}

// switching is the response to a request for a websocket.
func switching(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return strings.Join([]string{
		"HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
		"Sec-WebSocket-Accept: " + base64.StdEncoding.EncodeToString(sum[:]), "", "",
	}, "\r\n")
}
