package tls_test

import (
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tls"
)

// TestStalls cuts messages in the head of a record, in the record, and between two.
func TestStalls(t *testing.T) {
	for name, framed := range map[string]bool{"raw": false, "framed": true} {
		t.Run(name, func(t *testing.T) {
			tcptest.Stalls(t, func(t *testing.T, messageTime time.Duration) tcptest.Pair {
				return tcptest.Pair{
					open(t, tls.Options{Framed: framed}), open(t, tls.Options{Address: "127.0.0.1:0", MessageTime: messageTime}),
				}
			}, 1, 5, 1000, 17_000, 70_000, 300_000)
		})
	}
}
