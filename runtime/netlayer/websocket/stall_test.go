package websocket_test

import (
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

// TestStalls cuts messages behind the head of their frame. Inside of it, what is held is nothing, and pings find out.
func TestStalls(t *testing.T) {
	tcptest.Stalls(t, func(t *testing.T, messageTime time.Duration) tcptest.Pair {
		return tcptest.Pair{
			open(t, websocket.Options{Ping: -1}), open(t, websocket.Options{Address: here, MessageTime: messageTime, Ping: -1}),
		}
	}, 14, 1000, 20_000, 70_000, 300_000)
}
