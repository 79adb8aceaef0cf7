package peer

import (
	"fmt"

	"github.com/ocapn-go/ocapn/examples/bench/peer/benchpb"
)

// This file has what the peers with Protocol Buffers share: records as messages, and steps of a chain as numbers.

func recordToProto(r Record) *benchpb.Record {
	return &benchpb.Record{Name: r.Name, Id: r.ID, Tags: r.Tags, Blob: r.Blob}
}

func recordOfProto(m *benchpb.Record) Record {
	return Record{Name: m.GetName(), ID: m.GetId(), Tags: m.GetTags(), Blob: m.GetBlob()}
}

func nextStep(m *benchpb.Step) *benchpb.Step { return &benchpb.Step{Number: m.GetNumber() + 1} }

// checkSteps reports an error if a chain has not come to its end.
func checkSteps[N int | int64](got N, want int) error {
	if int(got) != want {
		return fmt.Errorf("the chain is at step %d, not %d", got, want)
	}
	return nil
}
