package peer

import (
	"fmt"

	"github.com/ocapn-go/ocapn/examples/bench/peer/benchpb"
)

// This file has what the peers without objects share: the steps of a chain are numbers.

func nextStep(m *benchpb.Step) *benchpb.Step { return &benchpb.Step{Number: m.GetNumber() + 1} }

// checkSteps reports an error if a chain has not come to its end.
func checkSteps[N int | int64](got N, want int) error {
	if int(got) != want {
		return fmt.Errorf("the chain is at step %d, not %d", got, want)
	}
	return nil
}
