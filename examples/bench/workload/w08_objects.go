package workload

import (
	"context"
	"runtime"

	"github.com/ocapn-go/ocapn/examples/bench/measure"
	"github.com/ocapn-go/ocapn/examples/bench/peer"
)

// objects is W8.
func objects(peers []peer.Peer) []Workload {
	return []Workload{{
		ID: "W8", About: "live objects of the server that the client holds: what both ends keep for one, the object and the client's hold on it included",

		Reference: "capnp", Metrics: []Metric{HeapEach, StackEach, Goroutines},
		Cells: onConn(peers, func(ctx context.Context, c peer.Conn, b Budget) (Sample, error) {
			if _, err := c.Objects(ctx, b.Objects/10); err != nil {
				return nil, err
			}
			before := measure.InUse()
			held, err := c.Objects(ctx, b.Objects)
			if err != nil {
				return nil, err
			}
			after, n := measure.InUse(), float64(b.Objects)
			runtime.KeepAlive(held)
			return Sample{
				HeapEach:   (after.Heap - before.Heap) / n,
				StackEach:  max(0, after.Stack-before.Stack) / n, // less, if stacks of before are gone
				Goroutines: max(0, after.Goroutines-before.Goroutines) / n,
			}, nil
		}),
	}}
}
