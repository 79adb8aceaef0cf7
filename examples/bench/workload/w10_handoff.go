package workload

import (
	"context"
	"errors"
	"time"

	"github.com/ocapn-go/ocapn/examples/bench/measure"
	"github.com/ocapn-go/ocapn/examples/bench/peer"
)

// handoffs is W10.
func handoffs(peers []peer.Peer) []Workload {
	return []Workload{
		{
			ID: "W10/near", About: "a handoff, from the gift to the first answer: the gifter passes an object of the exporter to the receiver, which calls it; " +
				"exporter and receiver are connected",

			Reference: "ocapn", Metrics: []Metric{P50, P99},
			Cells: onEach(peers, func(ctx context.Context, p peer.Peer, b Budget) (Sample, error) { return give(ctx, p, b, false) }),
		},
		{
			ID: "W10/far", About: "the same, and receiver and exporter have to connect first", Reference: "ocapn", Metrics: []Metric{P50, P99},
			Cells: onEach(peers, func(ctx context.Context, p peer.Peer, b Budget) (Sample, error) { return give(ctx, p, b, true) }),
		},
	}
}

// give hands on one object after another.
func give(ctx context.Context, p peer.Peer, b Budget, apart bool) (Sample, error) {
	introducer, ok := p.(peer.Introducer)
	if !ok {
		return nil, peer.ErrCannot
	}
	in, err := introducer.Introduce(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	var times []time.Duration
	if err := errors.Join(in.Prepare(ctx, apart), in.Give(ctx)); err != nil { // warms up, and connects who is to be connected
		return nil, err
	}
	for start := time.Now(); time.Since(start) < b.Time || len(times) == 0; {
		if err := in.Prepare(ctx, apart); err != nil {
			return nil, err
		}
		given := time.Now()
		if err := in.Give(ctx); err != nil {
			return nil, err
		}
		times = append(times, time.Since(given))
	}
	return Sample{P50: micros(measure.Quantile(times, 0.5)), P99: micros(measure.Quantile(times, 0.99))}, nil
}
