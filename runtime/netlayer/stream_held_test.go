package netlayer_test

import (
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
)

// TestHalfMessagesHoldLittle measures what streams over sockets hold while the rest of a message is waited for.
func TestHalfMessagesHoldLittle(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector has pools lose things at random")
	}
	const conns = 50
	for _, head := range []string{"16000000:", "<1'm16000000:"} {
		for _, arrived := range []int{10, 1000, 10_000, 30_000, 50_000, 100_000, 300_000} {
			t.Run(fmt.Sprint(head, arrived), func(t *testing.T) {
				data := []byte((head + strings.Repeat("x", arrived))[:arrived])
				var streams []*netlayer.Stream
				var told atomic.Int64
				ended := make(chan error, conns)
				for range conns {
					accepted, dialled := sockets(t, "unix")
					s := netlayer.NewStream(accepted, netlayer.StreamOptions{})
					s.OnHolding(func(change int) { told.Add(int64(change)) })
					streams = append(streams, s)
					go func() { _, _ = dialled.Write(data) }()
				}
				before := tcptest.LiveHeap()
				for _, s := range streams {
					go func() {
						_, err := s.Receive(nil)
						ended <- err
					}()
				}
				for _, s := range streams {
					for end := time.Now().Add(tcptest.Patience); s.Received() < int64(arrived); {
						if time.Now().After(end) {
							t.Fatalf("%d bytes have arrived", s.Received())
						}
						<-time.After(time.Millisecond)
					}
				}
				// A goroutine, a timer, and a few buffers that are shared are a few kilobytes.
				each := (tcptest.LiveHeap() - before) / conns
				most := int64(4*arrived + 16<<10 + 6<<10)
				t.Logf("%d bytes held for %d", each, arrived)
				if each > most {
					t.Errorf("a stream holds %d bytes for %d that have arrived, want at most %d", each, arrived, most)
				}
				own := told.Load() / conns
				if long := arrived >= 100_000; own > most || long && own < int64(arrived) || !long && own > 0 && own < int64(arrived) {
					t.Errorf("a stream says that it holds %d bytes for %d that have arrived", own, arrived)
				}
				for _, s := range streams {
					_ = s.Close()
				}
				for range streams {
					if err := <-ended; err == io.EOF {
						t.Error(err)
					}
				}
				if n := told.Load(); n != 0 {
					t.Errorf("streams that are closed say that they hold %d bytes", n)
				}
			})
		}
	}
}

// TestIdleStreamHoldsLittle measures what streams over sockets hold that have carried messages of every size, and wait for the next.
func TestIdleStreamHoldsLittle(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector has pools lose things at random")
	}
	const pairs = 50
	var streams []*netlayer.Stream
	for range pairs {
		accepted, dialled := sockets(t, "unix")
		for _, c := range []net.Conn{accepted, dialled} {
			s := netlayer.NewStream(c, netlayer.StreamOptions{})
			defer s.Close()
			streams = append(streams, s)
		}
	}
	before := tcptest.LiveHeap()
	for i, s := range streams {
		other := streams[i^1]
		for _, sizes := range [][]int{{100}, {200_000}, {1 << 20, 100}, slices.Repeat([]int{20}, 5000), {30_000, 30_000}, {60_000}} {
			msgs := records(sizes...)
			sending := make(chan error, 1)
			go func() { sending <- s.Send(msgs) }()
			var got [][]byte
			for len(got) < len(msgs) {
				var err error
				if got, err = other.Receive(got); err != nil {
					t.Fatal(err)
				}
			}
			if err := <-sending; err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, s := range streams {
		go func() { _, _ = s.Receive(nil) }()
	}
	const most = 12 << 10
	var each int64
	for end := time.Now().Add(tcptest.Patience); ; {
		if each = (tcptest.LiveHeap() - before) / int64(len(streams)); each <= most || time.Now().After(end) {
			break
		}
		<-time.After(10 * time.Millisecond)
	}
	t.Logf("%d bytes held", each)
	if each > most {
		t.Errorf("a stream holds %d bytes, want at most %d", each, most)
	}
}
