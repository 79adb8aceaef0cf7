package netlayer_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

func TestReceiveSplitAnywhere(t *testing.T) {
	msgs := records(0, 5, 30, 1)
	for framing, encode := range encodings {
		t.Run(framing.String(), func(t *testing.T) {
			data := encode(msgs)
			for i := range len(data) + 1 {
				for j := i; j <= len(data); j += 1 + (j-i)/3 {
					got, err := receiveAll(receiving(data[:i:i], data[i:j:j], data[j:]))
					if diff := cmp.Diff(msgs, got); diff != "" || err != io.EOF {
						t.Fatalf("cut at %d and %d: end %v, messages (-want +got):\n%s", i, j, err, diff)
					}
				}
			}
		})
	}
}

func TestReceiveByteByByte(t *testing.T) {
	msgs := records(0, 40_000, 5, 20_000, 70_000, 1)
	for framing, encode := range encodings {
		t.Run(framing.String(), func(t *testing.T) {
			c := struct {
				io.Reader
				io.WriteCloser
			}{iotest.OneByteReader(bytes.NewReader(encode(msgs))), &script{}}
			got, err := receiveAll(netlayer.NewStream(c, netlayer.StreamOptions{}))
			if !slices.EqualFunc(msgs, got, bytes.Equal) || err != io.EOF {
				t.Fatalf("%d messages and %v, want %d others and io.EOF", len(got), err, len(msgs))
			}
		})
	}
}

// TestReceiveSegments cuts a stream of short and long messages into segments of many sizes, some with the end of the stream
// in the last read.
func TestReceiveSegments(t *testing.T) {
	msgs := records(10, 31_000, 33_000, 15, 64<<10, 100, 300_000, 0, 0, 0, 40_000, 40_000, 16_300, 7)
	for framing, encode := range encodings {
		t.Run(framing.String(), func(t *testing.T) {
			data := encode(msgs)
			for _, size := range []int{97, 1460, 4096, 16 << 10, 16<<10 + 1, 50_000, 64 << 10, 100_000, len(data)} {
				segments := slices.Collect(slices.Chunk(bytes.Clone(data), size))
				got, err := receiveAll(receiving(segments...))
				if !slices.EqualFunc(msgs, got, bytes.Equal) || err != io.EOF {
					t.Errorf("segments of %d: %d messages and %v, want %d others and io.EOF", size, len(got), err, len(msgs))
				}
				c := struct {
					io.Reader
					io.WriteCloser
				}{iotest.DataErrReader(&script{segments: slices.Collect(slices.Chunk(bytes.Clone(data), size))}), &script{}}
				got, err = receiveAll(netlayer.NewStream(c, netlayer.StreamOptions{}))
				if !slices.EqualFunc(msgs, got, bytes.Equal) || err != io.EOF {
					t.Errorf("segments of %d, end with data: %d messages and %v", size, len(got), err)
				}
			}
		})
	}
}

func TestReceiveCut(t *testing.T) {
	msgs := records(0, 3, 40_000)
	for framing, encode := range encodings {
		t.Run(framing.String(), func(t *testing.T) {
			data := encode(msgs)
			whole := map[int]bool{}
			for i := range len(msgs) + 1 {
				whole[len(encode(msgs[:i]))] = true
			}
			for i := 0; i < len(data); i += 1 + i/50 {
				got, err := receiveAll(receiving(data[:i:i]))
				want := io.ErrUnexpectedEOF
				if whole[i] {
					want = io.EOF
				}
				if err != want {
					t.Errorf("cut at %d: end %v, want %v", i, err, want)
				}
				for j, msg := range got {
					if !bytes.Equal(msg, msgs[j]) {
						t.Errorf("cut at %d: message %d is %q", i, j, msg)
					}
				}
			}
		})
	}
}

func TestReceiveTolerates(t *testing.T) {
	for _, test := range []struct {
		name, data string
		want       []string
	}{
		{"zeros before a length", "0003:<a>", []string{"<a>"}},
		{"twenty digits", "00000000000000000003:<a>", []string{"<a>"}},
		{"empty frames", "0:0:3:<a>00:3:<b>0:", []string{"<a>", "<b>"}},
		{"framed contents of any kind", "1:a5:<<<<<", []string{"a", "<<<<<"}},
		{"raw records of any kind", "<1'a><t><<1'a[]>{}>", []string{"<1'a>", "<t>", "<<1'a[]>{}>"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			msgs, err := receiveAll(receiving([]byte(test.data)))
			var got []string
			for _, msg := range msgs {
				got = append(got, string(msg))
			}
			if diff := cmp.Diff(test.want, got); diff != "" || err != io.EOF {
				t.Errorf("end %v, messages (-want +got):\n%s", err, diff)
			}
		})
	}
}

