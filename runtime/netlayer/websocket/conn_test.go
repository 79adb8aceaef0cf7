package websocket_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	library "github.com/coder/websocket"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

// Each message is one binary message on the wire, whatever is sent at once.
func TestOneMessageEach(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	nl := open(t, websocket.Options{Address: here})
	ws := dialLibrary(t, nl)
	ws.SetReadLimit(-1)
	if err := ws.Write(t.Context(), library.MessageBinary, aChallenge); err != nil {
		t.Fatal(err)
	}
	if _, _, err := ws.Read(t.Context()); err != nil {
		t.Fatal(err)
	}
	conn := accept(t, nl)
	sent := [][]byte{[]byte("<1'a>"), nil, []byte("<1'b>"), bytes.Repeat([]byte("c"), 200_000), []byte("<1'd>")}
	go func() { _ = conn.Send(sent) }()
	for _, want := range sent {
		if want == nil {
			continue
		}
		kind, got, err := ws.Read(t.Context())
		if err != nil || kind != library.MessageBinary || !bytes.Equal(got, want) {
			t.Fatalf("%v message of %d bytes, %v, want a binary one of %d", kind, len(got), err, len(want))
		}
	}
}

// counter counts writes and their bytes.
type counter struct {
	net.Conn
	writes, bytes int
}

func (c *counter) Write(p []byte) (int, error) {
	c.writes++
	c.bytes += len(p)
	return c.Conn.Write(p)
}

// Messages that are sent at once are written at once.
func TestWritesAreFew(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	var c *counter
	a := open(t, websocket.Options{Ping: -1, Dial: func(_ context.Context, network, address string) (net.Conn, error) {
		below, err := net.Dial(network, address)
		c = &counter{Conn: below}
		return c, err
	}})
	dialled, accepted := connect(t, a, open(t, websocket.Options{Address: here}))
	c.writes, c.bytes = 0, 0
	msgs := make([][]byte, 500)
	for i := range msgs {
		msgs[i] = fmt.Appendf(nil, "<7'message%d+>", i)
	}
	if err := dialled.Send(msgs); err != nil {
		t.Fatal(err)
	}
	if c.writes != 1 {
		t.Errorf("%d writes of %d bytes, want one", c.writes, c.bytes)
	}
	var got [][]byte
	for len(got) < len(msgs) {
		var err error
		if got, err = accepted.Receive(got); err != nil {
			t.Fatal(err)
		}
	}
}

// How the other side ends is how Receive does.
func TestEnds(t *testing.T) {
	for _, test := range []struct {
		name string
		code library.StatusCode
		want func(error) bool
	}{
		{"normally", library.StatusNormalClosure, func(err error) bool { return err == io.EOF }},
		{"going away", library.StatusGoingAway, func(err error) bool { return err == io.EOF }},
		{"without a status", library.StatusNoStatusRcvd, func(err error) bool { return err == io.EOF }},
		{"with a complaint", library.StatusMessageTooBig, func(err error) bool { return err != nil && !errors.Is(err, io.EOF) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			tcptest.ExpectNoLeaks(t)
			nl := open(t, websocket.Options{Address: here})
			ws := dialLibrary(t, nl)
			for _, msg := range [][]byte{aChallenge, []byte("<1'a>")} {
				if err := ws.Write(t.Context(), library.MessageBinary, msg); err != nil {
					t.Fatal(err)
				}
			}
			if _, _, err := ws.Read(t.Context()); err != nil {
				t.Fatal(err)
			}
			conn := accept(t, nl)
			// Close waits for the answer to it: there is one although nobody receives.
			if err := ws.Close(test.code, "a reason"); err != nil {
				t.Errorf("the end was not answered: %v", err)
			}
			msgs, err := conn.Receive(nil)
			if err != nil || len(msgs) != 1 {
				t.Errorf("Receive: %q, %v", msgs, err)
			}
			for range 2 {
				if err := receiveEnd(t, conn); !test.want(err) {
					t.Errorf("Receive: %v", err)
				}
			}
			if err := conn.Send([][]byte{[]byte("<1'b>")}); err == nil {
				t.Error("Send: no error")
			}
		})
	}
}

// The other side is told that this is the end, and not just cut off.
func TestCloseTells(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	nl := open(t, websocket.Options{Address: here})
	ws := dialLibrary(t, nl)
	if err := ws.Write(t.Context(), library.MessageBinary, aChallenge); err != nil {
		t.Fatal(err)
	}
	if _, _, err := ws.Read(t.Context()); err != nil {
		t.Fatal(err)
	}
	conn := accept(t, nl)
	if err := errors.Join(conn.Send([][]byte{[]byte("<1'a>")}), conn.Close()); err != nil {
		t.Fatal(err)
	}
	if _, msg, err := ws.Read(t.Context()); err != nil || string(msg) != "<1'a>" {
		t.Errorf("%q, %v", msg, err)
	}
	if _, _, err := ws.Read(t.Context()); library.CloseStatus(err) != library.StatusNormalClosure {
		t.Errorf("the end: %v, want status %v", err, library.StatusNormalClosure)
	}
}

