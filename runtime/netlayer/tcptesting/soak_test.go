package tcptesting_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

func TestSoak(t *testing.T) {
	tcptest.Soak(t, func(listens bool) netlayer.Netlayer {
		return open(t, tcptesting.Options{DialOnly: !listens})
	}, tcptest.SoakTime(t))
}
