package captp_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// A method that never returns, and does not look at its context, keeps its own object from others, and Close from returning. It keeps
// nobody from anything else: the session ends, its callers are told, and what is left of the vat does nothing.
func TestMethodThatNeverReturns(t *testing.T) {
	ways := map[string]func(ctx context.Context, v *captp.Vat) error{
		"Close":    func(_ context.Context, v *captp.Vat) error { return v.Close() },
		"Shutdown": func(ctx context.Context, v *captp.Vat) error { return v.Shutdown(ctx) },
	}
	for name, end := range ways {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				l := captptest.NewLink(t)
				let := make(chan struct{})
				stuck := captptest.Carry(t, l.B, l.A, object(l.B, map[string]method{
					"stick": func(context.Context, []any) (any, error) {
						<-let
						return "late", nil
					},
				}))
				tools := captptest.Carry(t, l.B, l.A, toolbox(l.B))
				var calls []*captp.Promise[any]
				for range 3 {
					calls = append(calls, captp.Invoke(t.Context(), stuck.Ref, captp.Symbol("stick")))
				}
				if got := invoke(t, tools.Ref, "add", 1, 2); got != int64(3) {
					t.Errorf("another object: got %v", got)
				}
				const patience = time.Minute
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				ended := make(chan error, 1)
				start := time.Now()
				go func() { ended <- end(ctx, l.B) }()
				for i, p := range calls {
					if _, err := p.Await(t.Context()); !errors.Is(err, net.ErrClosed) {
						t.Errorf("call %d: got error %v", i, err)
					}
				}
				if told := time.Since(start); name == "Close" && told > 0 || told > patience {
					t.Errorf("the callers are told after %v", told)
				}
				time.Sleep(time.Hour)
				select {
				case err := <-ended:
					t.Errorf("it returned %v", err)
				default:
				}
				if st := l.B.Stats(); st.Sessions+st.Conns > 0 {
					t.Errorf("the vat has %+v", st)
				}
				close(let)
				if err := <-ended; name == "Close" && err != nil || name == "Shutdown" && !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("it returned %v", err)
				}
			})
		})
	}
}

// caller is an object that calls whom it is told to, who calls it in turn.
func caller(v *captp.Vat, opts ...captp.ObjectOption) anyRef {
	var self anyRef
	self = object(v, map[string]method{
		// The object to call, which is to call this one, and how often. Below zero means for ever.
		"call": func(ctx context.Context, args []any) (any, error) {
			n := args[1].(int64)
			if n == 0 {
				return "enough", nil
			}
			return captp.Invoke(ctx, args[0].(captp.Ref), captp.Symbol("call"), self, n-1).Await(ctx)
		},
		// The same by a goroutine of its own, for which the turn does not give up its queue.
		"stubborn": func(ctx context.Context, args []any) (any, error) {
			answer := make(chan error, 1)
			go func() {
				_, err := captp.Invoke(context.Background(), args[0].(captp.Ref), captp.Symbol("call"), self, args[1]).Await(context.Background())
				answer <- err
			}()
			select {
			case err := <-answer:
				return nil, err
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		},
	}, opts...)
	return self
}

// Objects that call each other in turn get to the end of it, whether or not their turns run one at a time.
func TestObjectsThatCallEachOther(t *testing.T) {
	for _, depth := range []int64{1, 10, 500} {
		for name, opts := range map[string][]captp.ObjectOption{"alone": nil, "concurrent": {captp.Concurrent()}} {
			t.Run(name, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					l := captptest.NewLink(t)
					far := captptest.Carry(t, l.B, l.A, caller(l.B, opts...))
					if got := invoke(t, far.Ref, "call", caller(l.A, opts...), depth); got != "enough" {
						t.Errorf("depth %d: got %v", depth, got)
					}
				})
			})
		}
	}
}

// A method that waits for itself by way of the peer, and has not given up its queue, waits for ever; nobody else does, and the vat can be
// closed.
func TestMethodThatWaitsForItself(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := captptest.NewLink(t)
		own, far := caller(l.A), captptest.Carry(t, l.B, l.A, caller(l.B))
		stuck := captp.Invoke(t.Context(), own.Ref, captp.Symbol("stubborn"), far, 3)
		time.Sleep(time.Hour)
		select {
		case <-stuck.Done():
			_, err := stuck.Await(t.Context())
			t.Errorf("the method has returned: %v", err)
		default:
		}
		for _, v := range []*captp.Vat{l.A, l.B} {
			if got := invoke(t, toolbox(v).Ref, "add", 1, 2); got != int64(3) {
				t.Errorf("another object: got %v", got)
			}
		}
		if got := invoke(t, captptest.Carry(t, l.A, l.B, toolbox(l.A)).Ref, "add", 1, 2); got != int64(3) {
			t.Errorf("another object, by the peer: got %v", got)
		}
		start := time.Now()
		l.A.Close()
		if took := time.Since(start); took > captp.DefaultLimits().DrainTime {
			t.Errorf("the closing took %v", took)
		}
		if err := stuck.Wait(t.Context()); err == nil {
			t.Error("the method has a result")
		}
	})
}

