package workload

import (
	"context"
	"fmt"

	"github.com/ocapn-go/ocapn/examples/bench/peer"
)

// inFlight is W2.
func inFlight(peers []peer.Peer) []Workload {
	return []Workload{nullsInFlight(peers, 64), nullsInFlight(peers, 1024), {
		ID: "W2/async", About: "calls without arguments, 64 in flight on one connection, all made by one goroutine that waits for the oldest",

		Reference: "capnp", Metrics: []Metric{PerSecond, CPU, Allocs, Bytes},
		Cells: onConn(peers, func(ctx context.Context, c peer.Conn, b Budget) (Sample, error) {
			return atOnce(ctx, b, []call{asynchronous(c, 64)})
		}),
	}}
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

// asynchronous returns a call that starts one and ends the oldest of those that were started, if there are so many.
func asynchronous(c peer.Conn, width int) call {
	window := make([]peer.Pending, width)
	i := 0
	return func(ctx context.Context) error {
		if oldest := window[i]; oldest != nil {
			if err := oldest.Wait(ctx); err != nil {
				return err
			}
		}
		var err error
		window[i], err = c.Begin(ctx)
		i = (i + 1) % width
		return err
	}
}
