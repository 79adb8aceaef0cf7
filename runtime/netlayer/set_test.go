package netlayer_test

import (
	"errors"
	"net"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/memory"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

func TestSet(t *testing.T) {
	hub := memory.NewHub()
	inMemory, err := hub.Listen("alice")
	if err != nil {
		t.Fatal(err)
	}
	network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
	set, err := netlayer.NewSet(network.Peer("alice"), inMemory)
	if err != nil {
		t.Fatal(err)
	}
	var transports []string
	for nl := range set.All() {
		transports = append(transports, nl.Transport())
		if _, err := set.Dial(t.Context(), nl.Location()); err != nil {
			t.Errorf("Dial over %s: %v", nl.Transport(), err)
		}
	}
	if diff := cmp.Diff([]string{"memory", "netlayertest"}, transports); diff != "" {
		t.Errorf("transports (-want +got):\n%s", diff)
	}
	if nl, ok := set.Lookup("memory"); !ok || nl != netlayer.Netlayer(inMemory) {
		t.Errorf("Lookup: %v, %v", nl, ok)
	}
	if nl, ok := set.Lookup("onion"); ok {
		t.Errorf("Lookup of a transport that is not there: %v", nl)
	}
	var dialError *netlayer.DialError
	_, err = set.Dial(t.Context(), locator.Peer{Transport: "onion", Designator: "x"})
	if !errors.As(err, &dialError) || !errors.Is(err, netlayer.ErrLocation) {
		t.Errorf("Dial over a transport that is not there: %v, want a *DialError that wraps ErrLocation", err)
	}
	for range set.All() {
		break
	}
}

func TestSetRefusesTwoForOneTransport(t *testing.T) {
	network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
	if _, err := netlayer.NewSet(network.Peer("alice"), network.Peer("bob")); err == nil {
		t.Error("NewSet: no error")
	}
}

func TestStreamListenerWithoutListener(t *testing.T) {
	l := netlayer.NewStreamListener(nil, netlayer.StreamOptions{})
	end := make(chan error)
	go func() {
		_, err := l.Accept()
		end <- err
	}()
	for range 2 {
		if err := l.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if err := <-end; !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept: %v, want an error that wraps net.ErrClosed", err)
	}
}

func TestErrorTexts(t *testing.T) {
	for _, test := range []struct {
		err  error
		want string
	}{
		{&netlayer.MessageTooLargeError{Limit: 5}, "message is larger than 5 bytes"},
		{&netlayer.FrameError{Offset: 7, Err: errors.New("odd")}, "malformed message at offset 7: odd"},
		{
			&netlayer.DialError{Peer: locator.Peer{Transport: "onion", Designator: "x"}, Err: netlayer.ErrRefused},
			"dial ocapn://x.onion: dial refused",
		},
	} {
		if got := test.err.Error(); got != test.want {
			t.Errorf("%T: %q, want %q", test.err, got, test.want)
		}
	}
}
