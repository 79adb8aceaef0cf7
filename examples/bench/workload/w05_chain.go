package workload

import (
	"context"
	"time"

	"github.com/ocapn-go/ocapn/examples/bench/delay"
	"github.com/ocapn-go/ocapn/examples/bench/peer"
)

const chainLength = 10

// chains is W5.
func chains(peers []peer.Peer) []Workload {
	return []Workload{
		{
			ID: "W5/0ms", About: "ten calls, each on the result of the one before", Reference: "capnp",
			Metrics: []Metric{P50, P99, CPU, Allocs, Bytes},
			Cells: onConn(peers, func(ctx context.Context, c peer.Conn, b Budget) (Sample, error) {
				return oneAfterAnother(ctx, b, chainOn(c))
			}),
		},
		{
			ID: "W5/10ms", About: "ten calls, each on the result of the one before, over a line that takes 10 ms each way", Reference: "capnp",
			Metrics: []Metric{P50, P99},
			Cells: onEach(peers, func(ctx context.Context, p peer.Peer, b Budget) (Sample, error) {
				return farChain(ctx, p, b, 10*time.Millisecond)
			}),
		},
	}
}

func chainOn(c peer.Conn) call {
	return func(ctx context.Context) error { return c.Chain(ctx, chainLength) }
}

// farChain makes chains over a line with a delay.
func farChain(ctx context.Context, p peer.Peer, b Budget, oneWay time.Duration) (Sample, error) {
	s, err := p.Serve()
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }()
	line, err := delay.Listen(s.Address(), oneWay)
	if err != nil {
		return nil, err
	}
	defer func() { _ = line.Close() }()
	c, err := s.Dial(ctx, line.Address())
	if err != nil {
		return nil, err
	}
	defer func() { _ = c.Close() }()
	return oneAfterAnother(ctx, b, chainOn(c))
}
