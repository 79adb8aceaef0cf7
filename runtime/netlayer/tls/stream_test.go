package tls

import (
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
)

// streams returns two ends of a stream, which are closed with the test.
func streams(t *testing.T) (near, far *stream) {
	t.Helper()
	a, b := tcptest.Wires(t)
	server := fresh(t)
	done := make(chan error, 1)
	go func() {
		var err error
		far, _, err = server.respond(b)
		done <- err
	}()
	near, err := fresh(t).initiate(a, server.designator())
	if err := errors.Join(err, <-done); err != nil {
		t.Fatal(err)
	}
	return near, far
}

// TestEnds tells an end that was meant from one that anybody on the way can bring about.
func TestEnds(t *testing.T) {
	for _, test := range []struct {
		name string
		end  func(s *stream) error
		want error
	}{
		{"CloseWrite", (*stream).CloseWrite, nil},
		{"Close", (*stream).Close, nil},
		{"cut", func(s *stream) error { return s.bottom.Conn.(*net.TCPConn).CloseWrite() }, io.ErrUnexpectedEOF},
	} {
		t.Run(test.name, func(t *testing.T) {
			near, far := streams(t)
			if _, err := near.Write([]byte("message")); err != nil {
				t.Fatal(err)
			}
			if err := test.end(near); err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(far); string(got) != "message" || err != test.want {
				t.Errorf("read %q, %v, want %v", got, err, test.want)
			}
		})
	}
}

func TestCloseWriteBesideWrite(t *testing.T) {
	near, far := streams(t)
	tcptest.CloseWriteBesideWrite(t, near, far)
}

// TestCloseDoesNotWait closes while TLS itself is busy writing what the other side does not read.
func TestCloseDoesNotWait(t *testing.T) {
	near, _ := streams(t)
	writing := make(chan struct{})
	go func() {
		defer close(writing)
		for { // as if by the reading goroutine, in no turn
			if _, err := near.secure.Write(make([]byte, 1<<20)); err != nil {
				return
			}
		}
	}()
	<-time.After(50 * time.Millisecond)
	closed := make(chan error, 1)
	go func() { closed <- near.Close() }()
	for _, done := range []func() bool{
		func() bool {
			select {
			case err := <-closed:
				return err == nil
			case <-time.After(tcptest.Patience):
				return false
			}
		},
		func() bool {
			select {
			case <-writing:
				return true
			case <-time.After(tcptest.Patience):
				return false
			}
		},
	} {
		if !done() {
			t.Fatal("still waiting, or an error")
		}
	}
}
