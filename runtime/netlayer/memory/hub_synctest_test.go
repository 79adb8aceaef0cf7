package memory_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/memory"
)

func TestListenRefuses(t *testing.T) {
	hub := memory.NewHub()
	alice := listen(t, hub, "alice")
	if _, err := hub.Listen("alice"); err == nil {
		t.Error("Listen with a designator in use: no error")
	}
	if err := alice.Close(); err != nil {
		t.Error(err)
	}
	listen(t, hub, "alice")
	if _, err := hub.Listen("\xff"); err == nil {
		t.Error("Listen with what is no designator: no error")
	}
}

func TestDialNobody(t *testing.T) {
	alice := listen(t, memory.NewHub(), "alice")
	bob := listen(t, memory.NewHub(), "bob")
	_, err := alice.Dial(t.Context(), bob.Location())
	var dialError *netlayer.DialError
	if !errors.As(err, &dialError) || !errors.Is(err, netlayer.ErrRefused) {
		t.Errorf("Dial into another hub: %v, want a *DialError that wraps ErrRefused", err)
	}
}

func TestProved(t *testing.T) {
	hub := memory.NewHub()
	alice, bob := listen(t, hub, "alice"), listen(t, hub, "bob")
	dialled, err := alice.Dial(t.Context(), bob.Location())
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := bob.Accept()
	if err != nil {
		t.Fatal(err)
	}
	got := [2]locator.PeerID{dialled.Proved(), accepted.Proved()}
	if want := [2]locator.PeerID{bob.Location().ID(), alice.Location().ID()}; got != want {
		t.Errorf("Proved: %v, want %v", got, want)
	}
}

// TestBacklog dials a peer that accepts nothing.
func TestBacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := memory.NewHub()
		alice, bob := listen(t, hub, "alice"), listen(t, hub, "bob")
		var conns []netlayer.Conn
		for range 64 {
			c, err := alice.Dial(t.Context(), bob.Location())
			if err != nil {
				t.Fatal(err)
			}
			conns = append(conns, c)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := alice.Dial(ctx, bob.Location()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Dial while 64 wait: %v, want %v", err, context.DeadlineExceeded)
		}
		dialled := make(chan error)
		go func() {
			_, err := alice.Dial(t.Context(), bob.Location())
			dialled <- err
		}()
		synctest.Wait()
		if err := bob.Close(); err != nil {
			t.Error(err)
		}
		if err := <-dialled; err != nil && !errors.Is(err, netlayer.ErrRefused) {
			t.Errorf("Dial under way at Close: %v, want none, or %v", err, netlayer.ErrRefused)
		}
		for _, c := range conns {
			if _, err := c.Receive(nil); err != io.EOF {
				t.Errorf("Receive from a peer that is closed: %v, want io.EOF", err)
			}
		}
	})
}

// TestWindow sends to a peer that receives nothing.
func TestWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := memory.NewHub()
		alice, bob := listen(t, hub, "alice"), listen(t, hub, "bob")
		dialled, err := alice.Dial(t.Context(), bob.Location())
		if err != nil {
			t.Fatal(err)
		}
		accepted, err := bob.Accept()
		if err != nil {
			t.Fatal(err)
		}
		const n = 100
		sent := 0
		sending := make(chan error, 1)
		go func() {
			var err error
			for sent < n && err == nil {
				err = dialled.Send([][]byte{make([]byte, 100_000)})
				sent++
			}
			sending <- err
		}()
		synctest.Wait()
		if sent != 11 {
			t.Errorf("%d messages sent while nobody receives, want 11, which are more than a mebibyte", sent)
		}
		for received := 0; received < n; {
			msgs, err := accepted.Receive(nil)
			if err != nil {
				t.Fatal(err)
			}
			received += len(msgs)
		}
		if err := <-sending; err != nil {
			t.Errorf("Send: %v", err)
		}
	})
}
