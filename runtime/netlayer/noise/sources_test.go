package noise_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/noise"
)

func TestCrowd(t *testing.T) {
	tcptest.Crowd(t, func(t *testing.T, limits netlayer.SourceLimits) tcptest.Pair {
		return tcptest.Pair{open(t, noise.Options{}), open(t, noise.Options{Address: "127.0.0.1:0", Sources: limits})}
	})
}
