package netlayertest

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// expectClosed checks the error of a call after Close.
func expectClosed(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, net.ErrClosed) {
		t.Errorf("%s: %v, want an error that wraps net.ErrClosed", what, err)
		return
	}
	expectSaidOnce(t, err)
}

// expectSaidOnce checks that nothing stands twice before a colon in the text of an error, as when a package and its caller both say whose
// error it is.
func expectSaidOnce(t *testing.T, err error) {
	t.Helper()
	said := map[string]bool{}
	for part := range strings.SplitSeq(err.Error(), ": ") {
		if said[part] {
			t.Errorf("%q says %q twice", err, part)
		}
		said[part] = true
	}
}

// expectDialError checks the error of Dial.
func expectDialError(t *testing.T, err, reason error) {
	t.Helper()
	var dialError *netlayer.DialError
	if !errors.As(err, &dialError) {
		t.Errorf("Dial: %v, want a *DialError", err)
		return
	}
	expectSaidOnce(t, err)
	if reason != nil && !errors.Is(err, reason) {
		t.Errorf("Dial: %v, want an error that wraps %v", err, reason)
	}
}

// checkLocation looks at what is published.
func checkLocation(t *testing.T, k *kit) {
	for _, nl := range []netlayer.Netlayer{k.a, k.b} {
		location := nl.Location()
		if nl == k.a && location.IsZero() {
			continue
		}
		if err := location.Validate(); err != nil {
			t.Errorf("Location: %v", err)
		}
		if location.Transport != nl.Transport() {
			t.Errorf("transport of Location: %q, want %q", location.Transport, nl.Transport())
		}
		if again, err := locator.ParsePeer(location.URI()); err != nil || !again.Equal(location) {
			t.Errorf("Location %v reads back as %v, %v", location, again, err)
		}
	}
	if k.a.Location().SameAs(k.b.Location()) {
		t.Errorf("both netlayers have the designator %q", k.a.Location().Designator)
	}
	dialled, accepted := k.connect(t)
	if got := dialled.Proved(); got != (locator.PeerID{}) && got != k.b.Location().ID() {
		t.Errorf("Proved of the dialled conn: %v, want nothing or %v", got, k.b.Location().ID())
	}
	if got := accepted.Proved(); got != (locator.PeerID{}) && got != k.a.Location().ID() {
		t.Errorf("Proved of the accepted conn: %v, want nothing or %v", got, k.a.Location().ID())
	}
}

// checkClose closes twice, and calls everything afterwards.
func checkClose(t *testing.T, k *kit) {
	dialled, accepted := k.connect(t)
	for _, c := range []netlayer.Conn{dialled, accepted} {
		for range 2 {
			if err := c.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		}
		expectClosed(t, "Receive after Close", receiveEnd(t, c))
		expectClosed(t, "Send after Close", c.Send(messages(1, 1, 1)))
		if err := c.CloseSend(); !errors.Is(err, errors.ErrUnsupported) {
			expectClosed(t, "CloseSend after Close", err)
		}
	}
}

// checkCloseEndsReceive closes while nothing comes.
func checkCloseEndsReceive(t *testing.T, k *kit) {
	dialled, accepted := k.connect(t)
	for _, c := range []netlayer.Conn{dialled, accepted} {
		end := make(chan error, 1)
		go func() {
			_, err := c.Receive(nil)
			end <- err
		}()
		settle()
		if err := c.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		within(t, "Receive under way at Close", func() {
			// The second of the two may have heard that the other side is gone before it was closed itself.
			if err := <-end; c == dialled {
				expectClosed(t, "Receive under way at Close", err)
			}
		})
	}
}

// settle gives goroutines time to block. Nothing depends on whether they do.
func settle() { <-time.After(20 * time.Millisecond) }

// checkCloseEndsSend closes while the other side does not read.
func checkCloseEndsSend(t *testing.T, k *kit) {
	for _, size := range []int{100, 300_000} {
		dialled, _ := k.connect(t)
		end := make(chan error, 1)
		go func() {
			msgs := messages(1, 64, size)
			for {
				if err := dialled.Send(msgs); err != nil {
					end <- err
					return
				}
			}
		}()
		settle()
		if err := dialled.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		within(t, "Send under way at Close", func() {
			expectClosed(t, "Send under way at Close", <-end)
		})
	}
}

// checkOtherSideCloses sends and receives after the other side has closed.
func checkOtherSideCloses(t *testing.T, k *kit) {
	dialled, accepted := k.connect(t)
	if err := dialled.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := receiveEnd(t, accepted); err == nil {
		t.Error("Receive after the other side closed: no error")
	}
	within(t, "Send after the other side closed", func() {
		for accepted.Send(messages(1, 64, 1000)) == nil {
			// Transports that buffer say so later.
		}
	})
	if accepted.Send(messages(1, 1, 1)) == nil {
		t.Error("Send after a Send that failed: no error")
	}
}