// TestReceiveRefuses checks that what cannot become a message is refused as soon as that shows: nothing follows the data,
// and the stream does not end.
func TestReceiveRefuses(t *testing.T) {
	const limit = 1000
	for _, test := range []struct {
		name, data string
		good       int // messages before
		offset     int // of the *FrameError; -1 wants a *MessageTooLargeError
	}{
		{"first byte", "GET / HTTP/1.1", 0, 0},
		{"colon", ":", 0, 0},
		{"newline", "\n", 0, 0},
		{"negative length", "-1:", 0, 0},
		{"letter in a length", "3:<a>1x:", 1, 5},
		{"netstring", "3:<a>,3:<a>,", 1, 5},
		{"space in a length", "1 :", 0, 0},
		{"record after a frame", "3:<a><1'b>", 1, 5},
		{"many zeros", strings.Repeat("0", 21), 0, 0},
		{"endless zeros", strings.Repeat("0", 100_000), 0, 0},
		{"limit and one", "1001:", 0, -1},
		{"limit and one, before the colon", "1001", 0, -1},
		{"behind a message", "3:<a>1001", 1, -1},
		{"10^12", "1000000000000", 0, -1},
		{"2^31", "2147483648", 0, -1},
		{"2^32+5", "4294967301", 0, -1},
		{"2^63", "9223372036854775808", 0, -1},
		{"2^64+5", "18446744073709551621", 0, -1},
		{"endless digits", strings.Repeat("9", 100_000), 0, -1},
		{"raw, no record", "<1'a>t", 1, 5},
		{"raw, newline after a record", "<1'a>\n", 1, 5},
		{"raw, wrong bracket", "<1'a]", 0, 0},
		{"raw, byte", "<1'a!", 0, 0},
		{"raw, length beyond the limit", "<1'a2000:", 0, -1},
		{"raw, 2^64+5", "<1'a18446744073709551621:", 0, -1},
		{"raw, too long", "<1'a" + strings.Repeat("t", limit), 0, -1},
		{"raw, invalid UTF-8", "<1\"\xff", 0, 0},
		{"raw, too deep", "<1'a" + strings.Repeat("[", 900), 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			waiting := errors.New("waits for more")
			c := netlayer.NewStream(&script{segments: [][]byte{[]byte(test.data)}, end: waiting}, netlayer.StreamOptions{ReadLimit: limit})
			msgs, err := receiveAll(c)
			if len(msgs) != test.good {
				t.Errorf("%d messages, want %d", len(msgs), test.good)
			}
			var malformed *netlayer.FrameError
			var tooLarge *netlayer.MessageTooLargeError
			switch {
			case test.offset < 0 && (!errors.As(err, &tooLarge) || tooLarge.Limit != limit):
				t.Errorf("end %v, want a *MessageTooLargeError with limit %d", err, limit)
			case test.offset >= 0 && (!errors.As(err, &malformed) || malformed.Offset != int64(test.offset)):
				t.Errorf("end %v, want a *FrameError at %d", err, test.offset)
			}
			if _, again := c.Receive(nil); again != err {
				t.Errorf("Receive again: %v, want the same error", again)
			}
		})
	}
}

// TestReceiveDoesNotTrustClaims checks that memory follows what arrives.
func TestReceiveDoesNotTrustClaims(t *testing.T) {
	for _, test := range []struct{ name, head string }{
		{"framed", "16000000:"},
		{"raw", "<1'm16000000:"},
	} {
		for _, arrived := range []int{0, 10, 10_000, 40_000, 100_000, 1_000_000} {
			t.Run(fmt.Sprintf("%s after %d", test.name, arrived), func(t *testing.T) {
				data := []byte(test.head + strings.Repeat("x", arrived))
				c := receiving(data)
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				if _, err := c.Receive(nil); err != io.ErrUnexpectedEOF {
					t.Errorf("end %v, want io.ErrUnexpectedEOF", err)
				}
				runtime.ReadMemStats(&after)
				// The read buffers, and every buffer on the way to the one in which the message is now.
				got, most := after.TotalAlloc-before.TotalAlloc, uint64(96<<10+6*arrived)
				if got > most {
					t.Errorf("%d bytes allocated for %d that arrived, want at most %d", got, arrived, most)
				}
			})
		}
	}
}

