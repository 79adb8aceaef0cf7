package captp_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// orderRun is a scene in which the receiver holds a promise that will turn out to be the treasure. The vats are held, so that nothing
// arrives before the test lets it.
type orderRun struct {
	*captptest.Trio

	treasure *treasure
	promised anyRef
	settle   func() // lets the promise become what it is to become; the second call has no effect
	answers  []*captp.Promise[any]
}

// tellNext sends the next number.
func (r *orderRun) tellNext(t *testing.T) {
	r.answers = append(r.answers, tell(t.Context(), r.promised, len(r.answers)+1))
	synctest.Wait()
}

// end lets everything arrive, sends a last number, and checks what the treasure was told.
func (r *orderRun) end(t *testing.T) {
	t.Helper()
	r.Play()
	r.tellNext(t)
	r.Play()
	for i, p := range r.answers {
		if got, err := p.Await(t.Context()); got != int64(i+1) || err != nil {
			t.Errorf("answer %d is %v, %v", i+1, got, err)
		}
	}
	r.treasure.expect(t, len(r.answers))
	expectNothingUnderWay(t, r.Gifter, r.Receiver, r.Exporter)
	r.Release()
}

// orderScenes are the ways in which a promise comes to be an object in a third vat.
var orderScenes = map[string]func(t *testing.T) *orderRun{
	// The receiver asks the gifter, whose answer is an object of the exporter.
	"answer of the gifter": func(t *testing.T) *orderRun {
		s := newHandoffScene(t, captp.WithoutIdleCollection())
		promised, resolver := captp.NewPromiseRef[anyRef](s.Gifter)
		shop := captptest.Carry(t, s.Gifter, s.Receiver, object(s.Gifter, map[string]method{
			"sell": func(context.Context, []any) (any, error) { return promised, nil },
		}))
		synctest.Wait()
		s.Hold()
		sold := captp.InvokeRef(t.Context(), shop.Ref, captp.Symbol("sell")).Cap()
		return &orderRun{Trio: s.Trio, treasure: s.treasure, promised: sold, settle: func() { resolver.Fulfill(s.gift) }}
	},
	// The gifter sends a promise of its own.
	"promise of the gifter": func(t *testing.T) *orderRun {
		s := newHandoffScene(t, captp.WithoutIdleCollection())
		promised, resolver := captp.NewPromiseRef[anyRef](s.Gifter)
		given := s.desk.given(t, s.far, promised)
		synctest.Wait()
		s.Hold()
		return &orderRun{Trio: s.Trio, treasure: s.treasure, promised: given, settle: func() { resolver.Fulfill(s.gift) }}
	},
	// The gifter sends the answer of a call to the exporter.
	"answer of the exporter": func(t *testing.T) *orderRun {
		s := newHandoffScene(t, captp.WithoutIdleCollection())
		promised, resolver := captp.NewPromiseRef[anyRef](s.Exporter)
		shop := captptest.Carry(t, s.Exporter, s.Gifter, object(s.Exporter, map[string]method{
			"sell": func(context.Context, []any) (any, error) { return promised, nil },
		}))
		given := s.desk.given(t, s.far, captp.InvokeRef(t.Context(), shop.Ref, captp.Symbol("sell")).Cap())
		synctest.Wait()
		s.Hold()
		return &orderRun{Trio: s.Trio, treasure: s.treasure, promised: given, settle: func() { resolver.Fulfill(s.treasure.anyRef) }}
	},
	// A promise of the gifter becomes one of the exporter, and that an object.
	"promise of a promise": func(t *testing.T) *orderRun {
		s := newHandoffScene(t, captp.WithoutIdleCollection())
		first, becomesSecond := captp.NewPromiseRef[anyRef](s.Gifter)
		second, resolver := captp.NewPromiseRef[anyRef](s.Exporter)
		atGifter := newDesk(s.Gifter)
		atExporter := captptest.Carry(t, s.Gifter, s.Exporter, atGifter.anyRef)
		secondAtGifter := atGifter.given(t, atExporter, second)
		given := s.desk.given(t, s.far, first)
		synctest.Wait()
		s.Hold()
		steps := []func(){func() { becomesSecond.Fulfill(secondAtGifter) }, func() { resolver.Fulfill(s.treasure.anyRef) }}
		return &orderRun{Trio: s.Trio, treasure: s.treasure, promised: given, settle: func() {
			if len(steps) > 0 {
				steps[0]()
				steps = steps[1:]
			}
		}}
	},
	// The promise becomes an object of the receiver itself, by way of the exporter.
	"home by two vats": func(t *testing.T) *orderRun {
		trio := captptest.NewTrio(t, captp.WithoutIdleCollection())
		own, atDesk := newTreasure(trio.Receiver), newDesk(trio.Receiver)
		far := captptest.Carry(t, trio.Receiver, trio.Gifter, atDesk.anyRef)
		promised, resolver := captp.NewPromiseRef[anyRef](trio.Gifter)
		exporters := captptest.Carry(t, trio.Receiver, trio.Exporter, own.anyRef)
		atGifter := newDesk(trio.Gifter)
		fromExporter := captptest.Carry(t, trio.Gifter, trio.Exporter, atGifter.anyRef)
		given := atDesk.given(t, far, promised)
		synctest.Wait()
		trio.Hold()
		return &orderRun{Trio: trio, treasure: own, promised: given, settle: sync.OnceFunc(func() {
			captp.InvokeTell(t.Context(), fromExporter.Ref, captp.Symbol("take"), exporters)
			go func() { resolver.Fulfill(<-atGifter.refs) }()
		})}
	},
	// Receiver and exporter have a session already.
	"with a session": func(t *testing.T) *orderRun {
		s := newHandoffScene(t, captp.WithoutIdleCollection())
		location, _ := s.Exporter.Location(netlayertest.Transport)
		if err := s.Receiver.Connect(t.Context(), location); err != nil {
			t.Fatal(err)
		}
		promised, resolver := captp.NewPromiseRef[anyRef](s.Gifter)
		given := s.desk.given(t, s.far, promised)
		synctest.Wait()
		s.Hold()
		return &orderRun{Trio: s.Trio, treasure: s.treasure, promised: given, settle: func() { resolver.Fulfill(s.gift) }}
	},
}

