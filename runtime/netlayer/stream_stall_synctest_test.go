package netlayer_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// stalling returns a stream, and the other side of its transport. Both are closed with the test.
func stalling(t *testing.T, limit time.Duration) (*netlayer.Stream, net.Conn) {
	t.Helper()
	near, far := net.Pipe()
	c := netlayer.NewStream(near, netlayer.StreamOptions{MessageTime: limit})
	t.Cleanup(func() {
		_, _ = c.Close(), far.Close()
		time.Sleep(time.Second) // until drip has noticed
	})
	return c, far
}

// drip writes the beginning of a message, then so many bytes each second until the stream ends or there is no more.
func drip(far net.Conn, beginning, rest string, each int) {
	_, err := io.WriteString(far, beginning)
	for err == nil && len(rest) > 0 && each > 0 {
		time.Sleep(time.Second)
		n := min(each, len(rest))
		_, err = io.WriteString(far, rest[:n])
		rest = rest[n:]
	}
}

// TestStall sends messages that do not go on arriving, or slowly.
func TestStall(t *testing.T) {
	long := strings.Repeat("x", 300_000)
	for _, test := range []struct {
		name            string
		beginning, rest string
		each            int           // bytes of rest a second
		limit           time.Duration // StreamOptions.MessageTime
		want            time.Duration // after which receiving ends; 0 if the message arrives
	}{
		{name: "first digit", beginning: "3", want: time.Minute},
		{name: "length", beginning: "300000:", want: time.Minute},
		{name: "some of a frame", beginning: "300000:xxx", want: time.Minute},
		{name: "some of a record", beginning: "<1'a300000:xxx", want: time.Minute},
		{name: "much of a frame", beginning: "300000:" + long[:100_000], want: 2 * time.Minute},
		{name: "much of a record", beginning: "<1'a300000:" + long[:100_000], want: 2 * time.Minute},
		{name: "behind a message", beginning: "1:a3", want: time.Minute},
		{name: "drip in a frame", beginning: "300000:", rest: long, each: 1, want: time.Minute},
		{name: "drip in a record", beginning: "<1'a300000:", rest: long, each: 1, want: time.Minute},
		{name: "drip in a short frame", beginning: "1000:", rest: long, each: 10, want: time.Minute},
		{name: "a little too slow", beginning: "300000:", rest: long, each: 1000, want: time.Minute},
		{name: "slow frame", beginning: "300000:", rest: long, each: 1100},
		{name: "slow record", beginning: "<1'a300000:", rest: long + ">", each: 1100},
		{name: "short frame in time", beginning: "59:", rest: long[:59], each: 1},
		{name: "sooner", beginning: "30:", limit: time.Second, want: time.Second},
		{name: "no limit", beginning: "100000:", rest: long[:100_000], each: 1, limit: -1},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, far := stalling(t, test.limit)
				start := time.Now()
				go drip(far, test.beginning, test.rest, test.each)
				msgs, err := receiveAfter(c, strings.HasPrefix(test.beginning, "1:a3"))
				took := time.Since(start)
				switch {
				case test.want == 0 && (err != nil || len(msgs) != 1):
					t.Errorf("after %v: %d messages, %v", took, len(msgs), err)
				case test.want == 0:
				case !errors.Is(err, netlayer.ErrStalled) || !errors.Is(err, os.ErrDeadlineExceeded) || took != test.want:
					t.Errorf("after %v: %d messages, %v; want ErrStalled after %v", took, len(msgs), err, test.want)
				}
				if test.want == 0 {
					return
				}
				if _, again := c.Receive(nil); again != err {
					t.Errorf("Receive again: %v, want %v", again, err)
				}
				go func() { _, _ = io.Copy(io.Discard, far) }()
				if err := c.Send([][]byte{[]byte("<1'b>")}); err != nil {
					t.Errorf("Send after the end of receiving: %v", err)
				}
			})
		})
	}
}

// receiveAfter receives, after one message if that is to come first.
func receiveAfter(c netlayer.Conn, one bool) ([][]byte, error) {
	msgs, err := c.Receive(nil)
	if one && err == nil {
		return c.Receive(nil)
	}
	return msgs, err
}

// TestIdleIsNoStall waits for a message of which nothing has come, for an hour, and then a message arrives in two halves, again and again.
func TestIdleIsNoStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, far := stalling(t, 0)
		go func() {
			time.Sleep(time.Hour)
			for range 100 {
				_, _ = io.WriteString(far, "3:<")
				time.Sleep(59 * time.Second)
				_, _ = io.WriteString(far, "a>")
			}
			_ = far.Close()
		}()
		if msgs, err := receiveAll(c); len(msgs) != 100 || err != io.EOF {
			t.Errorf("%d messages, %v", len(msgs), err)
		}
	})
}

// TestNobodyReceivesIsNoStall leaves half a message alone for an hour, and so the other side the rest. Only the time counts during which
// the rest is waited for.
func TestNobodyReceivesIsNoStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, far := stalling(t, 0)
		go drip(far, "3:<a>5:<", "bcd>", 1)
		for _, want := range []string{"<a>", "<bcd>"} {
			msgs, err := c.Receive(nil)
			if string(bytes.Join(msgs, nil)) != want || err != nil {
				t.Fatalf("%q, %v, want %q", msgs, err, want)
			}
			time.Sleep(time.Hour)
		}
		go drip(far, "3", "", 0)
		time.Sleep(time.Hour)
		start := time.Now()
		if _, err := c.Receive(nil); !errors.Is(err, netlayer.ErrStalled) || time.Since(start) != time.Minute {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
	})
}

// TestStallOfSimpleTransport stalls a transport that has no deadlines. It is closed.
func TestStallOfSimpleTransport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		c := netlayer.NewStream(struct{ io.ReadWriteCloser }{near}, netlayer.StreamOptions{})
		go drip(far, "10:<", "", 0)
		if _, err := c.Receive(nil); !errors.Is(err, netlayer.ErrStalled) {
			t.Errorf("Receive: %v, want ErrStalled", err)
		}
		if _, err := far.Write([]byte("x")); err == nil {
			t.Error("the transport is open")
		}
	})
}
