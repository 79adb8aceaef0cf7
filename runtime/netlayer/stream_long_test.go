package netlayer_test

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// TestReceiveStages receives messages of lengths around those at which their buffer becomes another one, on several streams at once: the
// buffers on the way are shared, and the messages are not.
func TestReceiveStages(t *testing.T) {
	sizes := []int{
		61_000, 65_536, 100, 262_143, 262_144, 262_200, 278_000, 300_000, 5, 1 << 20, 1<<20 + 20_000, 1_200_000, 4_243_000, 6 << 20,
	}
	if testing.Short() {
		sizes = sizes[:len(sizes)-2]
	}
	for framing, encode := range encodings {
		t.Run(framing.String(), func(t *testing.T) {
			var all sync.WaitGroup
			for i, size := range []int{5000, 64 << 10, 64 << 10, 64 << 10, 64 << 10} {
				all.Go(func() {
					var msgs [][]byte
					for _, n := range sizes {
						msgs = append(msgs, fmt.Appendf(nil, "<1'm%d:%s>", n, strings.Repeat(string(rune('a'+i)), n)))
					}
					data := encode(msgs)
					got, err := receiveAll(netlayer.NewStream(yielding{&script{segments: slices.Collect(slices.Chunk(data, size))}}, netlayer.StreamOptions{}))
					if !slices.EqualFunc(msgs, got, bytes.Equal) || err != io.EOF {
						t.Errorf("segments of %d: %d messages and %v, want %d others and io.EOF", size, len(got), err, len(msgs))
					}
					cut := len(data) / 2
					if _, err := receiveAll(receiving(data[:cut:cut])); err != io.ErrUnexpectedEOF {
						t.Errorf("cut: %v", err)
					}
				})
			}
			all.Wait()
		})
	}
}

// yielding lets other goroutines run at each read.
type yielding struct{ *script }

func (y yielding) Read(p []byte) (int, error) {
	runtime.Gosched()
	return y.script.Read(p)
}

// BenchmarkReceiveLong receives long messages, in segments of 64 KiB, without any system call, and over a socket.
func BenchmarkReceiveLong(b *testing.B) {
	for _, size := range []int{256 << 10, 1 << 20, 4 << 20, 15 << 20} {
		msgs := records(size)
		for framing, encode := range encodings {
			b.Run(fmt.Sprintf("%dKiB%s", size>>10, framing), func(b *testing.B) {
				data := encode(msgs)
				s := &script{}
				c := netlayer.NewStream(s, netlayer.StreamOptions{})
				var got [][]byte
				b.ReportAllocs()
				b.SetBytes(int64(len(data)))
				for b.Loop() {
					s.segments = append(s.segments[:0], slices.Collect(slices.Chunk(data, 64<<10))...)
					var err error
					if got, err = c.Receive(got[:0]); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run(fmt.Sprintf("%dKiB%sSocket", size>>10, framing), func(b *testing.B) {
				accepted, dialled := sockets(b, "unix")
				c := netlayer.NewStream(accepted, netlayer.StreamOptions{})
				data := encode(msgs)
				go func() {
					for {
						if _, err := dialled.Write(data); err != nil {
							return
						}
					}
				}()
				var got [][]byte
				b.ReportAllocs()
				b.SetBytes(int64(len(data)))
				for b.Loop() {
					var err error
					if got, err = c.Receive(got[:0]); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
