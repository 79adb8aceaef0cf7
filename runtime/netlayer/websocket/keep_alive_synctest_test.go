package websocket_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

// end receives until there is nothing more, and returns why, and how many messages there were.
func end(conn netlayer.Conn) (n int, err error) {
	for {
		var msgs [][]byte
		msgs, err = conn.Receive(nil)
		if n += len(msgs); err != nil {
			return n, err
		}
	}
}

// Both sides find out that there is nothing between them any more.
func TestSilence(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for _, every := range []time.Duration{0, 5 * time.Second} {
			w, dialled, accepted := wired(t, websocket.Options{Ping: every})
			if every == 0 {
				every = 30 * time.Second
			}
			const later = time.Millisecond // than the last answer to a ping
			time.Sleep(10*every + later)
			w.cut.Store(true)
			start := time.Now()
			for _, conn := range []netlayer.Conn{dialled, accepted} {
				if _, err := end(conn); !errors.Is(err, os.ErrDeadlineExceeded) {
					t.Errorf("Receive: %v, want %v", err, os.ErrDeadlineExceeded)
				}
				if took := time.Since(start); took < every-later || took > 2*every+time.Second {
					t.Errorf("a silence of %v was noticed after %v", every, took)
				}
				time.Sleep(time.Second)
				if err := conn.Send([][]byte{[]byte("<1'a>")}); err == nil {
					t.Error("Send: no error")
				}
			}
		}
	})
}

// A conn on which nothing is said lives on, on which nobody waits, too.
func TestIdle(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, dialled, accepted := wired(t, websocket.Options{})
		time.Sleep(24 * time.Hour)
		if err := dialled.Send([][]byte{[]byte("<1'a>")}); err != nil {
			t.Error(err)
		}
		if msgs, err := accepted.Receive(nil); err != nil || len(msgs) != 1 {
			t.Errorf("Receive: %q, %v", msgs, err)
		}
	})
}

// Who does not ask finds out nothing, and is left alone by who does.
func TestNoPings(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w, dialled, _ := wired(t, websocket.Options{Ping: -1})
		w.cut.Store(true)
		over := make(chan error, 1)
		go func() {
			_, err := end(dialled)
			over <- err
		}()
		time.Sleep(24 * time.Hour)
		select {
		case err := <-over:
			t.Errorf("Receive: %v", err)
		default:
		}
		dialled.Close()
	})
}

// A side that receives nothing for a long time, while the other one wants to send it more than fits anywhere, is not taken for
// gone, and does not take the other for gone. Neither does it help to be busy in both directions.
func TestBackPressure(t *testing.T) {
	const n, size = 200, 10_000
	bubble(t, func(t *testing.T) {
		_, dialled, accepted := wired(t, websocket.Options{})
		sent := make(chan error, 2)
		for _, conn := range []netlayer.Conn{dialled, accepted} {
			go func() {
				var err error
				for range n {
					err = errors.Join(err, conn.Send([][]byte{make([]byte, size)}))
				}
				sent <- err
			}()
		}
		for _, conn := range []netlayer.Conn{accepted, dialled} {
			time.Sleep(time.Hour)
			for got := 0; got < n; {
				msgs, err := conn.Receive(nil)
				if err != nil {
					t.Fatalf("Receive after %d messages: %v", got, err)
				}
				got += len(msgs)
				time.Sleep(time.Minute)
			}
		}
		for range 2 {
			if err := <-sent; err != nil {
				t.Errorf("Send: %v", err)
			}
		}
	})
}

// Close ends a Send that waits for the other side, at once.
func TestCloseEndsSend(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, dialled, _ := wired(t, websocket.Options{})
		ended := make(chan time.Time, 1)
		go func() {
			for dialled.Send([][]byte{make([]byte, 10_000)}) == nil {
			}
			ended <- time.Now()
		}()
		time.Sleep(time.Hour)
		start := time.Now()
		dialled.Close()
		if took := (<-ended).Sub(start); took > 0 {
			t.Errorf("Send went on for %v", took)
		}
	})
}

// Close lets the other side have everything, and does not wait for it for ever.
func TestCloseLetsArrive(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, dialled, accepted := wired(t, websocket.Options{})
		sent := make(chan error, 1)
		go func() { sent <- accepted.Send([][]byte{[]byte("<1'a>"), []byte("<1'b>")}) }()
		if err := dialled.Send([][]byte{[]byte("<1'c>")}); err != nil {
			t.Error(err)
		}
		if err := <-sent; err != nil {
			t.Error(err)
		}
		start := time.Now()
		if err := accepted.Close(); err != nil {
			t.Error(err)
		}
		if n, err := end(dialled); n != 2 || err != io.EOF {
			t.Errorf("received %d messages, then %v, want 2 and io.EOF", n, err)
		}
		if took := time.Since(start); took > 0 {
			t.Errorf("Close and Receive took %v", took)
		}
	})
	bubble(t, func(t *testing.T) { // also beside more than anybody wants to receive
		_, dialled, accepted := wired(t, websocket.Options{})
		go func() { _ = dialled.Send([][]byte{make([]byte, 1<<20), make([]byte, 1<<20)}) }()
		time.Sleep(time.Second)
		if err := errors.Join(accepted.Send([][]byte{[]byte("<1'a>")}), accepted.Close()); err != nil {
			t.Error(err)
		}
		if n, err := end(dialled); n != 1 || err != io.EOF {
			t.Errorf("received %d messages, then %v, want 1 and io.EOF", n, err)
		}
	})
	bubble(t, func(t *testing.T) {
		w, dialled, _ := wired(t, websocket.Options{Ping: -1})
		w.cut.Store(true)
		start := time.Now()
		if err := dialled.Close(); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > 0 {
			t.Errorf("Close took %v", took)
		}
		if _, err := dialled.Receive(nil); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Receive: %v, want %v", err, net.ErrClosed)
		}
	})
}

