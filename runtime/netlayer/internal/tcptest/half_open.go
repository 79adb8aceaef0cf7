package tcptest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// HalfOpen has a thousand connections that each say a part of a handshake, most of them nothing more and some a byte now and then, and an
// honest dialler beside them, who gets through each time: they are bounded while they are there. With -short they are a hundred. Then there
// are as many as may be, which end by themselves, whatever they go on saying, and make room for others. All of them are counted. The
// function returns a pair of which the second gives up handshakes after the time, and has so many at once.
func HalfOpen(t *testing.T, newPair func(t *testing.T, handshakeTime time.Duration, handshakes int) Pair) {
	t.Helper()
	const handshakes = 32
	ExpectNoLeaks(t)
	p := newPair(t, time.Hour, handshakes) // longer than the test: none ends for being slow, ours or theirs
	h := halfOpen{pair: p, handshake: recordHandshake(t, p)}
	serve(t, p[1])
	h.crowd(t, handshakes)
	// However slow this machine is, these end; nobody else has to be quick.
	h = halfOpen{pair: newPair(t, 100*time.Millisecond, handshakes), handshake: h.handshake}
	serve(t, h.pair[1])
	h.end(t, handshakes)
}

// halfOpen is the scene.
type halfOpen struct {
	pair      Pair
	handshake []byte // what an honest dialler says
	conns     []net.Conn
}

// crowd opens many connections, of which only so many may be there at once.
func (h *halfOpen) crowd(t *testing.T, handshakes int) {
	t.Helper()
	n := 1000
	if testing.Short() {
		n = 100
	}
	before := OpenDescriptors()
	for i := range n {
		h.open(t, i)
		if i%(n/10) == n/10-1 {
			h.dialHonestly(t)
		}
	}
	// Theirs are as many as ours would be if none of them was ended. A few are the honest ones'.
	if got := OpenDescriptors() - before - n; got > handshakes+20 {
		t.Errorf("%d descriptors for handshakes that go on for ever", got)
	}
	stop := h.drip()
	defer stop()
	h.dialHonestly(t)
	h.expectEnds(t, h.conns[:n-handshakes]) // which are older than those for which there is room
	stop()
	h.dialHonestly(t)
	// Garbage may end a handshake before the others are too many, and so may the record that was made first.
	h.expectRefusals(t, "nearly all, and some of them for others", func(got netlayer.Refusals) bool {
		ended := got.Crowded + got.Failed
		return ended >= int64(n-handshakes) && ended <= int64(n)+1 && got.Crowded > 0
	})
}

// end opens as many connections as may be there at once, and as many again when these have ended.
func (h *halfOpen) end(t *testing.T, handshakes int) {
	t.Helper()
	for round := range 2 {
		h.conns = nil
		for i := range handshakes {
			h.open(t, i)
		}
		stop := h.drip()
		defer stop()
		h.expectEnds(t, h.conns)
		stop()
		want := netlayer.Refusals{Failed: int64((round + 1) * handshakes)}
		h.expectRefusals(t, fmt.Sprintf("%+v", want), func(got netlayer.Refusals) bool { return got == want })
	}
}

// expectEnds waits until the other side has closed the connections.
func (h *halfOpen) expectEnds(t *testing.T, conns []net.Conn) {
	t.Helper()
	for i, c := range conns {
		_ = c.SetReadDeadline(time.Now().Add(Patience))
		if _, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("half a handshake goes on: number %d", i)
		}
	}
}

// recordHandshake returns what a dialler says before its first message.
func recordHandshake(t *testing.T, p Pair) []byte {
	t.Helper()
	var tape Tape
	relay := NewRelay(t, p[1].Location(), tape.Record)
	dialled, err := p[0].Dial(t.Context(), relay.Location())
	if err != nil {
		t.Fatal(err)
	}
	said := tape.Bytes()
	accepted, err := p[1].Accept()
	if err != nil {
		t.Fatal(err)
	}
	_, _ = dialled.Close(), accepted.Close()
	return said
}

// serve accepts conns, and sends back what comes, until the netlayer is closed, which it is with the test.
func serve(t *testing.T, nl netlayer.Netlayer) {
	t.Helper()
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := nl.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer c.Close()
				echo(c)
			})
		}
	})
	t.Cleanup(func() {
		_ = nl.Close()
		serving.Wait()
	})
}

// open opens a connection that says less than a whole handshake: nothing, a byte, or more and more of it.
func (h *halfOpen) open(t *testing.T, i int) {
	t.Helper()
	w, err := wireTo(h.pair[1].Location())
	if err != nil {
		t.Fatal(err)
	}
	var dialer net.Dialer
	c, err := dialer.DialContext(t.Context(), w.network, w.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	said := min(i%8*len(h.handshake)/8, len(h.handshake)-1)
	if i%8 == 7 {
		said = 1
	}
	_, _ = c.Write(h.handshake[:said]) // it may be too late already
	h.conns = append(h.conns, c)
}

// drip has every tenth connection say one byte after the other, as far as the other side listens, until the function that it returns is
// called.
func (h *halfOpen) drip() (stop func()) {
	stopped := make(chan struct{})
	var dripping sync.WaitGroup
	dripping.Go(func() {
		for {
			for i := len(h.conns) - 1; i >= 0; i -= 10 {
				_, _ = h.conns[i].Write(h.handshake[:1])
			}
			select {
			case <-stopped:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	})
	return sync.OnceFunc(func() {
		close(stopped)
		dripping.Wait()
	})
}

// dialHonestly has a message go there and back.
func (h *halfOpen) dialHonestly(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	c, err := h.pair[0].Dial(ctx, h.pair[1].Location())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Send(records(1, 10)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Receive(nil); err != nil {
		t.Fatal(err)
	}
}

// expectRefusals waits until what is counted is as it should be.
func (h *halfOpen) expectRefusals(t *testing.T, want string, isRight func(netlayer.Refusals) bool) {
	t.Helper()
	refuser := h.pair[1].(netlayer.Refuser)
	for end := time.Now().Add(Patience); ; {
		got := refuser.Refused()
		if isRight(got) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("refused: %+v, want %s", got, want)
		}
		<-time.After(time.Millisecond)
	}
}
