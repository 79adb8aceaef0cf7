package captp_test

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// ear returns an object whose messages are events.
func ear(ctx context.Context, v *captp.Vat, n int) (anyRef, iter.Seq[string]) {
	events := captp.NewEvents[string](ctx, v, n)
	return object(v, map[string]method{"hear": func(ctx context.Context, args []any) (any, error) {
		return nil, events.Put(ctx, args[0].(string))
	}}), events.All()
}

// whisper sends a message one way.
func whisper(t *testing.T, r anyRef, text string) {
	t.Helper()
	if err := captp.InvokeTell(t.Context(), r.Ref, captp.Symbol("hear"), text); err != nil {
		t.Fatal(err)
	}
}

// refused fails the test unless a message to r is refused because r is revoked.
func refused(t *testing.T, r anyRef) {
	t.Helper()
	_, err := captp.Invoke(t.Context(), r.Ref, captp.Symbol("hear"), "late").Await(t.Context())
	var broken *captp.BrokenError
	if !errors.As(err, &broken) || broken.Error() != "captp: broken promise: the object is revoked" {
		t.Errorf("a message to a revoked object: got %v", err)
	}
}

var alphabet = []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}

func TestEventsHoldSendersBack(t *testing.T) {
	for _, n := range []int{-1, 0, 1, 3} {
		bubble(t, func(t *testing.T) {
			a, b := captptest.Pair(t)
			r, events := ear(t.Context(), a, n)
			far := captptest.Carry(t, a, b, r)
			for _, text := range alphabet {
				whisper(t, far, text)
			}
			synctest.Wait()
			if got, want := a.Stats().Turns, len(alphabet)-max(n, 0); got != want {
				t.Errorf("buffer of %d: %d turns wait, want %d", n, got, want)
			}
			var got []string
			for event := range events {
				if got = append(got, event); len(got) == len(alphabet) {
					break
				}
			}
			if diff := cmp.Diff(alphabet, got); diff != "" {
				t.Errorf("buffer of %d: events (-want +got):\n%s", n, diff)
			}
			refused(t, far)
		})
	}
}

// A peer that sends more than there is room for is not read, until the loop goes on.
func TestEventsHoldPeerBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const rounds, many = 50, 20
		l := captptest.NewLink(t, captp.WithLimits(captp.Limits{Turns: 8}))
		r, events := ear(t.Context(), l.A, 2)
		far := captptest.Carry(t, l.A, l.B, r)
		for range rounds {
			for range many {
				whisper(t, far, "a")
			}
			synctest.Wait()
		}
		if got := l.A.Stats().Turns; got > 3*many { // what was read before, and is being read
			t.Errorf("%d turns wait: the peer is still read", got)
		}
		n := 0
		for range events {
			if n++; n == rounds*many {
				break
			}
		}
	})
}

// What leads to the end of a sequence while messages wait: the loop ends, and so do the turns that wait.
func TestEventsEnd(t *testing.T) {
	ends := map[string]func(l *captptest.Link, cancel func()){
		"context":    func(_ *captptest.Link, cancel func()) { cancel() },
		"vat closed": func(l *captptest.Link, _ func()) { l.A.Close() },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				l := captptest.NewLink(t)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				idle, idleEvents := ear(ctx, l.A, 1)
				busy, busyEvents := ear(ctx, l.A, 1)
				far := captptest.Carry(t, l.A, l.B, busy)
				captptest.Carry(t, l.A, l.B, idle)
				for _, text := range alphabet {
					whisper(t, far, text)
				}
				done := make(chan int)
				go func() {
					n := 0
					for range idleEvents {
						n++
					}
					done <- n
				}()
				synctest.Wait()
				end(l, cancel)
				if n := <-done; n != 0 {
					t.Errorf("the idle loop got %d events", n)
				}
				for range busyEvents {
					t.Error("an event after the end")
				}
				if name == "context" {
					refused(t, far)
					synctest.Wait()
					if turns := l.A.Stats().Turns; turns != 0 {
						t.Errorf("%d turns are left", turns)
					}
				}
			})
		})
	}
}

func TestEventsAreSingleUse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, _ := captptest.Pair(t)
		r, events := ear(t.Context(), a, 5)
		for _, text := range alphabet[:5] {
			whisper(t, r, text)
		}
		synctest.Wait()
		var got []string
		for event := range events {
			got = append(got, event)
			for range events {
				t.Error("an event for a loop inside of the loop")
			}
			if len(got) == 2 {
				break
			}
		}
		for range events {
			t.Error("an event for a second loop")
		}
		if diff := cmp.Diff(alphabet[:2], got); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		refused(t, r)
	})
}

// Events have no goroutine, whether anybody ranges over them or not; a panic in the loop revokes the object.
func TestEventsHaveNoGoroutine(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, _ := captptest.Pair(t)
		before := runtime.NumGoroutine()
		var refs []anyRef
		for range 100 {
			r, _ := ear(t.Context(), a, 1)
			refs = append(refs, r)
		}
		r, events := ear(t.Context(), a, 1)
		synctest.Wait()
		if after := runtime.NumGoroutine(); after != before {
			t.Errorf("%d goroutines before, %d after", before, after)
		}
		runtime.KeepAlive(refs)
		whisper(t, r, "a")
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			for range events {
				panic("out")
			}
		}()
		refused(t, r)
	})
}

// Once it is revoked, neither the object nor its events are held on to, though the context goes on and a peer holds the object.
func TestEventsAreCollected(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, b := captptest.Pair(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		events := captp.NewEvents[*[1 << 16]byte](ctx, a, 4)
		var made []weak.Pointer[[1 << 16]byte]
		r := object(a, map[string]method{"hear": func(ctx context.Context, _ []any) (any, error) {
			event := new([1 << 16]byte)
			made = append(made, weak.Make(event))
			return nil, events.Put(ctx, event)
		}})
		far := captptest.Carry(t, a, b, r)
		for range 10 {
			whisper(t, far, "")
		}
		synctest.Wait()
		for range events.All() {
			break
		}
		refused(t, far)
		runtime.GC()
		for i, event := range made {
			if event.Value() != nil {
				t.Errorf("event %d is still there", i)
			}
		}
		queue := weak.Make(events)
		events, r = nil, anyRef{}
		captp.Release(far)
		collected := func() bool {
			time.Sleep(5 * time.Second) // long enough for the vats to tell each other
			runtime.GC()
			return queue.Value() == nil
		}
		for range 5 {
			if collected() {
				return
			}
		}
		t.Error("the object is still there")
	})
}
