package captpexpvar_test

import (
	"encoding/json"
	"expvar"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captpexpvar"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// What is published is what the vat says of itself, at the time of reading, and still its totals when it is closed.
func TestPublish(t *testing.T) {
	a, b := captptest.Pair(t)
	captpexpvar.Publish(t.Name(), a)
	published := func() (v captpexpvar.Variable) {
		t.Helper()
		if err := json.Unmarshal([]byte(expvar.Get(t.Name()).String()), &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	if got := published(); got.Stats.Sessions != 0 || got.Totals.Dialled != 0 {
		t.Errorf("at first: %+v", got)
	}
	far := captptest.Carry(t, b, a, captp.AnyRef{Ref: captp.NewObject(b, captp.HandlerFunc(nil))})
	if got := published(); got.Stats.Up != 1 || got.Stats.Imports != 1 || got.Totals.Dialled != 1 || got.Totals.BytesSent == 0 {
		t.Errorf("with a session: %+v", got)
	}
	captp.Release(far)
	a.Close()
	want := captpexpvar.Variable{Totals: a.Totals()}
	if diff := cmp.Diff(want, published()); diff != "" || want.Totals.Closed != 1 {
		t.Errorf("when the vat is closed (-want +got):\n%s", diff)
	}
}
