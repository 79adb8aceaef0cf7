package captp_test

import (
	"context"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/memory"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// greeter is what generated code makes of an interface with one method of data: no answer position, no any.
type greeter struct{}

func (greeter) Dispatch(_ context.Context, args *captp.Decoder, result *captp.Encoder) error {
	switch string(args.Selector()) {
	case "greet":
		name := args.At("name").String()
		if err := args.Close(); err != nil {
			return err
		}
		result.String(name)
		return nil
	}
	return captp.NoMethod(args)
}

func greet(ctx context.Context, r anyRef, name string) *captp.Promise[string] {
	m := captp.Eventually(ctx, r).Begin("[5'greet")
	m.String(name)
	return captp.Call(m, (*captp.Decoder).String)
}

// vats returns two vats, one on each netlayer.
func vats(tb testing.TB, x, y netlayer.Netlayer) (a, b *captp.Vat) {
	tb.Helper()
	a, err := captp.New(captp.WithNetlayer(x))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { a.Close() })
	b, err = captp.New(captp.WithNetlayer(y))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { b.Close() })
	return a, b
}

func tcpVats(tb testing.TB) (a, b *captp.Vat) {
	tb.Helper()
	x, err := tcptesting.New(tcptesting.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	y, err := tcptesting.New(tcptesting.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return vats(tb, x, y)
}

func memoryVats(tb testing.TB) (a, b *captp.Vat) {
	tb.Helper()
	hub := memory.NewHub()
	x, err := hub.Listen("x")
	if err != nil {
		tb.Fatal(err)
	}
	y, err := hub.Listen("y")
	if err != nil {
		tb.Fatal(err)
	}
	return vats(tb, x, y)
}

// farGreeter returns a reference in a to a greeter in b.
func farGreeter(tb testing.TB, a, b *captp.Vat) anyRef {
	tb.Helper()
	ref, err := captp.Publish(b, anyRef{captp.NewObject(b, greeter{})})
	if err != nil {
		tb.Fatal(err)
	}
	r, err := captp.Enliven[anyRef](tb.Context(), a, ref).Await(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// pingPong appends how long each of n round trips takes over TCP itself, with messages as long as those of a call.
func pingPong(tb testing.TB, n int, times []time.Duration) []time.Duration {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		io.CopyBuffer(struct{ io.Writer }{c}, struct{ io.Reader }{c}, make([]byte, callBytes))
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		tb.Fatal(err)
	}
	defer c.Close()
	buf := make([]byte, callBytes)
	for range n {
		start := time.Now()
		if _, err := c.Write(buf); err != nil {
			tb.Fatal(err)
		}
		if _, err := io.ReadFull(c, buf); err != nil {
			tb.Fatal(err)
		}
		times = append(times, time.Since(start))
	}
	return times
}

// callBytes is the length of the operation that a greeting is.
const callBytes = len(`84:<10'op:deliver<11'desc:export1+>[5'greet5"world]f<18'desc:import-object1000+>>`)

// BenchmarkSerial measures one call after the other over loopback TCP, next to round trips of bare TCP that are measured in
// between. The metrics x-raw-p50 and x-raw-mean are the median and the mean of a call in those of a round trip. They differ a lot:
// as soon as an arriving message wakes a goroutine other than the one that reads, a part of all round trips waits for a
// thread of the run-time system to wake up, whatever else is done.
func BenchmarkSerial(b *testing.B) {
	x, y := tcpVats(b)
	far := farGreeter(b, x, y)
	ctx := b.Context()
	pingPong(b, 1000, nil) // warms up
	b.ReportAllocs()
	const chunk = 2000
	var raw, calls []time.Duration
	for b.Loop() {
		if len(calls)%chunk == 0 {
			b.StopTimer()
			raw = pingPong(b, chunk, raw)
			b.StartTimer()
		}
		start := time.Now()
		if _, err := greet(ctx, far, "world").Await(ctx); err != nil {
			b.Fatal(err)
		}
		calls = append(calls, time.Since(start))
	}
	b.ReportMetric(float64(median(raw)), "raw-p50-ns")
	b.ReportMetric(float64(median(calls)), "p50-ns")
	b.ReportMetric(float64(median(calls))/float64(median(raw)), "x-raw-p50")
	b.ReportMetric(mean(calls)/mean(raw), "x-raw-mean")
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

func mean(times []time.Duration) float64 {
	var sum time.Duration
	for _, t := range times {
		sum += t
	}
	return float64(sum) / float64(len(times))
}

// inFlight makes n calls of which so many wait at any time.
func inFlight(b *testing.B, far anyRef, width int) {
	b.Helper()
	ctx := b.Context()
	window := make([]*captp.Promise[string], width)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if p := window[i%width]; p != nil {
			if _, err := p.Await(ctx); err != nil {
				b.Fatal(err)
			}
		}
		window[i%width] = greet(ctx, far, "world")
		i++
	}
	for _, p := range window {
		if p != nil {
			if _, err := p.Await(ctx); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "calls/s")
}

// Benchmark64InFlight measures calls over loopback TCP of which 64 wait for their answers.
func Benchmark64InFlight(b *testing.B) {
	x, y := tcpVats(b)
	inFlight(b, farGreeter(b, x, y), 64)
}

// Benchmark64Callers measures calls over loopback TCP of 64 goroutines, each of which makes one after the other.
func Benchmark64Callers(b *testing.B) { callers(b, 64) }

// Benchmark1024Callers is the same for more of them.
func Benchmark1024Callers(b *testing.B) { callers(b, 1024) }

func callers(b *testing.B, n int) {
	b.Helper()
	x, y := tcpVats(b)
	far := farGreeter(b, x, y)
	ctx := b.Context()
	b.ReportAllocs()
	b.ResetTimer()
	var left atomic.Int64
	left.Store(int64(b.N))
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				if _, err := greet(ctx, far, "world").Await(ctx); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}

// BenchmarkMemory64InFlight is the same without TCP.
func BenchmarkMemory64InFlight(b *testing.B) {
	x, y := memoryVats(b)
	inFlight(b, farGreeter(b, x, y), 64)
}

// BenchmarkMemorySerial measures one call after the other without TCP.
func BenchmarkMemorySerial(b *testing.B) {
	x, y := memoryVats(b)
	inFlight(b, farGreeter(b, x, y), 1)
}

// BenchmarkNear measures calls to an object of the same vat.
func BenchmarkNear(b *testing.B) {
	x, _ := memoryVats(b)
	inFlight(b, anyRef{captp.NewObject(x, greeter{})}, 1)
}

// BenchmarkLongArgument measures calls with an argument of a mebibyte.
func BenchmarkLongArgument(b *testing.B) {
	x, y := tcpVats(b)
	far := farGreeter(b, x, y)
	text := strings.Repeat("x", 1<<20)
	b.SetBytes(2 << 20)
	for b.Loop() {
		if _, err := greet(b.Context(), far, text).Await(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStream is the time of one message of a stream over TCP, with the default window. Compare BenchmarkSerial, which waits for
// each answer.
func BenchmarkStream(b *testing.B) {
	x, y := tcpVats(b)
	s := captp.NewStream(captp.Eventually(b.Context(), farGreeter(b, x, y)))
	b.ReportAllocs()
	for b.Loop() {
		m := s.Begin("[5'greet")
		m.String("ada")
		if err := s.Send(b.Context(), m); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Flush(b.Context()); err != nil {
		b.Fatal(err)
	}
}
