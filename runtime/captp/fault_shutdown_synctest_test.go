package captp_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// Whenever a vat is shut down, every method that had begun comes to its end, with its context whole, and its caller has the answer,
// unless the patience of the program ends first. What has not begun by then does the same, or fails.
func TestShutdownLetsCallsFinishAtAnyMoment(t *testing.T) {
	random := seeded(t)
	for range 30 {
		moment := time.Duration(random.IntN(3000)) * time.Millisecond
		patience := []time.Duration{0, 5 * time.Second, time.Minute}[random.IntN(3)]
		bubble(t, func(t *testing.T) {
			network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Latency: 20 * time.Millisecond})
			house, guest := vatAt(t, network, "house"), vatAt(t, network, "guest")
			var (
				begun, ended, spoiled atomic.Int64
				leaving               atomic.Bool
			)
			slow := object(house, map[string]method{"work": func(ctx context.Context, args []any) (any, error) {
				begun.Add(1)
				late := leaving.Load()
				time.Sleep(time.Duration(args[0].(int64)) * time.Millisecond)
				if ended.Add(1); ctx.Err() != nil && !late {
					spoiled.Add(1)
				}
				return "done", nil
			}}, captp.Concurrent())
			far := captptest.Carry(t, house, guest, slow)
			var answered, lost atomic.Int64
			var calling sync.WaitGroup
			for range 20 {
				delay, takes := time.Duration(random.IntN(3000))*time.Millisecond, random.IntN(9000) // longer than peers are waited for
				calling.Go(func() {
					time.Sleep(delay)
					switch got, err := captp.Invoke(t.Context(), far.Ref, captp.Symbol("work"), takes).Await(t.Context()); {
					case got == "done":
						answered.Add(1)
					case isOutcomeOfAFault(err):
						lost.Add(1)
					default:
						t.Errorf("got %v, error %v", got, err)
					}
				})
			}
			time.Sleep(moment)
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			before := begun.Load()
			leaving.Store(true)
			err := house.Shutdown(ctx)
			calling.Wait()
			if answered.Load()+lost.Load() != 20 || begun.Load() != ended.Load() {
				t.Errorf("%d calls were answered, %d lost; %d were begun and %d ended", answered.Load(), lost.Load(), begun.Load(), ended.Load())
			}
			switch {
			case err == nil && (spoiled.Load() > 0 || answered.Load() < before):
				t.Errorf("%d methods had begun, %d calls were answered, %d methods saw the end of their context", before, answered.Load(), spoiled.Load())
			case err != nil && !errors.Is(err, context.DeadlineExceeded), err != nil && patience > 5*time.Second:
				t.Errorf("Shutdown: %v", err)
			}
			if t.Failed() {
				t.Logf("after %v, with a patience of %v", moment, patience)
			}
		})
		if t.Failed() {
			return
		}
	}
}

// A peer that goes on calling, so that there is never a moment in which no method runs, does not keep a vat from being closed for longer
// than it takes what had begun before, and half of HandshakeTime.
func TestShutdownAmongCallsWithoutEnd(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		house, guest := vatAt(t, network, "house"), vatAt(t, network, "guest")
		far := captptest.Carry(t, house, guest, object(house, map[string]method{"work": func(context.Context, []any) (any, error) {
			time.Sleep(2 * time.Second)
			return "done", nil
		}}, captp.Concurrent()))
		var calling sync.WaitGroup
		for i := range 4 {
			calling.Go(func() {
				time.Sleep(time.Duration(i) * 500 * time.Millisecond)
				var err error
				for err == nil {
					err = captp.Invoke(t.Context(), far.Ref, captp.Symbol("work")).Wait(t.Context())
				}
			})
		}
		time.Sleep(3 * time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		start := time.Now()
		if err := house.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > 2*time.Second+captp.DefaultLimits().HandshakeTime/2+2*time.Second+captp.DefaultLimits().DrainTime {
			t.Errorf("it took %v", took)
		}
		calling.Wait()
	})
}
