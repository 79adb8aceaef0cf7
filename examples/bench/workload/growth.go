package workload

import (
	"context"
	"fmt"
	"runtime"

	"github.com/ocapn-go/ocapn/examples/bench/peer"
)

// Series is a workload in growing sizes.
type Series struct {
	// ID is what flags call it.
	ID string
	// About says what is done.
	About string
	// Grows is what the size is.
	Grows string
	// Sizes has one for each workload.
	Sizes     []int
	Workloads []Workload
}

// Growth returns the series that show how cost grows. All of them measure calls per second.
func Growth() []Series {
	peers := append([]peer.Peer{peer.NewOCapN(peer.Large)}, peer.All()[1:]...)
	return []Series{
		series("inflight", "calls without arguments on one connection", "in flight", doubling(1, 4096, 2), func(n int) []Cell {
			return nullsInFlight(peers, n).Cells
		}),
		series("connections", "calls without arguments, one in flight on each connection to one server", "connections",
			[]int{1, 3, 10, 30, 100, 300, 1000}, func(n int) []Cell {
				return onEach(peers, func(ctx context.Context, p peer.Peer, b Budget) (Sample, error) { return onConnections(ctx, p, b, n) })
			}),
		series("objects", "calls without arguments, 64 in flight on one connection, while the client holds objects of the server", "objects held",
			doubling(1, 1_000_000, 10), func(n int) []Cell {
				return onConn(peers[:1], func(ctx context.Context, c peer.Conn, b Budget) (Sample, error) { return amongObjects(ctx, c, b, n) })
			}),
		series("payload", "bytes echoed, one call after another", "bytes", doubling(16, 16<<20, 4), func(n int) []Cell {
			return echoed(peers, "", "", n).Cells
		}),
	}
}

func series(id, about, grows string, sizes []int, cells func(size int) []Cell) Series {
	s := Series{ID: id, About: about, Grows: grows, Sizes: sizes}
	for _, n := range sizes {
		s.Workloads = append(s.Workloads, Workload{
			ID: fmt.Sprintf("%s/%d", id, n), About: about, Metrics: []Metric{PerSecond}, Cells: cells(n),
		})
	}
	return s
}

// doubling returns first, first times factor, and so on up to last.
func doubling(first, last, factor int) []int {
	var all []int
	for n := first; n <= last; n *= factor {
		all = append(all, n)
	}
	return all
}

// onConnections opens so many connections, and makes one call after another on each.
func onConnections(ctx context.Context, p peer.Peer, b Budget, n int) (Sample, error) {
	s, err := p.Serve()
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }()
	var conns []peer.Conn
	defer func() { closeConns(conns) }()
	var callers []call
	for range n {
		c, err := s.Dial(ctx, s.Address())
		if err != nil {
			return nil, err
		}
		conns = append(conns, c)
		callers = append(callers, c.Null)
		if err := c.Null(ctx); err != nil { // some connect only now
			return nil, err
		}
	}
	return atOnce(ctx, b, callers)
}

// amongObjects makes calls while so many objects are held.
func amongObjects(ctx context.Context, c peer.Conn, b Budget, n int) (Sample, error) {
	held, err := c.Objects(ctx, n)
	if err != nil {
		return nil, err
	}
	s, err := atOnce(ctx, b, repeated(64, c.Null))
	runtime.KeepAlive(held)
	return s, err
}
