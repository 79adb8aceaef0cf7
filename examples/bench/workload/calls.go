package workload

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ocapn-go/ocapn/examples/bench/measure"
)

// A call is one unit of the work.
type call func(ctx context.Context) error

const warmUpShare = 5 // a fifth of the time warms up

// oneAfterAnother makes calls until the time is over, and measures each.
func oneAfterAnother(ctx context.Context, b Budget, do call) (Sample, error) {
	warm, err := timed(ctx, b.Time/warmUpShare, nil, do)
	if err != nil {
		return nil, err
	}
	times := make([]time.Duration, 0, len(warm)*warmUpShare*2+100)
	watch := measure.Start()
	times, err = timed(ctx, b.Time, times, do)
	u := watch.Stop()
	if err != nil {
		return nil, err
	}
	s := perCall(u, len(times))
	s[P50], s[P99] = micros(measure.Quantile(times, 0.5)), micros(measure.Quantile(times, 0.99))
	return s, nil
}

// timed makes calls for so long, at least one, and appends how long each took.
func timed(ctx context.Context, long time.Duration, times []time.Duration, do call) ([]time.Duration, error) {
	start := time.Now()
	for last := start; ; {
		if err := do(ctx); err != nil {
			return times, err
		}
		now := time.Now()
		times = append(times, now.Sub(last))
		if last = now; now.Sub(start) >= long {
			return times, nil
		}
	}
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// atOnce lets each of the callers make one call after another until the time is over.
func atOnce(ctx context.Context, b Budget, callers []call) (Sample, error) {
	if _, err := together(ctx, b.Time/warmUpShare, callers); err != nil {
		return nil, err
	}
	watch := measure.Start()
	n, err := together(ctx, b.Time, callers)
	u := watch.Stop()
	if err != nil {
		return nil, err
	}
	return perCall(u, n), nil
}

// together runs the callers for so long, each in a goroutine of its own and at least once, and returns how many calls they made.
func together(ctx context.Context, long time.Duration, callers []call) (int, error) {
	var over atomic.Bool
	defer time.AfterFunc(long, func() { over.Store(true) }).Stop()
	var running sync.WaitGroup
	var calls atomic.Int64
	errs := make([]error, len(callers))
	for i, do := range callers {
		running.Go(func() {
			n := 0
			for first := true; errs[i] == nil && (first || !over.Load()); first = false {
				errs[i] = do(ctx)
				n++
			}
			calls.Add(int64(n))
			if errs[i] != nil {
				over.Store(true)
			}
		})
	}
	running.Wait()
	return int(calls.Load()), errors.Join(errs...)
}

// repeated returns so many callers that do the same.
func repeated(n int, do call) []call {
	callers := make([]call, n)
	for i := range callers {
		callers[i] = do
	}
	return callers
}
