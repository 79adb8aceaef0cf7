package netlayer_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

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
