package websocket_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

// pair returns a netlayer that dials and one that can be dialled.
func pair(b *testing.B) tcptest.Pair {
	b.Helper()
	return tcptest.Pair{open(b, websocket.Options{}), open(b, websocket.Options{Address: here})}
}

func BenchmarkPingPong(b *testing.B) { tcptest.PingPong(b, pair(b)) }
func BenchmarkStream(b *testing.B)   { tcptest.Stream(b, pair(b)) }
func BenchmarkCalls(b *testing.B)    { tcptest.CallsInTurns(b, pair(b)) }
func BenchmarkDial(b *testing.B)     { tcptest.Dials(b, pair(b)) }
