package tcptesting_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

func TestCrowd(t *testing.T) {
	tcptest.Crowd(t, func(t *testing.T, limits netlayer.SourceLimits) tcptest.Pair {
		return tcptest.Pair{open(t, tcptesting.Options{}), open(t, tcptesting.Options{Sources: limits})}
	})
}
