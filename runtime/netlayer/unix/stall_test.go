package unix_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/unix"
)

func TestStalls(t *testing.T) {
	for _, framing := range []netlayer.Framing{netlayer.Framed, netlayer.Raw} {
		t.Run(framing.String(), func(t *testing.T) {
			tcptest.Stalls(t, func(t *testing.T, messageTime time.Duration) tcptest.Pair {
				return tcptest.Pair{
					open(t, unix.Options{Framing: framing}),
					open(t, unix.Options{Path: filepath.Join(folder(t), "b"), MessageTime: messageTime}),
				}
			}, 1, 8, 1000, 20_000, 70_000, 300_000)
		})
	}
}
