package tls

import (
	"crypto/tls"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// halver writes everything in halves, most of a minute apart, once it is slow.
type halver struct {
	net.Conn
	slow atomic.Bool
}

func (h *halver) Write(p []byte) (int, error) {
	if !h.slow.Load() {
		return h.Conn.Write(p)
	}
	half := len(p) / 2
	if n, err := h.Conn.Write(p[:half]); err != nil {
		return n, err
	}
	time.Sleep(50 * time.Second)
	n, err := h.Conn.Write(p[half:])
	return half + n, err
}

// TestEachRecordHasItsTime has records arrive in halves, in time for each of them, and then half of one, which is not.
func TestEachRecordHasItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		defer near.Close()
		slow := &halver{Conn: near}
		b := newBottom(far)
		server := tls.Server(b, fresh(t).config(func(tls.ConnectionState) error { return nil }))
		client := tls.Client(slow, fresh(t).config(func(tls.ConnectionState) error { return nil }))
		done := make(chan error, 1)
		go func() { done <- client.Handshake() }()
		if err := errors.Join(server.Handshake(), <-done); err != nil {
			t.Fatal(err)
		}
		s := newStream(server, b)
		b.watchRecords(0)
		defer s.Close()
		slow.slow.Store(true)
		go func() {
			for range 5 {
				_, _ = client.Write(make([]byte, 100))
			}
			_, _ = near.Write([]byte{23})
		}()
		p := make([]byte, 1000)
		for i := range 5 {
			if n, err := s.Read(p); n != 100 || err != nil {
				t.Fatalf("record %d: %d bytes, %v", i, n, err)
			}
		}
		start := time.Now()
		if _, err := s.Read(p); !errors.Is(err, netlayer.ErrStalled) || time.Since(start) != time.Minute {
			t.Errorf("half a record: %v after %v", err, time.Since(start))
		}
	})
}
