package netlayer_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"runtime"
	"strings"
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

// TestSocketDrips receives messages of which a little arrives at a time. That costs no memory each time.
func TestSocketDrips(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector has pools lose things at random")
	}
	for _, arrived := range []int{100, 1500, 28_000} {
		t.Run(fmt.Sprint(arrived), func(t *testing.T) {
			accepted, dialled := sockets(t, "unix")
			s := netlayer.NewStream(accepted, netlayer.StreamOptions{})
			defer s.Close()
			const drips = 200
			msg := bytes.Repeat([]byte("x"), arrived+drips)
			received := make(chan []byte, 1)
			go func() {
				msgs, _ := s.Receive(nil)
				received <- bytes.Join(msgs, nil)
			}()
			fmt.Fprintf(dialled, "%d:%s", len(msg), msg[:arrived])
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for i := range drips {
				time.Sleep(100 * time.Microsecond)
				if _, err := dialled.Write(msg[arrived+i : arrived+i+1]); err != nil {
					t.Fatal(err)
				}
			}
			if got := <-received; !bytes.Equal(got, msg) {
				t.Fatalf("%d bytes, want %d", len(got), len(msg))
			}
			runtime.ReadMemStats(&after)
			if used := after.TotalAlloc - before.TotalAlloc; used > 512<<10 {
				t.Errorf("%d drips cost %d KiB", drips, used>>10)
			}
		})
	}
}

// TestStallsOverSockets stalls sockets, whose readers wait in another way.
func TestStallsOverSockets(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		for _, size := range []int{1, 10, 20_000, 50_000, 500_000} {
			t.Run(fmt.Sprint(network, " ", size), func(t *testing.T) {
				accepted, dialled := sockets(t, network)
				s := netlayer.NewStream(accepted, netlayer.StreamOptions{MessageTime: 20 * time.Millisecond})
				defer s.Close()
				go func() { _, _ = io.WriteString(dialled, ("1000000:" + strings.Repeat("x", size))[:size]) }()
				if _, err := s.Receive(nil); !errors.Is(err, netlayer.ErrStalled) {
					t.Errorf("Receive: %v, want ErrStalled", err)
				}
			})
		}
	}
}

// sockets returns the two ends of a connection.
func sockets(t testing.TB, network string) (accepted, dialled net.Conn) {
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