// Objects of two vats that call each other without end go on until the turns of one of them take up too much. That ends their session,
// and all of the turns, and none of another session.
func TestCallsWithoutEnd(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		limits := captp.WithLimits(captp.Limits{Turns: 20, TurnBytes: 200 << 10})
		a, b, c := vatAt(t, network, "a", limits), vatAt(t, network, "b", limits), vatAt(t, network, "c")
		tools := captptest.Carry(t, b, c, toolbox(b))
		far := captptest.Carry(t, b, a, caller(b))
		answer := captp.Invoke(t.Context(), far.Ref, captp.Symbol("call"), caller(a), -1)
		done := make(chan error, 1)
		go func() {
			_, err := answer.Await(t.Context())
			done <- err
		}()
		for range 1000 {
			if got := invoke(t, tools.Ref, "add", 1, 2); got != int64(3) {
				t.Fatalf("an honest peer: got %v", got)
			}
			time.Sleep(100 * time.Millisecond)
		}
		select {
		case err := <-done:
			if !isOutcomeOfAFault(err) {
				t.Errorf("got error %v", err)
			}
		default:
			t.Errorf("the calls go on: %d and %d turns", a.Stats().Turns, b.Stats().Turns)
		}
		for name, v := range map[string]*captp.Vat{"a": a, "b": b} {
			if n := v.Stats().Turns; n > 0 {
				t.Errorf("%s has %d turns", name, n)
			}
		}
		if got := invoke(t, captptest.Carry(t, b, a, toolbox(b)).Ref, "add", 1, 2); got != int64(3) {
			t.Errorf("afterwards: got %v", got)
		}
	})
}

// What settles a promise first counts, also of many at once; it is told once, and is the same for everybody.
func TestSettlingTwice(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, b := captptest.Pair(t)
		tools := captptest.Carry(t, b, a, toolbox(b))
		for round := range 20 {
			p, r := captp.NewPromise[any](a)
			there := captp.Invoke(t.Context(), tools.Ref, captp.Symbol("first"), p)
			synctest.Wait()
			var settling sync.WaitGroup
			for i := range 8 {
				settling.Go(func() {
					if (i+round)%2 == 0 {
						r.Fulfill(int64(i))
					} else {
						r.Break(captp.ReasonValue(int64(i)))
					}
				})
			}
			settling.Wait()
			here, err1 := p.Await(t.Context())
			r.Fulfill(int64(100))
			r.Break(errors.New("late"))
			far, err2 := there.Await(t.Context())
			if diff := cmp.Diff(here, far); diff != "" || (err1 == nil) != (err2 == nil) {
				t.Errorf("here it is %v, error %v; there %v, error %v", here, err1, far, err2)
			}
			if again, err := p.Await(t.Context()); again != here || (err == nil) != (err1 == nil) {
				t.Errorf("at first it is %v, error %v; then %v, error %v", here, err1, again, err)
			}
		}
	})
}

// A method that keeps its arguments and result for longer than it may does no harm to others.
func TestKeptDecodersAndEncoders(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, b := captptest.Pair(t)
		var kept []func()
		far := captptest.Carry(t, b, a, anyRef{captp.NewObject(b, dispatch(func(_ context.Context, args *captp.Decoder, result *captp.Encoder) error {
			kept = append(kept, func() {
				_ = args.String()
				_ = args.Any()
				args.Fail(errors.New("late"))
			}, func() {
				result.Fail(errors.New("late"))
				result.String("of another call")
				result.Ref(captp.NewObject(b, nil))
			})
			result.String("fine")
			return nil
		}))})
		tools := captptest.Carry(t, b, a, toolbox(b))
		for range 20 {
			if got, err := captp.Invoke(t.Context(), far.Ref, "argument").Await(t.Context()); got != "fine" {
				t.Fatalf("got %v, error %v", got, err)
			}
			synctest.Wait()
			for _, late := range kept {
				late()
			}
			got, err := captp.Invoke(t.Context(), tools.Ref, captp.Symbol("echo"), 1, tools).Await(t.Context())
			if diff := cmp.Diff(any([]any{int64(1), tools.Ref}), got, sameRef); diff != "" {
				t.Fatalf("another call: error %v (-want +got):\n%s", err, diff)
			}
		}
	})
}
