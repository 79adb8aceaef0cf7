package tls_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tls"
)

// pair returns a netlayer that dials and one that can be dialled.
func pair(b *testing.B, framed bool) tcptest.Pair {
	b.Helper()
	return tcptest.Pair{open(b, tls.Options{Framed: framed}), open(b, listening())}
}

func BenchmarkPingPongRaw(b *testing.B) { tcptest.PingPong(b, pair(b, false)) }
func BenchmarkPingPong(b *testing.B)    { tcptest.PingPong(b, pair(b, true)) }
func BenchmarkStreamRaw(b *testing.B)   { tcptest.Stream(b, pair(b, false)) }
func BenchmarkStream(b *testing.B)      { tcptest.Stream(b, pair(b, true)) }
func BenchmarkCalls(b *testing.B)       { tcptest.CallsInTurns(b, pair(b, true)) }
func BenchmarkDial(b *testing.B)        { tcptest.Dials(b, pair(b, false)) }
