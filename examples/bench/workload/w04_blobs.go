package workload

import (
	"context"

	"github.com/ocapn-go/ocapn/examples/bench/peer"
)

// blobs is W4.
func blobs(peers []peer.Peer) []Workload {
	return []Workload{
		echoed(peers, "W4/1MiB", "1 MiB echoed, one call after another; MB are counted once, not there and back", 1<<20),
		echoed(peers, "W4/64KiB", "64 KiB echoed, one call after another", 64<<10),
	}
}

func echoed(peers []peer.Peer, id, about string, size int) Workload {
	return Workload{
		ID: id, About: about, Reference: "capnp", Metrics: []Metric{MBPerSecond, P50, CPU, Allocs, Bytes},
		Cells: onConn(peers, func(ctx context.Context, c peer.Conn, b Budget) (Sample, error) {
			data := make([]byte, size)
			s, err := oneAfterAnother(ctx, b, func(ctx context.Context) error {
				answer, err := c.Echo(ctx, data)
				if err == nil && len(answer) != size {
					return errOther
				}
				return err
			})
			if err != nil {
				return nil, err
			}
			s[MBPerSecond] = s[PerSecond] * float64(size) / 1e6
			return s, nil
		}),
	}
}
