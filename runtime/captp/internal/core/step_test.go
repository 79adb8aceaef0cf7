package core_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// TestLongNames checks that the error of a step does not hold on to a long name.
func TestLongNames(t *testing.T) {
	for _, kind := range []core.StepKind{core.StepGet, core.StepUntag} {
		v := core.New(core.Config{})
		p := v.NewPromise(nil, true)
		v.Settle(p, core.Outcome{Value: core.Body{Data: []byte("t")}})
		v.Derive(p, core.Step{Kind: kind, Name: strings.Repeat("long", 1000)}, v.NewPromise(1, true))
		effects := v.Effects()
		if len(effects) != 1 {
			t.Fatalf("%d effects", len(effects))
		}
		err, ok := errors.AsType[*core.StepError](effects[0].Outcome.Err)
		if !ok || len(err.Step.Name) != 256 {
			t.Errorf("%v", effects[0].Outcome.Err)
		}
	}
}
