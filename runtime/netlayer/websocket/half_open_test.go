package websocket_test

import (
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

func TestHalfHandshakes(t *testing.T) {
	tcptest.HalfOpen(t, func(t *testing.T, handshakeTime time.Duration, handshakes int) tcptest.Pair {
		return tcptest.Pair{
			open(t, websocket.Options{}),
			open(t, websocket.Options{Address: here, HandshakeTime: handshakeTime, Handshakes: handshakes}),
		}
	})
}
