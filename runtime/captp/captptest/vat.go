package captptest

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// newVat returns a vat that is closed at the end of the test.
func newVat(tb testing.TB, nl netlayer.Netlayer, opts []captp.Option) *captp.Vat {
	tb.Helper()
	own := []captp.Option{captp.WithNetlayer(nl)}
	v, err := captp.New(append(own, opts...)...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := v.Close(); err != nil {
			tb.Error(err)
		}
	})
	return v
}

// Carry returns a reference in the vat to for an object of the vat from, over a session between them.
func Carry[C captp.Capability](tb testing.TB, from, to *captp.Vat, c C) C {
	tb.Helper()
	ref, err := captp.Publish(from, c)
	if err != nil {
		tb.Fatal(err)
	}
	defer from.Unpublish(ref.Swiss)
	out, err := captp.Enliven[C](tb.Context(), to, ref).Await(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return out
}
