package websocket_test

import (
	"errors"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// TestSlowMessages sends messages that arrive slowly: so much at once, then so many bytes a second.
func TestSlowMessages(t *testing.T) {
	const size = 300_000
	for _, test := range []struct {
		name     string
		at, each int
		want     time.Duration // after which receiving ends; 0 if the message arrives
	}{
		{"nothing more", 1000, 0, time.Minute},
		{"a byte a second", 1000, 1, time.Minute},
		{"much, and then nothing", 100_000, 0, 2 * time.Minute},
		{"slowly", 1000, 2000, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c, conn := rawWired(t)
				data := binaryFrame(make([]byte, size))
				start := time.Now()
				go func() {
					_, err := c.Write(data[:test.at])
					for at := test.at; at < len(data) && test.each > 0 && err == nil; at += test.each {
						time.Sleep(time.Second)
						_, err = c.Write(data[at:min(len(data), at+test.each)])
					}
				}()
				msgs, err := conn.Receive(nil)
				took := time.Since(start)
				switch {
				case test.want == 0 && (err != nil || len(msgs) != 1 || len(msgs[0]) != size):
					t.Errorf("after %v: %d messages, %v", took, len(msgs), err)
				case test.want > 0 && (!errors.Is(err, netlayer.ErrStalled) || took != test.want):
					t.Errorf("after %v: %v, want ErrStalled after %v", took, err, test.want)
				}
				_, _ = conn.Close(), c.Close()
			})
		})
	}
}

// TestNobodyReceivesIsNoStall leaves a message alone of which a part is read ahead, for an hour. Only the time counts during which the rest
// is waited for.
func TestNobodyReceivesIsNoStall(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c, conn := rawWired(t)
		go func() { _, _ = c.Write(binaryFrame(make([]byte, 300_000))) }()
		time.Sleep(time.Hour)
		if msgs, err := conn.Receive(nil); err != nil || len(msgs[0]) != 300_000 {
			t.Errorf("Receive: %d messages, %v", len(msgs), err)
		}
		_, _ = conn.Close(), c.Close()
	})
}

// TestEmptyFramesAreNoMessage continues a message with nothing, again and again.
func TestEmptyFramesAreNoMessage(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c, conn := rawWired(t)
		start := time.Now()
		go func() {
			_, err := c.Write(frame(opBinary, 5, []byte("<1'ab")))
			for err == nil {
				time.Sleep(10 * time.Millisecond)
				_, err = c.Write(frame(0, 0, nil))
			}
		}()
		if _, err := conn.Receive(nil); !errors.Is(err, netlayer.ErrStalled) || time.Since(start) != time.Minute {
			t.Errorf("after %v: %v, want ErrStalled after a minute", time.Since(start), err)
		}
		_, _ = conn.Close(), c.Close()
	})
}

// TestEachMessageHasItsTime sends messages that take most of a minute each.
func TestEachMessageHasItsTime(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c, conn := rawWired(t)
		go func() {
			for range 5 {
				data := binaryFrame(make([]byte, 100))
				_, _ = c.Write(data[:50])
				time.Sleep(50 * time.Second)
				_, _ = c.Write(data[50:])
			}
		}()
		for i := range 5 {
			if msgs, err := conn.Receive(nil); err != nil || len(msgs[0]) != 100 {
				t.Fatalf("message %d: %v", i, err)
			}
		}
		_, _ = conn.Close(), c.Close()
	})
}
