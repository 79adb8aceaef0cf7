package workload

import (
	"context"
	"fmt"

	"github.com/ocapn-go/ocapn/examples/bench/peer"
)

// inFlight is W2.
func inFlight(peers []peer.Peer) []Workload {
	return []Workload{nullsInFlight(peers, 64), nullsInFlight(peers, 1024)}
}

func nullsInFlight(peers []peer.Peer, width int) Workload {
	return Workload{
		ID:    fmt.Sprintf("W2/%d", width),
		About: fmt.Sprintf("calls without arguments, %d in flight on one connection: as many goroutines, each one call after another", width),

		Reference: "capnp", Metrics: []Metric{PerSecond, CPU, Allocs, Bytes},
		Cells: onConn(peers, func(ctx context.Context, c peer.Conn, b Budget) (Sample, error) {
			return atOnce(ctx, b, repeated(width, c.Null))
		}),
	}
}
