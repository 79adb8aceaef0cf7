package tcp_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
)

// TestEndComesLast ends a direction beside turns of all sorts. The end comes once, in no turn of others, and nothing behind it.
func TestEndComesLast(t *testing.T) {
	for range 200 {
		var busy sync.Mutex // held during a turn
		ends := 0
		o := tcp.NewOutgoing(func() {
			if !busy.TryLock() {
				t.Error("the end comes during a turn")
				return
			}
			defer busy.Unlock()
			ends++
		})
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				for o.Begin() == nil {
					if !busy.TryLock() {
						t.Error("two turns at once")
					}
					if ends > 0 {
						t.Error("a turn after the end")
					}
					busy.Unlock()
					o.Done()
				}
			})
			all.Go(o.End)
		}
		all.Wait()
		if ends != 1 {
			t.Errorf("%d ends", ends)
		}
		if err := o.Begin(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Begin after the end: %v", err)
		}
	}
}

// TestWriteLast writes the last bytes to who reads, to who does not read yet, and to who never does.
func TestWriteLast(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	for _, test := range []struct {
		name       string
		full, read bool
	}{{"at once", false, true}, {"later", true, true}, {"never", true, false}} {
		t.Run(test.name, func(t *testing.T) {
			near, far := tcptest.Wires(t)
			sent := 0
			for test.full {
				_ = near.SetWriteDeadline(time.Now().Add(20 * time.Millisecond))
				n, err := near.Write(make([]byte, 1<<16))
				sent += n
				if err != nil {
					break
				}
			}
			start := time.Now()
			tcp.WriteLast(near, []byte("last"))
			if took := time.Since(start); took > tcptest.Patience/4 {
				t.Errorf("it took %v", took)
			}
			if !test.read {
				return // the connection is closed with the test, and with it the goroutine ends
			}
			got, err := io.ReadAll(far)
			if len(got) != sent+4 || !bytes.HasSuffix(got, []byte("last")) || err != nil {
				t.Errorf("%d bytes, %v, want %d", len(got), err, sent+4)
			}
		})
	}
}
