package tcptesting_test

import (
	"bytes"
	"io"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// record returns a message that holds so many bytes.
func record(size int) []byte {
	msg := []byte("<1'm" + strconv.Itoa(size) + ":")
	return append(append(msg, make([]byte, size)...), '>')
}

// openPair returns both ends of a conn.
func openPair(b *testing.B, framing netlayer.Framing) (dialled, accepted netlayer.Conn) {
	b.Helper()
	server, client := open(b, tcptesting.Options{}), open(b, tcptesting.Options{DialOnly: true, Framing: framing})
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

// openTCP returns both ends of a TCP connection.
func openTCP(b *testing.B) (dialled, accepted net.Conn) {
	b.Helper()
	var config net.ListenConfig
	l, err := config.Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	var dialer net.Dialer
	if dialled, err = dialer.DialContext(b.Context(), "tcp", l.Addr().String()); err != nil {
		b.Fatal(err)
	}
	if accepted, err = l.Accept(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _, _ = dialled.Close(), accepted.Close() })
	return dialled, accepted
}

// echoConn sends back whatever comes, each batch at once.
func echoConn(c netlayer.Conn) {
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

// exchange sends the messages and receives as many.
func exchange(b *testing.B, c netlayer.Conn, msgs, got [][]byte) [][]byte {
	if err := c.Send(msgs); err != nil {
		b.Fatal(err)
	}
	for got = got[:0]; len(got) < len(msgs); {
		var err error
		if got, err = c.Receive(got); err != nil {
			b.Fatal(err)
		}
	}
	return got
}

// exchangeTCP sends the bytes and receives as many.
func exchangeTCP(b *testing.B, c net.Conn, data, buf []byte) {
	if _, err := c.Write(data); err != nil {
		b.Fatal(err)
	}
	if _, err := io.ReadFull(c, buf); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkPingPong sends messages there and back, and the same bytes over bare TCP in turns with it. x-tcp is how many
// times longer the messages take.
func BenchmarkPingPong(b *testing.B) {
	for _, bench := range []struct {
		name        string
		framing     netlayer.Framing
		count, size int
	}{
		{"1x100Framed", netlayer.Framed, 1, 100},
		{"1x100Raw", netlayer.Raw, 1, 100},
		{"64x100Framed", netlayer.Framed, 64, 100},
		{"1x1MiBFramed", netlayer.Framed, 1, 1 << 20},
	} {
		b.Run(bench.name, func(b *testing.B) {
			dialled, accepted := openPair(b, bench.framing)
			go echoConn(accepted)
			dialledTCP, acceptedTCP := openTCP(b)
			msgs := make([][]byte, bench.count)
			for i := range msgs {
				msgs[i] = record(bench.size)
			}
			data := bytes.Join(msgs, nil)
			buf, echo := make([]byte, len(data)), make([]byte, len(data))
			go func() {
				for {
					if _, err := io.ReadFull(acceptedTCP, echo); err != nil {
						return
					}
					if _, err := acceptedTCP.Write(echo); err != nil {
						return
					}
				}
			}()
			got := exchange(b, dialled, msgs, nil)
			var ours, bare time.Duration
			b.ReportAllocs()
			for b.Loop() {
				start := time.Now()
				got = exchange(b, dialled, msgs, got)
				half := time.Now()
				exchangeTCP(b, dialledTCP, data, buf)
				ours += half.Sub(start)
				bare += time.Since(half)
			}
			b.ReportMetric(float64(ours)/float64(bare), "x-tcp")
			b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N*bench.count), "ns/msg")
		})
	}
}

// BenchmarkStream sends batches of 64 messages one way.
func BenchmarkStream(b *testing.B) {
	for _, framing := range []netlayer.Framing{netlayer.Framed, netlayer.Raw} {
		b.Run("64x100"+framing.String(), func(b *testing.B) {
			dialled, accepted := openPair(b, framing)
			msgs := make([][]byte, 64)
			for i := range msgs {
				msgs[i] = record(100)
			}
			go func() {
				for dialled.Send(msgs) == nil {
					// The receiver ends it.
				}
			}()
			var got [][]byte
			total, batches := 0, 0
			b.ReportAllocs()
			b.SetBytes(6400)
			for b.Loop() {
				for want := total + 64; total < want; batches++ {
					var err error
					if got, err = accepted.Receive(got[:0]); err != nil {
						b.Fatal(err)
					}
					total += len(got)
				}
			}
			b.ReportMetric(float64(total)/float64(batches), "msgs/receive")
		})
	}
}
