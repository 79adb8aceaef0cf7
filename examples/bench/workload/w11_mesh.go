package workload

import (
	"context"
	"errors"

	"github.com/ocapn-go/ocapn/examples/bench/peer"
)

// meshes is W11.
func meshes(peers []peer.Peer) []Workload {
	return []Workload{{
		ID: "W11", About: "20 ends that are all connected; each calls all others, one call after another for each of them",

		Reference: "grpc", Metrics: []Metric{PerSecond, CPU, Allocs, Bytes},
		Cells: onEach(peers, func(ctx context.Context, p peer.Peer, b Budget) (Sample, error) {
			mesh := meshOf(p)
			conns, closeAll, err := mesh(ctx, b.Ends)
			if err != nil {
				return nil, err
			}
			defer func() { _ = closeAll() }()
			var callers []call
			for _, of := range conns {
				for _, c := range of {
					callers = append(callers, c.Null)
				}
			}
			return atOnce(ctx, b, callers)
		}),
	}}
}

// meshOf returns how the peer makes a mesh: its own way, or with a server and clients at each end.
func meshOf(p peer.Peer) func(ctx context.Context, ends int) ([][]peer.Conn, func() error, error) {
	if m, ok := p.(peer.Mesher); ok {
		return m.Mesh
	}
	return func(ctx context.Context, ends int) (conns [][]peer.Conn, closeAll func() error, err error) {
		var servers []peer.Server
		conns = make([][]peer.Conn, ends)
		closeAll = func() error {
			var err error
			for _, of := range conns {
				closeConns(of)
			}
			for _, s := range servers {
				err = errors.Join(err, s.Close())
			}
			return err
		}
		for range ends {
			s, err := p.Serve()
			if err != nil {
				return nil, nil, errors.Join(err, closeAll())
			}
			servers = append(servers, s)
		}
		for i := range servers {
			for j, s := range servers {
				if i == j {
					continue
				}
				c, err := s.Dial(ctx, s.Address())
				if err != nil {
					return nil, nil, errors.Join(err, closeAll())
				}
				conns[i] = append(conns[i], c)
				if err := c.Null(ctx); err != nil { // some connect only now
					return nil, nil, errors.Join(err, closeAll())
				}
			}
		}
		return conns, closeAll, nil
	}
}