// Whatever order messages of different ways arrive in, those of one reference arrive in theirs. Here, one way after the other is held
// after so many messages until all others are empty.
func TestHandoffOrderOneWayHeld(t *testing.T) {
	roles := []captptest.Role{captptest.Gifter, captptest.Receiver, captptest.Exporter}
	for name, scene := range orderScenes {
		t.Run(name, func(t *testing.T) {
			for _, from := range roles {
				for _, to := range roles {
					for passed := 0; from != to && passed < 5 && !t.Failed(); passed++ {
						bubble(t, func(t *testing.T) { runOneWayHeld(t, scene(t), from, to, passed) })
						if t.Failed() {
							t.Logf("when %s -> %s was held after %d messages", from, to, passed)
						}
					}
				}
			}
		})
	}
}

// runOneWayHeld sends numbers all the time, and settles the promise after the first.
func runOneWayHeld(t *testing.T, r *orderRun, from, to captptest.Role, passed int) {
	r.tellNext(t)
	r.settle()
	synctest.Wait()
	r.settle()
	for range 3 {
		r.tellNext(t)
	}
	for range passed {
		r.Way(from, to).Step()
		synctest.Wait()
		r.tellNext(t)
	}
	playAllBut(r.Trio, from, to)
	r.tellNext(t)
	playAllBut(r.Trio, from, to)
	r.tellNext(t)
	r.end(t)
}

// Here, any way may be the next to deliver a message, and the promise is settled and numbers are sent at any time.
func TestHandoffOrderAnySchedule(t *testing.T) {
	schedules := 60
	if testing.Short() {
		schedules = 10
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	for name, scene := range orderScenes {
		t.Run(name, func(t *testing.T) {
			for n := range schedules {
				random := rand.New(rand.NewPCG(seed, uint64(n)))
				bubble(t, func(t *testing.T) {
					r := scene(t)
					log := runAnySchedule(t, r, random)
					if t.Failed() {
						t.Logf("schedule %d of seed %d: %s\n%s", n, seed, log, r.Transcript())
					}
				})
				if t.Failed() {
					return
				}
			}
		})
	}
}

// runAnySchedule returns what was done, in order.
func runAnySchedule(t *testing.T, r *orderRun, random *rand.Rand) string {
	roles := []captptest.Role{captptest.Gifter, captptest.Receiver, captptest.Exporter}
	var log []any
	// Each way is more or less likely to move, so that some are slow.
	var ways []captptest.Way
	var names []string
	for _, from := range roles {
		for _, to := range roles {
			for range random.IntN(4) {
				if from != to {
					ways, names = append(ways, r.Way(from, to)), append(names, fmt.Sprintf("%.1s>%.1s", from, to))
				}
			}
		}
	}
	settleAt := random.IntN(12)
	for i := range 60 {
		switch {
		case i == settleAt || i == settleAt+6:
			log = append(log, "settle")
			r.settle()
			synctest.Wait()
		case random.IntN(5) == 0:
			log = append(log, "tell")
			r.tellNext(t)
		case random.IntN(40) == 0:
			time.Sleep(10 * time.Millisecond) // what vats have let go of
			synctest.Wait()
		case len(ways) > 0:
			w := random.IntN(len(ways))
			if ways[w].Step() {
				log = append(log, names[w])
			}
			synctest.Wait()
		}
	}
	r.end(t)
	return fmt.Sprint(log...)
}
