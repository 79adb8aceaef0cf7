package tls_test

import (
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tls"
)

func TestHalfOpen(t *testing.T) {
	tcptest.HalfOpen(t, func(t *testing.T, handshakeTime time.Duration, handshakes int) tcptest.Pair {
		return tcptest.Pair{
			open(t, tls.Options{}),
			open(t, tls.Options{Address: "127.0.0.1:0", HandshakeTime: handshakeTime, Handshakes: handshakes}),
		}
	})
}
