package tls

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
)

// streams returns two ends of a stream, which are closed with the test.
func streams(t *testing.T) (near, far *stream) {
	t.Helper()
	l, err := tcp.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var dialer net.Dialer
	a, err := dialer.DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = a.Close(), b.Close() })
	server := fresh(t)
	done := make(chan error, 1)
	go func() {
		var err error
		far, _, err = server.respond(b)
		done <- err
	}()
	near, err = fresh(t).initiate(a, server.designator())
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

// TestCloseWriteBesideWrite ends sending while somebody writes what the other side does not read yet. The end comes last all the same.
func TestCloseWriteBesideWrite(t *testing.T) {
	near, far := streams(t)
	want := bytes.Repeat([]byte("message "), 2<<20)
	written := make(chan error, 1)
	go func() {
		_, err := near.Write(want)
		written <- err
	}()
	<-time.After(20 * time.Millisecond)
	for range 2 {
		if err := near.CloseWrite(); err != nil {
			t.Fatal(err)
		}
	}
	got, err := io.ReadAll(far)
	if !bytes.Equal(got, want) || err != nil {
		t.Errorf("read %d bytes, %v, want %d", len(got), err, len(want))
	}
	if err := <-written; err != nil {
		t.Errorf("Write: %v", err)
	}
	if _, err := near.Write(want); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Write after CloseWrite: %v", err)
	}
	if _, err := far.Write([]byte("back")); err != nil {
		t.Errorf("Write of the other side: %v", err)
	}
	if err := far.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(near); string(got) != "back" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
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