// checkManyConns plays ping-pong over several conns at once.
func checkManyConns(t *testing.T, k *kit) {
	var all sync.WaitGroup
	for i := range 8 {
		dialled, accepted := k.connect(t)
		all.Go(func() { playPingPong(t, dialled, i, true) })
		all.Go(func() { playPingPong(t, accepted, i, false) })
	}
	within(t, "ping-pong", all.Wait)
}

// playPingPong sends and receives in turns.
func playPingPong(t *testing.T, c netlayer.Conn, number int, sending bool) {
	var got [][]byte
	for range 100 {
		var err error
		if sending {
			err = c.Send([][]byte{message(number, number)})
		} else {
			got, err = c.Receive(got[:0])
		}
		if err != nil {
			t.Errorf("ping-pong %d: %v", number, err)
			return
		}
		if !sending && (len(got) != 1 || string(got[0]) != string(message(number, number))) {
			t.Errorf("ping-pong %d: %d messages, or another's", number, len(got))
			return
		}
		sending = !sending
	}
}

// checkSilentConn leaves a conn alone, from which nothing comes, and uses another.
func checkSilentConn(t *testing.T, k *kit) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	accepted := make(chan netlayer.Conn, 1)
	go func() {
		c, _ := k.b.Accept()
		accepted <- c
	}()
	silent, err := k.a.Dial(ctx, k.b.Location())
	if err != nil {
		t.Fatalf("Dial: %v", err)
	}
	k.conns = append(k.conns, silent)
	if c := <-accepted; c != nil {
		k.conns = append(k.conns, c)
	}
	dialled, other := k.connect(t)
	sendAll(t, other, message(1, 1))
	expectMessages(t, receiveN(t, dialled, 1), message(1, 1))
}

// checkDialRefused dials a peer that is not there any more.
func checkDialRefused(t *testing.T, k *kit) {
	if err := k.b.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	within(t, "Dial", func() {
		_, err := k.a.Dial(t.Context(), k.b.Location())
		expectDialError(t, err, nil)
	})
}

// checkDialTransport dials a peer of another transport.
func checkDialTransport(t *testing.T, k *kit) {
	within(t, "Dial", func() {
		peer := k.b.Location()
		peer.Transport = "no-such-transport"
		_, err := k.a.Dial(t.Context(), peer)
		expectDialError(t, err, netlayer.ErrLocation)
	})
}

// checkDialContext dials with a context that is over.
func checkDialContext(t *testing.T, k *kit) {
	within(t, "Dial", func() {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := k.a.Dial(ctx, k.b.Location())
		expectDialError(t, err, context.Canceled)
		ctx, cancel = context.WithTimeout(t.Context(), -time.Second)
		defer cancel()
		_, err = k.a.Dial(ctx, k.b.Location())
		expectDialError(t, err, context.DeadlineExceeded)
	})
}

// checkCloseEndsAccept closes a netlayer while it waits for conns.
func checkCloseEndsAccept(t *testing.T, k *kit) {
	end := make(chan error, 1)
	go func() {
		_, err := k.b.Accept()
		end <- err
	}()
	settle()
	for range 2 {
		if err := k.b.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	within(t, "Accept under way at Close", func() {
		expectClosed(t, "Accept under way at Close", <-end)
		_, err := k.b.Accept()
		expectClosed(t, "Accept after Close", err)
	})
}

// checkCloseLeavesConns closes both netlayers, and uses a conn they have made.
func checkCloseLeavesConns(t *testing.T, k *kit) {
	dialled, accepted := k.connect(t)
	for _, nl := range []netlayer.Netlayer{k.a, k.b} {
		if err := nl.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	sendAll(t, dialled, message(1, 1))
	expectMessages(t, receiveN(t, accepted, 1), message(1, 1))
	sendAll(t, accepted, message(2, 2))
	expectMessages(t, receiveN(t, dialled, 1), message(2, 2))
}

// checkCloseDropsUnaccepted closes a netlayer that has not accepted a conn.
func checkCloseDropsUnaccepted(t *testing.T, k *kit) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	dialled, err := k.a.Dial(ctx, k.b.Location())
	if err != nil {
		t.Skipf("the transport dials no one who does not accept: %v", err)
	}
	k.conns = append(k.conns, dialled)
	if err := k.b.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := receiveEnd(t, dialled); err == nil {
		t.Error("Receive from a peer that is closed: no error")
	}
}
