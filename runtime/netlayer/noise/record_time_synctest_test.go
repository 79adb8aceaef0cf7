package noise

import (
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// TestEachRecordHasItsTime has records arrive in halves that are most of a minute apart, which is in time for each of them, and then half of
// one, which is not.
func TestEachRecordHasItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dialled, accepted := agree(t)
		near, far := net.Pipe()
		defer near.Close()
		s, err := newStream(far, accepted, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		send, err := newDirection(dialled.send)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for range 5 {
				record, _ := send.seal(nil, content(100))
				_, _ = near.Write(record[:50])
				time.Sleep(50 * time.Second)
				_, _ = near.Write(record[50:])
			}
			_, _ = near.Write([]byte{1})
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
