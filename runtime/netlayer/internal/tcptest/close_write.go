package tcptest

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

// HalfCloser is a stream of bytes of which one direction can end alone.
type HalfCloser interface {
	io.ReadWriter
	CloseWrite() error
}

// CloseWriteBesideWrite ends sending while somebody writes what the other side does not read yet. The end comes last all the same, and
// the other direction goes on.
func CloseWriteBesideWrite(t testing.TB, near, far HalfCloser) {
	t.Helper()
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
