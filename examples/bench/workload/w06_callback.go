package workload

import (
	"context"

	"github.com/ocapn-go/ocapn/examples/bench/measure"
	"github.com/ocapn-go/ocapn/examples/bench/parallel"
	"github.com/ocapn-go/ocapn/examples/bench/peer"
)

// callbacks is W6.
func callbacks(peers []peer.Peer) []Workload {
	return []Workload{
		{
			ID: "W6/1", About: "a call that passes a fresh object, which is called back once; both ends let go of it; one after another",

			Reference: "capnp", Metrics: []Metric{P50, P99, CPU, Allocs, Bytes},
			Cells: onConn(peers, func(ctx context.Context, c peer.Conn, b Budget) (Sample, error) {
				return oneAfterAnother(ctx, b, c.CallBack)
			}),
		},
		{
			ID: "W6/64", About: "the same, 64 in flight", Reference: "capnp", Metrics: []Metric{PerSecond, CPU, Allocs, Bytes},
			Cells: onConn(peers, func(ctx context.Context, c peer.Conn, b Budget) (Sample, error) {
				return atOnce(ctx, b, repeated(64, c.CallBack))
			}),
		},
		{
			ID: "W6/memory", About: "the same, 200,000 objects, 64 in flight: the heap of both ends before and after (one round)",

			Reference: "capnp", Metrics: []Metric{HeapBefore, HeapAfter, HeapGrowth}, Once: true,
			Cells: onConn(peers, callbackMemory),
		},
	}
}

// callbackMemory compares the heap before and after a number of objects was passed.
func callbackMemory(ctx context.Context, c peer.Conn, b Budget) (Sample, error) {
	if err := callBacks(ctx, c, b.Callbacks/10); err != nil {
		return nil, err
	}
	before := measure.InUse().Heap
	if err := callBacks(ctx, c, b.Callbacks); err != nil {
		return nil, err
	}
	after := measure.InUse().Heap
	return Sample{
		HeapBefore: before / 1024, HeapAfter: after / 1024,
		HeapGrowth: max(0, after-before) / float64(b.Callbacks),
	}, nil
}

// callBacks makes so many calls, 64 at a time.
func callBacks(ctx context.Context, c peer.Conn, n int) error {
	return parallel.Do(n, 64, func(int) error { return c.CallBack(ctx) })
}
