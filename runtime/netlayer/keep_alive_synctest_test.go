package netlayer_test

import (
	"net"
	"testing"
	"testing/synctest"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// What has arrived is counted before a message is whole, and whether or not it is one.
func TestReceived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		conn := netlayer.NewStream(near, netlayer.StreamOptions{})
		go func() {
			for {
				if _, err := conn.Receive(nil); err != nil {
					return
				}
			}
		}()
		want := int64(0)
		for _, part := range []string{"9:", "<5'", "hello", ">", "100000:", "<5'", "junk"} {
			if _, err := far.Write([]byte(part)); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			want += int64(len(part))
			if got := conn.Received(); got != want {
				t.Errorf("received %d bytes after %q, want %d", got, part, want)
			}
		}
		conn.Close()
		far.Close()
	})
}

var _ netlayer.Counter = (*netlayer.Stream)(nil)
