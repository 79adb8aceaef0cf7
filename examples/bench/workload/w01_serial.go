package workload

import (
	"context"

	"github.com/ocapn-go/ocapn/examples/bench/peer"
)

// serial is W1.
func serial(peers []peer.Peer) []Workload {
	return []Workload{{
		ID: "W1", About: "one call without arguments after another", Reference: "raw",
		Metrics: []Metric{P50, P99, CPU, Allocs, Bytes},
		Cells: onConn(peers, func(ctx context.Context, c peer.Conn, b Budget) (Sample, error) {
			return oneAfterAnother(ctx, b, c.Null)
		}),
	}}
}
