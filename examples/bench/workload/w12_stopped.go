package workload

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/ocapn-go/ocapn/examples/bench/delay"
	"github.com/ocapn-go/ocapn/examples/bench/measure"
	"github.com/ocapn-go/ocapn/examples/bench/peer"
)

// stopped is W12.
func stopped(peers []peer.Peer) []Workload {
	return []Workload{{
		ID: "W12", About: "a reader that stops: one goroutine begins calls, up to 200,000, whose bytes nobody reads; what is kept for them, " +
			"and a call after the other on another connection meanwhile",

		Reference: "capnp", Metrics: []Metric{HeapKept, Begun, P50, P50Before},
		Cells: onEach(peers, stoppedReader),
	}}
}

// stoppedReader begins calls to a server that reads nothing, and makes calls on another connection to it.
func stoppedReader(ctx context.Context, p peer.Peer, b Budget) (Sample, error) {
	s, err := p.Serve()
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }()
	line, err := delay.Listen(s.Address(), 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = line.Close() }()
	c, err := s.Dial(ctx, line.Address())
	if err != nil {
		return nil, err
	}
	defer func() { _ = c.Close() }()
	if err := beginOne(ctx, c); err != nil {
		return nil, err
	}
	other, err := s.Dial(ctx, s.Address())
	if err != nil {
		return nil, err
	}
	defer func() { _ = other.Close() }()
	quiet, err := oneAfterAnother(ctx, b, other.Null)
	if err != nil {
		return nil, err
	}

	before := measure.InUse()
	line.Stop()
	crowd := begin(ctx, c, b.Stopped)
	busy, err := oneAfterAnother(ctx, b, other.Null)
	kept := measure.InUse().Heap - before.Heap
	begun := crowd.begun.Load()
	line.GoOn()
	if err := errors.Join(err, crowd.end()); err != nil {
		return nil, err
	}
	return Sample{HeapKept: max(0, kept/1024), Begun: float64(begun), P50: busy[P50], P50Before: quiet[P50]}, nil
}

// beginOne makes one call in the way of those that follow.
func beginOne(ctx context.Context, c peer.Conn) error {
	p, err := c.Begin(ctx)
	if err != nil {
		return err
	}
	return p.Wait(ctx)
}

// crowd is calls that are being begun.
type crowd struct {
	begun   atomic.Int64
	cancel  context.CancelFunc
	running sync.WaitGroup
	err     error // once running is over
}

// begin starts a goroutine that begins n calls, as many as it is let.
func begin(ctx context.Context, c peer.Conn, n int) *crowd {
	w := &crowd{}
	ctx, w.cancel = context.WithCancel(ctx)
	w.running.Go(func() {
		calls := make([]peer.Pending, 0, n)
		for len(calls) < n && ctx.Err() == nil {
			p, err := c.Begin(ctx)
			if err != nil {
				w.err = err
				return
			}
			calls = append(calls, p)
			w.begun.Store(int64(len(calls)))
		}
		<-ctx.Done() // they are kept until then
	})
	return w
}

// end has no more calls begun, and gives up those that were.
func (w *crowd) end() error {
	w.cancel()
	w.running.Wait()
	return w.err
}
