package tls_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tls"
)

func TestVats(t *testing.T) {
	for _, framed := range []bool{false, true} {
		tcptest.Calls(t, open(t, tls.Options{Framed: framed}), open(t, listening()), 100)
	}
}

func TestHandoff(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	tcptest.Handoff(t, open(t, tls.Options{}), open(t, listening()), open(t, listening()))
}

func TestSoak(t *testing.T) {
	tcptest.Soak(t, func(listens bool) netlayer.Netlayer {
		if listens {
			return open(t, listening())
		}
		return open(t, tls.Options{})
	}, tcptest.SoakTime(t))
}
