package tcptesting_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// open returns a netlayer that is closed with the test.
func open(t testing.TB, opts tcptesting.Options) *tcptesting.Netlayer {
	t.Helper()
	nl, err := tcptesting.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nl.Close() })
	return nl
}

func TestConformance(t *testing.T) {
	for _, test := range []struct {
		name string
		a, b netlayer.Framing
	}{
		{"framed", netlayer.Framed, netlayer.Framed},
		{"raw", netlayer.Raw, netlayer.Raw},
		{"framed dials raw", netlayer.Framed, netlayer.Raw},
		{"raw dials framed", netlayer.Raw, netlayer.Framed},
	} {
		t.Run(test.name, func(t *testing.T) {
			netlayertest.Run(t, func(t *testing.T) (a, b netlayer.Netlayer) {
				return open(t, tcptesting.Options{Framing: test.a}), open(t, tcptesting.Options{Framing: test.b})
			})
		})
	}
}
