package noise_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/noise"
)

// open returns a netlayer that is closed with the test.
func open(t testing.TB, opts noise.Options) *noise.Netlayer {
	t.Helper()
	nl, err := noise.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nl.Close() })
	return nl
}

// listening are options for a netlayer that can be dialled from this machine.
func listening() noise.Options { return noise.Options{Address: "127.0.0.1:0"} }

func TestConformance(t *testing.T) {
	netlayertest.Run(t, func(t *testing.T) (a, b netlayer.Netlayer) {
		return open(t, noise.Options{}), open(t, listening())
	})
}
