package workload

import (
	"context"
	"errors"

	"github.com/ocapn-go/ocapn/examples/bench/codec"
	"github.com/ocapn-go/ocapn/examples/bench/peer"
)

// records is W3.
func records(peers []peer.Peer) []Workload {
	return []Workload{
		{
			ID: "W3/1", About: "a struct of a name, a number, three tags and 64 bytes both ways, one call after another", Reference: "capnp",
			Metrics: []Metric{P50, P99, CPU, Allocs, Bytes},
			Cells: onConn(peers, func(ctx context.Context, c peer.Conn, b Budget) (Sample, error) {
				return oneAfterAnother(ctx, b, swapOn(c))
			}),
		},
		{
			ID: "W3/64", About: "the struct both ways, 64 in flight", Reference: "capnp",
			Metrics: []Metric{PerSecond, CPU, Allocs, Bytes},
			Cells: onConn(peers, func(ctx context.Context, c peer.Conn, b Budget) (Sample, error) {
				return atOnce(ctx, b, repeated(64, swapOn(c)))
			}),
		},
	}
}

var errOther = errors.New("what came back is something else")

func swapOn(c peer.Conn) call {
	r := codec.Sample().One
	return func(ctx context.Context) error {
		answer, err := c.Swap(ctx, r)
		if err == nil && (answer.Name != r.Name || answer.ID != r.ID || len(answer.Tags) != len(r.Tags) || len(answer.Blob) != len(r.Blob)) {
			return errOther
		}
		return err
	}
}
