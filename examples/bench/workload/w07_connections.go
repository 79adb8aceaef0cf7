package workload

import (
	"context"
	"time"

	"github.com/ocapn-go/ocapn/examples/bench/measure"
	"github.com/ocapn-go/ocapn/examples/bench/peer"
)

// connections is W7.
func connections(peers []peer.Peer) []Workload {
	return []Workload{{
		ID: "W7", About: "connections to one server, opened one after another, each with its first call, and left idle: what both ends keep for one",

		Reference: "capnp", Metrics: []Metric{MemoryEach, Goroutines, PerSecond, CPU, Allocs},
		Cells: onEach(peers, idleConnections),
	}}
}

// idleConnections opens connections and looks at the memory before and after.
func idleConnections(ctx context.Context, p peer.Peer, b Budget) (Sample, error) {
	s, err := p.Serve()
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }()
	conns := make([]peer.Conn, 0, b.Conns+1)
	defer func() { closeConns(conns) }()
	open := func() error {
		c, err := s.Dial(ctx, s.Address())
		if err != nil {
			return err
		}
		conns = append(conns, c)
		return c.Null(ctx)
	}
	if err := open(); err != nil { // pays for what is there once
		return nil, err
	}
	before := measure.InUse()
	watch := measure.Start()
	for range b.Conns {
		if err := open(); err != nil {
			return nil, err
		}
	}
	u := watch.Stop()
	after, n := measure.InUse(), float64(b.Conns)
	sample := perCall(u, b.Conns)
	sample[MemoryEach] = (after.Heap + after.Stack - before.Heap - before.Stack) / n
	sample[Goroutines] = (after.Goroutines - before.Goroutines) / n
	return sample, nil
}

// closeConns closes connections, and gives what ends with them a moment.
func closeConns(conns []peer.Conn) {
	for _, c := range conns {
		_ = c.Close()
	}
	time.Sleep(time.Millisecond)
}