// The limit that counts is the one when a message is received, for messages that have arrived as well.
func TestReadLimitLowered(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	dialled, accepted := connect(t, open(t, websocket.Options{}), open(t, websocket.Options{Address: here}))
	if err := dialled.Send([][]byte{make([]byte, 10), make([]byte, 20), make([]byte, 10)}); err != nil {
		t.Fatal(err)
	}
	settle()
	accepted.SetReadLimit(10)
	if msgs, err := accepted.Receive(nil); err != nil || len(msgs) != 1 {
		t.Fatalf("Receive: %d messages, %v", len(msgs), err)
	}
	var tooLarge *netlayer.MessageTooLargeError
	if err := receiveEnd(t, accepted); !errors.As(err, &tooLarge) || tooLarge.Limit != 10 {
		t.Errorf("Receive: %v, want a *MessageTooLargeError", err)
	}
	// It is the end of one direction only.
	if err := accepted.Send([][]byte{[]byte("<1'a>")}); err != nil {
		t.Errorf("Send: %v", err)
	}
	if msgs, err := dialled.Receive(nil); err != nil || len(msgs) != 1 {
		t.Errorf("Receive of the other side: %q, %v", msgs, err)
	}
}

// A limit can be as large as a limit can be.
func TestReadLimitHuge(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	dialled, accepted := connect(t, open(t, websocket.Options{}), open(t, websocket.Options{Address: here}))
	accepted.SetReadLimit(math.MaxInt)
	go func() { _ = dialled.Send([][]byte{make([]byte, 3<<20)}) }()
	if msgs, err := accepted.Receive(nil); err != nil || len(msgs[0]) != 3<<20 {
		t.Errorf("Receive: %d messages, %v", len(msgs), err)
	}
}

// Many conns are cut at some moment of a lively exchange, by one side, the other or the network. Nothing is left of them, and
// nothing arrives out of order before.
func TestCuts(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	until := time.Now().Add(tcptest.SoakTime(t))
	b := open(t, websocket.Options{Address: here})
	var below net.Conn
	a := open(t, websocket.Options{Dial: func(ctx context.Context, network, address string) (c net.Conn, err error) {
		below, err = new(net.Dialer).DialContext(ctx, network, address)
		return below, err
	}})
	for n := 0; time.Now().Before(until); n++ {
		dialled, accepted := connectOnce(t, a, b)
		var all sync.WaitGroup
		for _, pair := range [][2]netlayer.Conn{{dialled, accepted}, {accepted, dialled}} {
			all.Go(func() { sendNumbers(pair[0]) })
			all.Go(func() { receiveNumbers(t, pair[1]) })
		}
		<-time.After(rand.N(10 * time.Millisecond))
		switch n % 3 {
		case 0:
			_ = dialled.Close()
		case 1:
			_ = accepted.Close()
		default:
			_ = below.Close()
		}
		all.Wait()
		_ = dialled.Close()
		_ = accepted.Close()
	}
}

// connectOnce is connect for conns that the test closes.
func connectOnce(t *testing.T, a, b *websocket.Netlayer) (dialled, accepted netlayer.Conn) {
	t.Helper()
	dialled, err := a.Dial(t.Context(), b.Location())
	if err != nil {
		t.Fatal(err)
	}
	if accepted, err = b.Accept(); err != nil {
		t.Fatal(err)
	}
	return dialled, accepted
}

// sendNumbers sends numbered messages of any length until it cannot.
func sendNumbers(c netlayer.Conn) {
	for n := uint64(0); ; {
		var msgs [][]byte
		for range 1 + rand.N(20) {
			msg := make([]byte, 8+rand.N(1<<rand.N(17)))
			binary.BigEndian.PutUint64(msg, n)
			msgs, n = append(msgs, msg), n+1
		}
		if err := c.Send(msgs); err != nil {
			return
		}
	}
}

// receiveNumbers receives such messages until there are no more.
func receiveNumbers(t *testing.T, c netlayer.Conn) {
	for n := uint64(0); ; {
		msgs, err := c.Receive(nil)
		if err != nil {
			return
		}
		for _, msg := range msgs {
			if got := binary.BigEndian.Uint64(msg); got != n {
				t.Errorf("message %d, want %d", got, n)
				return
			}
			n++
		}
	}
}
