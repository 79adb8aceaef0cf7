package netlayer_test

import (
	"errors"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// TestSocketInsideMessage ends a stream over a socket, on either side, while the beginning of a message has arrived and the receiver waits
// for the rest.
func TestSocketInsideMessage(t *testing.T) {
	ends := map[string]func(receiver *netlayer.Stream, sender net.Conn){
		"by the receiver": func(s *netlayer.Stream, _ net.Conn) { s.Close() },
		"by the sender":   func(_ *netlayer.Stream, c net.Conn) { c.Close() },
	}
	for _, network := range []string{"tcp", "unix"} {
		for _, beginning := range []string{"1", "100:", "100:<abc", "<3'ab", "200000:<abc"} {
			for name, end := range ends {
				t.Run(network+"/"+beginning+"/"+name, func(t *testing.T) {
					accepted, dialled := sockets(t, network)
					s := netlayer.NewStream(accepted, netlayer.StreamOptions{})
					defer s.Close()
					received := make(chan error, 1)
					go func() {
						_, err := s.Receive(nil)
						received <- err
					}()
					if _, err := dialled.Write([]byte(beginning)); err != nil {
						t.Fatal(err)
					}
					time.Sleep(10 * time.Millisecond) // until the receiver waits again; what is looked for happens then only
					end(s, dialled)
					if err := <-received; err == nil {
						t.Error("a message was received")
					} else if name == "by the receiver" && !errors.Is(err, net.ErrClosed) {
						t.Errorf("the error is %v", err)
					}
				})
			}
		}
	}
}

// sockets returns the two ends of a connection.
func sockets(t *testing.T, network string) (accepted, dialled net.Conn) {
	t.Helper()
	address := "127.0.0.1:0"
	if network == "unix" {
		address = filepath.Join(t.TempDir(), "s")
	}
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if dialled, err = net.Dial(network, l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dialled.Close() })
	if accepted, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	return accepted, dialled
}
