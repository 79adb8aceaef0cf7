package captp

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// Many who send to few windows, and give up at random, never have more under way than there is room for, and nobody is forgotten.
func TestQueues(t *testing.T) {
	const (
		senders = 32
		each    = 500
	)
	v := &Vat{over: make(chan struct{})}
	window := core.Window{Messages: 3, Bytes: 1 << 10}
	var (
		loads     [2]core.Load
		under     [2]atomic.Int64
		given, up atomic.Int64
		all       sync.WaitGroup
	)
	for n := range senders {
		rng := rand.New(rand.NewPCG(uint64(n), 0))
		all.Go(func() {
			for range each {
				at := rng.IntN(len(loads))
				charge := core.ChargeOf(rng.IntN(2 << 10))
				ctx, cancel := context.WithCancel(t.Context())
				if rng.IntN(4) == 0 {
					all.Go(cancel)
				}
				if v.enterLoad(ctx, &loads[at], window, charge) != nil {
					up.Add(1)
					cancel()
					continue
				}
				if got := under[at].Add(1); got > int64(window.Messages) {
					t.Errorf("%d messages are under way", got)
				}
				given.Add(1)
				all.Go(func() {
					defer cancel()
					under[at].Add(-1)
					v.leave(&loads[at], charge)
				})
			}
		})
	}
	all.Wait()
	if given.Load()+up.Load() != senders*each || given.Load() < senders {
		t.Errorf("%d messages were sent, %d given up", given.Load(), up.Load())
	}
	for i := range loads {
		if c := loads[i].Charge(); c != 0 || !loads[i].Enter(window, core.ChargeOf(1<<20), false) {
			t.Errorf("%d messages with %d bytes are left, or somebody seems to wait", c.Messages(), c.Bytes())
		}
	}
	if len(v.queues.of) > 0 {
		t.Errorf("%d queues are left", len(v.queues.of))
	}
}
