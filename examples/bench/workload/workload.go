// Package workload has the work that libraries are measured with, and runs it: each workload on each peer, in turn, several rounds, so that
// whatever else the machine does hits all of them alike.
package workload

import (
	"context"
	"errors"
	"time"

	"github.com/ocapn-go/ocapn/examples/bench/measure"
	"github.com/ocapn-go/ocapn/examples/bench/peer"
)

// Metric is something that is measured, by the heading that tables have for it. Per is what a workload repeats.
type Metric string

// The metrics. Calls per second, and what is counted per call, are of both ends together.
const (
	P50         Metric = "p50 µs"
	P99         Metric = "p99 µs"
	PerSecond   Metric = "per s"
	MBPerSecond Metric = "MB/s"
	CPU         Metric = "CPU µs"
	Allocs      Metric = "allocs"
	Bytes       Metric = "bytes"
	HeapEach    Metric = "heap B each"
	MemoryEach  Metric = "heap+stack B each"
	StackEach   Metric = "stack B each"
	Goroutines  Metric = "goroutines each"
	HeapBefore  Metric = "heap KiB before"
	HeapAfter   Metric = "heap KiB after"
	HeapGrowth  Metric = "heap growth B per call"
	EncodeNs    Metric = "encode ns"
	DecodeNs    Metric = "decode ns"
	EncodeAlloc Metric = "encode allocs"
	DecodeAlloc Metric = "decode allocs"
	WireBytes   Metric = "encoded bytes"
	HeapKept    Metric = "heap KiB kept"
	Begun       Metric = "calls begun"
	P50Before   Metric = "p50 µs before"
)

// MoreIsBetter reports whether a larger value is a better one.
func (m Metric) MoreIsBetter() bool { return m == PerSecond || m == MBPerSecond }

// Sample is what one run measured.
type Sample map[Metric]float64

// Budget is how much work a run does.
type Budget struct {
	// Time is how long calls are made and counted. Before that, a fifth of it warms up.
	Time time.Duration
	// Callbacks is how many objects are passed for W6/memory.
	Callbacks int
	// Conns is how many connections are opened for W7.
	Conns int
	// Objects is how many objects are held for W8.
	Objects int
	// Ends is how many ends the mesh of W11 has.
	Ends int
	// Stopped is how many calls are begun at most for W12.
	Stopped int
}

// DefaultBudget is the budget of a run that says nothing else.
func DefaultBudget() Budget {
	return Budget{Time: 300 * time.Millisecond, Callbacks: 200_000, Conns: 200, Objects: 10_000, Ends: 20, Stopped: 200_000}
}

// Cell is a workload on one peer.
type Cell struct {
	Peer string
	// Run does the work once. It returns peer.ErrCannot if the peer has no means for it.
	Run func(ctx context.Context, b Budget) (Sample, error)
}

// Workload is one kind of work.
type Workload struct {
	// ID is W and a number, with what sets variants apart behind a slash.
	ID string
	// About says what is done.
	About string
	// Reference is the peer that ratios are to.
	Reference string
	// Metrics are the columns of the table. Ratios are of the first.
	Metrics []Metric
	// Once is set if it is so long that one round must do.
	Once  bool
	Cells []Cell
}

// All returns the workloads W1 to W12.
func All() []Workload {
	peers := peer.All()
	var all []Workload
	for _, group := range [][]Workload{
		serial(peers), inFlight(peers), records(peers), blobs(peers), chains(peers), callbacks(peers), connections(peers), objects(peers),
		codecs(), handoffs(peers), meshes(peers), stopped(peers),
	} {
		all = append(all, group...)
	}
	return all
}

// onEach returns a cell for each peer.
func onEach(peers []peer.Peer, run func(ctx context.Context, p peer.Peer, b Budget) (Sample, error)) []Cell {
	var cells []Cell
	for _, p := range peers {
		cells = append(cells, Cell{p.Name(), func(ctx context.Context, b Budget) (Sample, error) { return run(ctx, p, b) }})
	}
	return cells
}

// onConn returns a cell for each peer, with one connection to a server.
func onConn(peers []peer.Peer, run func(ctx context.Context, c peer.Conn, b Budget) (Sample, error)) []Cell {
	return onEach(peers, func(ctx context.Context, p peer.Peer, b Budget) (Sample, error) {
		s, err := p.Serve()
		if err != nil {
			return nil, err
		}
		defer func() { _ = s.Close() }()
		c, err := s.Dial(ctx, s.Address())
		if err != nil {
			return nil, err
		}
		defer func() { _ = c.Close() }()
		if err := c.Null(ctx); err != nil && !errors.Is(err, peer.ErrCannot) { // some connect only now, and by many calls at once many times
			return nil, err
		}
		return run(ctx, c, b)
	})
}

// perCall returns what each of so many calls cost.
func perCall(u measure.Usage, calls int) Sample {
	n := float64(calls)
	return Sample{
		PerSecond: n / u.Time.Seconds(),
		CPU:       u.CPU.Seconds() * 1e6 / n,
		Allocs:    float64(u.Mallocs) / n,
		Bytes:     float64(u.Bytes) / n,
	}
}
