package tcptest

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// Pair are two netlayers of one transport, of which the second can be dialled.
type Pair [2]netlayer.Netlayer

// clear returns netlayers in clear, to compare others with, which are closed with the benchmark.
func clear(b *testing.B) Pair {
	b.Helper()
	var p Pair
	for i := range p {
		nl, err := tcptesting.New(tcptesting.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = nl.Close() })
		p[i] = nl
	}
	return p
}

// connect returns both ends of a conn.
func (p Pair) connect(b *testing.B) (dialled, accepted netlayer.Conn) {
	b.Helper()
	dialled, err := p[0].Dial(b.Context(), p[1].Location())
	if err != nil {
		b.Fatal(err)
	}
	if accepted, err = p[1].Accept(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _, _ = dialled.Close(), accepted.Close() })
	return dialled, accepted
}

// records returns messages that hold so many bytes each.
func records(count, size int) [][]byte {
	msgs := make([][]byte, count)
	for i := range msgs {
		msg := []byte("<1'm" + strconv.Itoa(size) + ":")
		msgs[i] = append(append(msg, make([]byte, size)...), '>')
	}
	return msgs
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

// inTurns does the one and the other in turns. x-clear is how many times longer the first one takes.
func inTurns(b *testing.B, ours, clear func()) (took time.Duration) {
	var theirs time.Duration
	for b.Loop() {
		start := time.Now()
		ours()
		half := time.Now()
		clear()
		took += half.Sub(start)
		theirs += time.Since(half)
	}
	b.ReportMetric(float64(took)/float64(theirs), "x-clear")
	b.ReportMetric(float64(took.Nanoseconds())/float64(b.N), "ns/here")
	return took
}

// PingPong sends messages there and back, and the same over package tcptesting in turns with it.
func PingPong(b *testing.B, p Pair) {
	for _, bench := range []struct {
		name        string
		count, size int
	}{
		{"1x100", 1, 100}, {"64x100", 64, 100}, {"1x64KiB", 1, 64 << 10}, {"1x1MiB", 1, 1 << 20},
	} {
		b.Run(bench.name, func(b *testing.B) {
			msgs := records(bench.count, bench.size)
			var got [][]byte
			exchange := func(p Pair) func() {
				dialled, accepted := p.connect(b)
				go echo(accepted)
				return func() {
					if err := dialled.Send(msgs); err != nil {
						b.Fatal(err)
					}
					got = receive(b, dialled, len(msgs), got)
				}
			}
			b.ReportAllocs()
			inTurns(b, exchange(p), exchange(clear(b)))
		})
	}
}

// Stream sends messages one way, a mebibyte each time, and the same over package tcptesting in turns with it.
func Stream(b *testing.B, p Pair) {
	for _, size := range []int{100, 10_000, 1 << 20} {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			msgs := records(min(64, 1<<20/size), size)
			batches := 1 << 20 / size / len(msgs)
			var got [][]byte
			carry := func(p Pair) func() {
				dialled, accepted := p.connect(b)
				return func() {
					var sending sync.WaitGroup
					sending.Go(func() {
						for range batches {
							if err := dialled.Send(msgs); err != nil {
								b.Error(err)
							}
						}
					})
					got = receive(b, accepted, batches*len(msgs), got)
					sending.Wait()
				}
			}
			took := inTurns(b, carry(p), carry(clear(b)))
			b.ReportMetric(float64(batches*len(msgs)*len(msgs[0]))*float64(b.N)/1e6/took.Seconds(), "MB/s-here")
		})
	}
}

// CallsInTurns makes calls between vats, one when the other has its answer, and the same over package tcptesting in turns with it.
func CallsInTurns(b *testing.B, p Pair) {
	call := func(p Pair) func() {
		vats := [2]*captp.Vat{newVat(b, p[0]), newVat(b, p[1])}
		far, err := captp.Enliven[captp.AnyRef](b.Context(), vats[0], publish(b, vats[1], p[1].Location(), same)).Await(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		return func() {
			if got, err := captp.Invoke(b.Context(), far.Ref, 7).Await(b.Context()); got != int64(7) || err != nil {
				b.Fatal(got, err)
			}
		}
	}
	inTurns(b, call(p), call(clear(b)))
}

// Dials has handshakes, one after the other.
func Dials(b *testing.B, p Pair) {
	b.ReportAllocs()
	for b.Loop() {
		dialled, err := p[0].Dial(b.Context(), p[1].Location())
		if err != nil {
			b.Fatal(err)
		}
		accepted, err := p[1].Accept()
		if err != nil {
			b.Fatal(err)
		}
		_, _ = dialled.Close(), accepted.Close()
	}
}
