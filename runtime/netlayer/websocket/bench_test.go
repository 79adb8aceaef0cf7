package websocket_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

// echo sends back whatever comes, each batch at once.
func echo(c netlayer.Conn) {
	for {
		msgs, err := c.Receive(nil)
		if err != nil || c.Send(msgs) != nil {
			return
		}
	}
}

// benchmarkEcho has messages sent back, so many at a time.
func benchmarkEcho(b *testing.B, msgs [][]byte) {
	dialled, accepted := connect(b, open(b, websocket.Options{}), open(b, websocket.Options{Address: here}))
	go echo(accepted)
	b.SetBytes(int64(len(msgs) * len(msgs[0])))
	b.ReportAllocs()
	var got [][]byte
	for b.Loop() {
		if err := dialled.Send(msgs); err != nil {
			b.Fatal(err)
		}
		for got = got[:0]; len(got) < len(msgs); {
			var err error
			if got, err = dialled.Receive(got); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// One message after the other, as by a caller who waits.
func BenchmarkEchoSerial(b *testing.B) { benchmarkEcho(b, [][]byte{make([]byte, 100)}) }

// Many at once, as by callers who do not.
func BenchmarkEchoPipelined256(b *testing.B) {
	msgs := make([][]byte, 256)
	for i := range msgs {
		msgs[i] = make([]byte, 100)
	}
	benchmarkEcho(b, msgs)
}

// Large ones.
func BenchmarkEchoMebibyte(b *testing.B) { benchmarkEcho(b, [][]byte{make([]byte, 1<<20)}) }

// Handshakes, one after the other.
func BenchmarkDial(b *testing.B) {
	x, y := open(b, websocket.Options{}), open(b, websocket.Options{Address: here})
	b.ReportAllocs()
	for b.Loop() {
		dialled, err := x.Dial(b.Context(), y.Location())
		if err != nil {
			b.Fatal(err)
		}
		accepted, err := y.Accept()
		if err != nil {
			b.Fatal(err)
		}
		_, _ = dialled.Close(), accepted.Close()
	}
}
