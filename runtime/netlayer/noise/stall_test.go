package noise_test

import (
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/noise"
)

// TestStalls cuts messages in the head of a record, in the record, and between two.
func TestStalls(t *testing.T) {
	tcptest.Stalls(t, func(t *testing.T, messageTime time.Duration) tcptest.Pair {
		return tcptest.Pair{open(t, noise.Options{}), open(t, noise.Options{Address: "127.0.0.1:0", MessageTime: messageTime})}
	}, 1, 2, 1000, 20_000, 70_000, 300_000)
}