// TestIdleStream checks what a stream holds on which little comes.
func TestIdleStream(t *testing.T) {
	for framing, encode := range encodings {
		c := receiving(encode(records(100)))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := c.Receive(nil); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got < 16<<10 || got > 32<<10 { // others may be at work
			t.Errorf("%v: %d bytes allocated, want a read buffer of 16 KiB and a message", framing, got)
		}
	}
}

func TestReceiveOffset(t *testing.T) {
	msgs := records(10, 50_000, 100_000, 3, 40_000)
	for framing, encode := range encodings {
		data := encode(msgs)
		for _, size := range []int{500, 17_000, len(data) + 1} {
			c := receiving(slices.Collect(slices.Chunk(append(bytes.Clone(data), '!'), size))...)
			got, err := receiveAll(c)
			var malformed *netlayer.FrameError
			if len(got) != len(msgs) || !errors.As(err, &malformed) || malformed.Offset != int64(len(data)) {
				t.Errorf("%v, segments of %d: %d messages and %v, want %d and a *FrameError at %d", framing, size, len(got), err, len(msgs), len(data))
			}
		}
	}
}

func TestReceiveEndOfTransport(t *testing.T) {
	broken := errors.New("broken")
	for _, data := range []string{"", "3:<a>", "3:<", "3", "<1'a", "<1'a>", "50000:x", "<1'a50000:x"} {
		c := netlayer.NewStream(&script{segments: [][]byte{[]byte(data)}, end: broken}, netlayer.StreamOptions{})
		if _, err := receiveAll(c); !errors.Is(err, broken) {
			t.Errorf("after %q: end %v, want %v", data, err, broken)
		}
	}
}

// TestReceiveBatch checks what a batch costs.
func TestReceiveBatch(t *testing.T) {
	msgs := records(slices.Repeat([]int{100}, 64)...)
	for framing, encode := range encodings {
		t.Run(framing.String(), func(t *testing.T) {
			data := encode(msgs)
			s := &script{segments: [][]byte{data}}
			c := netlayer.NewStream(s, netlayer.StreamOptions{})
			got, err := c.Receive(nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(msgs, got); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
			if s.reads != 1 {
				t.Errorf("%d reads for one segment", s.reads)
			}
			allocs := testing.AllocsPerRun(100, func() {
				s.segments = append(s.segments[:0], data)
				if got, err = c.Receive(got[:0]); err != nil || len(got) != len(msgs) {
					t.Fatalf("%d messages, %v", len(got), err)
				}
			})
			if allocs > 1 {
				t.Errorf("%v allocations for a batch, want one", allocs)
			}
		})
	}
}

// BenchmarkReceive receives batches of 64 messages without any system call.
func BenchmarkReceive(b *testing.B) {
	msgs := records(slices.Repeat([]int{100}, 64)...)
	for framing, encode := range encodings {
		b.Run("64x100"+framing.String(), func(b *testing.B) {
			data := encode(msgs)
			s := &script{}
			c := netlayer.NewStream(s, netlayer.StreamOptions{})
			var got [][]byte
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				s.segments = append(s.segments[:0], data)
				var err error
				if got, err = c.Receive(got[:0]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestReceiveSharesLittle checks that a message that is kept holds at most 64 KiB beside itself.
func TestReceiveSharesLittle(t *testing.T) {
	msgs := records(slices.Repeat([]int{500}, 1000)...)
	for framing, encode := range encodings {
		c := receiving(encode(msgs))
		for total := 0; total < len(msgs); {
			batch, err := c.Receive(nil)
			if err != nil {
				t.Fatal(err)
			}
			total += len(batch)
			size := 0
			for _, msg := range batch {
				size += len(msg)
				if cap(msg) != len(msg) {
					t.Fatalf("%v: capacity %d of a message of %d bytes reaches into the next", framing, cap(msg), len(msg))
				}
			}
			if size > 64<<10 {
				t.Errorf("%v: a batch of %d bytes", framing, size)
			}
		}
	}
}
