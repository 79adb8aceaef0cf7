package netlayer_test

import (
	"bytes"
	"io"
	"slices"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

var _ netlayer.BufferReceiver = (*netlayer.Stream)(nil)

// TestReceiveInto receives messages into a buffer that is asked for, and long ones, which need none.
func TestReceiveInto(t *testing.T) {
	tests := map[string]struct {
		sizes []int
		asked int // for how many messages a buffer is asked for
	}{
		"one":            {[]int{100}, 1},
		"several":        {[]int{5, 100, 1}, 3},
		"long":           {[]int{100_000}, 0},
		"long, then one": {[]int{100_000, 50}, 1},
	}
	for framing, encode := range encodings {
		for name, test := range tests {
			t.Run(framing.String()+"/"+name, func(t *testing.T) {
				msgs := records(test.sizes...)
				c := receiving(encode(msgs))
				var got [][]byte
				var err error
				var buf []byte
				for len(got) < len(msgs) && err == nil {
					got, err = c.ReceiveInto(got, func(size int) []byte {
						if buf != nil {
							t.Errorf("a second buffer, for %d bytes", size)
						}
						buf = make([]byte, 0, size+10)
						return buf
					})
				}
				if err != nil || !slices.EqualFunc(got, msgs, bytes.Equal) {
					t.Fatalf("got %d messages and %v, want %d others", len(got), err, len(msgs))
				}
				want := bytes.Join(msgs[len(msgs)-test.asked:], nil)
				if !bytes.Equal(buf[:cap(buf)][:len(want)], want) {
					t.Errorf("the buffer holds %.40q, want %.40q", buf[:cap(buf)], want)
				}
				for i, m := range got {
					if _ = append(m, '!'); bytes.Contains(buf[:cap(buf)], []byte("!")) {
						t.Errorf("message %d was appended to in the buffer", i)
					}
				}
				if _, err := c.ReceiveInto(nil, nil); err != io.EOF {
					t.Errorf("then %v, want io.EOF", err)
				}
			})
		}
	}
}
