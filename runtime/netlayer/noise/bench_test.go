package noise_test

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/noise"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// record returns a message that holds so many bytes.
func record(size int) []byte {
	msg := []byte("<1'm" + strconv.Itoa(size) + ":")
	return append(append(msg, make([]byte, size)...), '>')
}

// connect returns both ends of a conn.
func connect(b *testing.B, client, server netlayer.Netlayer) (dialled, accepted netlayer.Conn) {
	b.Helper()
	dialled, err := client.Dial(b.Context(), server.Location())
	if err != nil {
		b.Fatal(err)
	}
	if accepted, err = server.Accept(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _, _ = dialled.Close(), accepted.Close() })
	return dialled, accepted
}

// connectBoth returns both ends of a conn of this netlayer, and of one in clear.
func connectBoth(b *testing.B) (secret, clear [2]netlayer.Conn) {
	b.Helper()
	server, err := tcptesting.New(tcptesting.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = server.Close() })
	secret[0], secret[1] = connect(b, open(b, noise.Options{}), open(b, listening()))
	clear[0], clear[1] = connect(b, server, server)
	return secret, clear
}

// echo sends back whatever comes, each batch at once.
func echo(c netlayer.Conn) {
	var msgs [][]byte
	for {
		var err error
		if msgs, err = c.Receive(msgs[:0]); err != nil {
			return
		}
		if err = c.Send(msgs); err != nil {
			return
		}
	}
}

// receive receives so many messages.
func receive(b *testing.B, c netlayer.Conn, n int, got [][]byte) [][]byte {
	for got = got[:0]; len(got) < n; {
		var err error
		if got, err = c.Receive(got); err != nil {
			b.Fatal(err)
		}
	}
	return got
}

// BenchmarkPingPong sends messages there and back, and the same over tcptesting in turns with it. x-clear is how many times longer
// that takes.
func BenchmarkPingPong(b *testing.B) {
	for _, bench := range []struct {
		name        string
		count, size int
	}{
		{"1x100", 1, 100}, {"64x100", 64, 100}, {"1x64KiB", 1, 64 << 10}, {"1x1MiB", 1, 1 << 20},
	} {
		b.Run(bench.name, func(b *testing.B) {
			secret, clear := connectBoth(b)
			go echo(secret[1])
			go echo(clear[1])
			msgs := make([][]byte, bench.count)
			for i := range msgs {
				msgs[i] = record(bench.size)
			}
			var got [][]byte
			exchange := func(c netlayer.Conn) time.Duration {
				start := time.Now()
				if err := c.Send(msgs); err != nil {
					b.Fatal(err)
				}
				got = receive(b, c, len(msgs), got)
				return time.Since(start)
			}
			var ours, theirs time.Duration
			b.ReportAllocs()
			for b.Loop() {
				ours += exchange(secret[0])
				theirs += exchange(clear[0])
			}
			b.ReportMetric(float64(ours)/float64(theirs), "x-clear")
			b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N), "ns/exchange")
		})
	}
}

// BenchmarkStream sends messages one way, and the same over tcptesting in turns with it, a mebibyte each time. x-clear is how many
// times longer that takes.
func BenchmarkStream(b *testing.B) {
	for _, size := range []int{100, 10_000, 1 << 20} {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			secret, clear := connectBoth(b)
			msgs := make([][]byte, min(64, max(1, 1<<20/size)))
			for i := range msgs {
				msgs[i] = record(size)
			}
			batches := max(1, 1<<20/size/len(msgs))
			total := len(msgs) * batches * len(msgs[0])
			var got [][]byte
			carry := func(way [2]netlayer.Conn) time.Duration {
				start := time.Now()
				var sending sync.WaitGroup
				sending.Go(func() {
					for range batches {
						if err := way[0].Send(msgs); err != nil {
							b.Error(err)
						}
					}
				})
				got = receive(b, way[1], batches*len(msgs), got)
				sending.Wait()
				return time.Since(start)
			}
			var ours, theirs time.Duration
			for b.Loop() {
				ours += carry(secret)
				theirs += carry(clear)
			}
			b.ReportMetric(float64(ours)/float64(theirs), "x-clear")
			b.ReportMetric(float64(total)*float64(b.N)/1e6/ours.Seconds(), "MB/s-here")
			b.ReportMetric(float64(total)*float64(b.N)/1e6/theirs.Seconds(), "MB/s-clear")
		})
	}
}

// BenchmarkDial has handshakes.
func BenchmarkDial(b *testing.B) {
	client, server := open(b, noise.Options{}), open(b, listening())
	for b.Loop() {
		dialled, err := client.Dial(b.Context(), server.Location())
		if err != nil {
			b.Fatal(err)
		}
		accepted, err := server.Accept()
		if err != nil {
			b.Fatal(err)
		}
		_, _ = dialled.Close(), accepted.Close()
	}
}
