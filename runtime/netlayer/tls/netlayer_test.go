package tls_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tls"
)

// open returns a netlayer that is closed with the test.
func open(t testing.TB, opts tls.Options) *tls.Netlayer {
	t.Helper()
	nl, err := tls.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nl.Close() })
	return nl
}

// listening are options for a netlayer that can be dialled from this machine.
func listening() tls.Options { return tls.Options{Address: "127.0.0.1:0"} }

func TestConformance(t *testing.T) {
	for name, framed := range map[string]bool{"raw": false, "framed": true} {
		t.Run(name, func(t *testing.T) {
			netlayertest.Run(t, func(t *testing.T) (a, b netlayer.Netlayer) {
				return open(t, tls.Options{Framed: framed}), open(t, listening())
			})
		})
	}
}

func TestOnlyDials(t *testing.T) {
	for _, tt := range []struct {
		opts tls.Options
		want bool
	}{{tls.Options{}, true}, {listening(), false}} {
		if got := netlayer.Dialler(open(t, tt.opts)).OnlyDials(); got != tt.want {
			t.Errorf("%+v: got %t", tt.opts, got)
		}
	}
}
