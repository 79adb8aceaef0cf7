package captp_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// Printing says what kind of thing it is, and nothing that was sent; it can be done while the vat is at work.
func TestPrinting(t *testing.T) {
	a, b := captptest.Pair(t)
	thing := object(b, map[string]method{
		"echo": func(_ context.Context, args []any) (any, error) { return args, nil },
	}, captp.Label("a\nthing"))
	far := captptest.Carry(t, b, a, thing)
	answer := captp.Invoke(t.Context(), far.Ref, captp.Symbol("echo"), "a secret")
	if _, err := answer.Await(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, resolver := captp.NewPromise[any](a)
	defer resolver.Break(nil)
	for _, tt := range []struct {
		value any
		want  string
	}{
		{a, "vat at a.netlayertest"},
		{thing, `reference to "a\nthing"`},
		{thing.Ref, `reference to "a\nthing"`},
		{far, "reference to an object of a peer"},
		{answer, "promise"},
		{answer.AsRef(), "reference to a promise"},
		{captp.PipeOf[anyRef](answer), "reference to a promise"},
		{resolver, "resolver"},
		{captp.NewStream(captp.PipeOf[anyRef](answer)), "stream"},
		{captp.Ref{}, "zero reference"},
	} {
		for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if got := fmt.Sprintf(format, tt.value); got != tt.want {
				t.Errorf("%s of a %T is %q, want %q", format, tt.value, got, tt.want)
			}
		}
	}
}
