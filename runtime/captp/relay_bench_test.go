package captp_test

import (
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// relay passes on what comes to a listener to an address after a delay, as an overlay network does: with Nagle's algorithm (RFC 896).
func relay(tb testing.TB, l net.Listener, to string, delay time.Duration) {
	type piece struct {
		data []byte
		due  time.Time
	}
	pass := func(from, to net.Conn) {
		to.(*net.TCPConn).SetNoDelay(false)
		pieces := make(chan piece, 1000)
		go func() {
			defer close(pieces)
			for {
				buf := make([]byte, 32<<10)
				n, err := from.Read(buf)
				if err != nil {
					return
				}
				pieces <- piece{buf[:n], time.Now().Add(delay)}
			}
		}()
		for p := range pieces {
			time.Sleep(time.Until(p.due))
			if _, err := to.Write(p.data); err != nil {
				break
			}
		}
		to.Close()
	}
	go func() {
		for {
			a, err := l.Accept()
			if err != nil {
				return
			}
			b, err := net.Dial("tcp", to)
			if err != nil {
				a.Close()
				continue
			}
			go pass(a, b)
			go pass(b, a)
		}
	}()
	tb.Cleanup(func() { l.Close() })
}

// BenchmarkSerialRelayed measures one call after the other through a relay that takes 8 ms each way. It takes three times as long if
// there is a short message in between for which nothing comes back, such as a gc operation by itself: see reclaim.
func BenchmarkSerialRelayed(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address := inner.Addr().String()
	inner.Close()
	relay(b, l, address, 8*time.Millisecond)
	x, err := tcptesting.New(tcptesting.Options{})
	if err != nil {
		b.Fatal(err)
	}
	y, err := tcptesting.New(tcptesting.Options{Address: address, Port: strconv.Itoa(l.Addr().(*net.TCPAddr).Port)})
	if err != nil {
		b.Fatal(err)
	}
	a, c := vats(b, x, y)
	far := farGreeter(b, a, c)
	var calls []time.Duration
	for b.Loop() {
		start := time.Now()
		if _, err := greet(b.Context(), far, "world").Await(b.Context()); err != nil {
			b.Fatal(err)
		}
		calls = append(calls, time.Since(start))
	}
	b.ReportMetric(float64(median(calls))/1e6, "p50-ms")
	b.ReportMetric(mean(calls)/1e6, "mean-ms")
}