// The time for a handshake is what it is set to, on either side, however little it is that comes.
func TestHandshakeTime(t *testing.T) {
	for name, test := range map[string]struct{ set, want time.Duration }{
		"default": {0, 20 * time.Second},
		"set":     {3 * time.Second, 3 * time.Second},
	} {
		bubble(t, func(t *testing.T) {
			w := newWires()
			b := open(t, websocket.Options{Listener: w, HandshakeTime: test.set})
			for _, drip := range []string{"", upgradeRequest, upgradeRequest + "\r\n"} {
				c, err := w.dial(t.Context(), "", "")
				if err != nil {
					t.Fatal(err)
				}
				go func() {
					for _, d := range []byte(drip + string(binaryFrame(make([]byte, 1000)))) {
						if _, err := c.Write([]byte{d}); err != nil {
							return
						}
						time.Sleep(test.want / 1000)
					}
				}()
				start := time.Now()
				_, _ = io.Copy(io.Discard, c)
				if took := time.Since(start); took != test.want {
					t.Errorf("%s: the acceptor gives up after %v, want %v", name, took, test.want)
				}
			}
			_ = b.Close()

			silent := newWires()
			go func() {
				if c, err := silent.Accept(); err == nil {
					_, _ = io.Copy(io.Discard, c)
				}
			}()
			a := open(t, websocket.Options{Dial: silent.dial, HandshakeTime: test.set})
			start := time.Now()
			if _, err := a.Dial(t.Context(), b.Location()); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: Dial: %v, want %v", name, err, context.DeadlineExceeded)
			}
			if took := time.Since(start); took != test.want {
				t.Errorf("%s: the dialler gives up after %v, want %v", name, took, test.want)
			}
		})
	}
}

// Pings are answered, but not all of those of someone who does not read the answers.
func TestPingFlood(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c, conn := rawWired(t)
		const size = 125
		for range 10_000 {
			if _, err := c.Write(frame(fin|opPing, size, make([]byte, size))); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := c.Write(binaryFrame([]byte("<1'a>"))); err != nil {
			t.Fatal(err)
		}
		if msgs, err := conn.Receive(nil); err != nil || string(msgs[0]) != "<1'a>" {
			t.Errorf("Receive: %q, %v", msgs, err)
		}
		_ = c.SetReadDeadline(time.Now().Add(time.Minute))
		pongs, err := io.Copy(io.Discard, c)
		if !errors.Is(err, os.ErrDeadlineExceeded) || pongs == 0 || pongs > 20*(size+2) {
			t.Errorf("%d bytes of pongs, %v", pongs, err)
		}
		// One by one they are answered again.
		_ = c.SetReadDeadline(time.Time{})
		for range 100 {
			if _, err := c.Write(frame(fin|opPing, 0, nil)); err != nil {
				t.Fatal(err)
			}
			pong := make([]byte, 2)
			if _, err := io.ReadFull(c, pong); err != nil || string(pong) != "\x8a\x00" {
				t.Fatalf("%q, %v, want a pong", pong, err)
			}
		}
	})
}

// The bytes of messages are counted before a message is whole. What is answered without the program is not.
func TestReceived(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c, conn := rawWired(t)
		go func() { _, _ = end(conn) }()
		for _, step := range []struct {
			says []byte
			want int64
		}{
			{nil, 0},
			{binaryFrame([]byte("<1'a>")), 5},
			{frame(fin|opBinary, 1<<20, []byte("<1")), 7},
			{make([]byte, 100_000), 100_007},
			{make([]byte, 1<<20-100_002), 1<<20 + 5},
			{frame(fin|opPing, 2, []byte("hi")), 1<<20 + 5},
		} {
			go func() { _, _ = c.Write(step.says) }()
			time.Sleep(time.Second)
			if got := conn.(netlayer.Counter).Received(); got > step.want || got <= step.want-16<<10 {
				t.Errorf("%d bytes counted, want %d", got, step.want)
			}
		}
		_ = c.Close()
	})
}

// What nobody receives is read as far as 64 KiB, messages and long ones alike.
func TestReadAhead(t *testing.T) {
	for _, size := range []int{1, 10_000, 1 << 20} {
		bubble(t, func(t *testing.T) {
			c, conn := rawWired(t)
			go func() {
				for {
					if _, err := c.Write(binaryFrame(make([]byte, size))); err != nil {
						return
					}
				}
			}()
			time.Sleep(time.Hour)
			if got := conn.(netlayer.Counter).Received(); got == 0 || got > 64<<10 {
				t.Errorf("messages of %d bytes: %d bytes are read that nobody receives", size, got)
			}
			_ = c.Close()
		})
	}
}

// TestCloseInALongMessage closes a conn of whose message a part is here, and lets go of that without waiting for the other side.
func TestCloseInALongMessage(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c, conn := rawWired(t)
		var held atomic.Int64
		conn.(netlayer.Holder).OnHolding(func(change int) { held.Add(int64(change)) })
		go func() { _, _ = conn.Receive(nil) }()
		const part = 1 << 20
		go func() { _, _ = c.Write(binaryFrame(make([]byte, 2*part))[:part]) }()
		synctest.Wait()
		if n := held.Load(); n < part/2 {
			t.Errorf("%d bytes are held of a message of which there are %d", n, part)
		}
		_ = conn.Close()
		synctest.Wait()
		if n := held.Load(); n != 0 {
			t.Errorf("%d bytes are held after Close", n)
		}
		_ = c.Close()
	})
}
