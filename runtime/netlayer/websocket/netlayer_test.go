package websocket_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

// open returns a netlayer that is closed with the test.
func open(t testing.TB, opts websocket.Options) *websocket.Netlayer {
	t.Helper()
	nl, err := websocket.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nl.Close() })
	return nl
}

// here is an address of this machine.
const here = "127.0.0.1:0"

func TestConformance(t *testing.T) {
	netlayertest.Run(t, func(t *testing.T) (a, b netlayer.Netlayer) {
		return open(t, websocket.Options{}), open(t, websocket.Options{Address: here})
	})
}
