package netlayer_test

import (
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

func TestDetectWaitsForFirstByte(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		c := netlayer.NewStream(near, netlayer.StreamOptions{Framing: netlayer.Detect})
		start := time.Now()
		var waited time.Duration
		go func() {
			if err := c.Send([][]byte{[]byte("<1'a>")}); err != nil {
				t.Errorf("Send: %v", err)
			}
			waited = time.Since(start)
		}()
		go func() {
			time.Sleep(time.Minute)
			_, _ = far.Write([]byte("<1'b"))
		}()
		go func() {
			_, err := c.Receive(nil)
			if !errors.Is(err, net.ErrClosed) {
				t.Errorf("Receive: %v, want an error that wraps net.ErrClosed", err)
			}
		}()
		buf := make([]byte, 100)
		n, err := far.Read(buf)
		if diff := cmp.Diff("<1'a>", string(buf[:n])); diff != "" || err != nil {
			t.Errorf("%v, sent (-want +got):\n%s", err, diff)
		}
		synctest.Wait()
		if waited != time.Minute {
			t.Errorf("Send waited %v, want a minute, half a message before there was one", waited)
		}
		_ = c.Close()
	})
}

func TestCloseEndsSendThatDetects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		defer func() { _ = far.Close() }()
		c := netlayer.NewStream(near, netlayer.StreamOptions{Framing: netlayer.Detect})
		sending := make(chan error)
		go func() { sending <- c.Send([][]byte{[]byte("<1'a>")}) }()
		synctest.Wait()
		_ = c.Close()
		if err := <-sending; !errors.Is(err, net.ErrClosed) {
			t.Errorf("Send: %v, want an error that wraps net.ErrClosed", err)
		}
	})
}
