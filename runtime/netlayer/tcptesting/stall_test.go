package tcptesting_test

import (
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

func TestStalls(t *testing.T) {
	for _, framing := range []netlayer.Framing{netlayer.Framed, netlayer.Raw} {
		t.Run(framing.String(), func(t *testing.T) {
			tcptest.Stalls(t, func(t *testing.T, messageTime time.Duration) tcptest.Pair {
				return tcptest.Pair{open(t, tcptesting.Options{Framing: framing}), open(t, tcptesting.Options{MessageTime: messageTime})}
			}, 1, 8, 1000, 20_000, 70_000, 300_000)
		})
	}
}
