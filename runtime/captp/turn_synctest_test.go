package captp_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// bubble runs a test with a clock of its own.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

func TestAwaitGivesTheQueueUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, b := captptest.Pair(t)
		// The caller asks the peer, which asks the caller, whose first turn is still waiting.
		caller := object(a, map[string]method{
			"start": func(ctx context.Context, args []any) (any, error) {
				return captp.Invoke(ctx, args[0].(captp.Ref), captp.Symbol("call"), args[1], captp.Symbol("name")).Await(ctx)
			},
			"name": func(context.Context, []any) (any, error) { return "ada", nil },
		})
		far := captptest.Carry(t, b, a, toolbox(b))
		if got := invoke(t, caller.Ref, "start", far, caller); got != "ada" {
			t.Errorf("got %v", got)
		}
	})
}

// diary is a list of what happened, for objects whose turns may run at the same time.
type diary struct {
	entries chan string
}

func newDiary() *diary             { return &diary{make(chan string, 100)} }
func (d *diary) note(entry string) { d.entries <- entry }
func (d *diary) read() []string {
	var out []string
	for {
		select {
		case entry := <-d.entries:
			out = append(out, entry)
		default:
			return out
		}
	}
}

// sleeper has a method that blocks and one that waits for a promise.
func sleeper(v *captp.Vat, d *diary, opts ...captp.ObjectOption) anyRef {
	return object(v, map[string]method{
		"sleep": func(_ context.Context, args []any) (any, error) {
			name := args[0].(string)
			d.note(name + " starts")
			time.Sleep(time.Duration(name[0]) * time.Second) // b takes longer than a
			d.note(name + " ends")
			return nil, nil
		},
		"wait": func(ctx context.Context, args []any) (any, error) {
			d.note("wait starts")
			_, err := captp.Resolve(ctx, anyRef{args[0].(captp.Ref)})
			d.note("wait ends")
			return nil, err
		},
	}, opts...)
}

func TestTurns(t *testing.T) {
	call := func(ctx context.Context, r anyRef, args ...any) *captp.Promise[any] {
		return captp.Invoke(ctx, r.Ref, args...)
	}
	tests := []struct {
		name string
		run  func(ctx context.Context, v *captp.Vat, d *diary) []*captp.Promise[any]
		want []string
	}{
		{
			"one object",
			func(ctx context.Context, v *captp.Vat, d *diary) []*captp.Promise[any] {
				s := sleeper(v, d)
				return []*captp.Promise[any]{call(ctx, s, captp.Symbol("sleep"), "a"), call(ctx, s, captp.Symbol("sleep"), "b")}
			},
			[]string{"a starts", "a ends", "b starts", "b ends"},
		},
		{
			"two objects",
			func(ctx context.Context, v *captp.Vat, d *diary) []*captp.Promise[any] {
				first := call(ctx, sleeper(v, d), captp.Symbol("sleep"), "a")
				synctest.Wait()
				return []*captp.Promise[any]{first, call(ctx, sleeper(v, d), captp.Symbol("sleep"), "b")}
			},
			[]string{"a starts", "b starts", "a ends", "b ends"},
		},
		{
			"together",
			func(ctx context.Context, v *captp.Vat, d *diary) []*captp.Promise[any] {
				s := sleeper(v, d)
				first := call(ctx, s, captp.Symbol("sleep"), "a")
				return []*captp.Promise[any]{first, call(ctx, sleeper(v, d, captp.Together(s.Ref)), captp.Symbol("sleep"), "b")}
			},
			[]string{"a starts", "a ends", "b starts", "b ends"},
		},
		{
			"concurrent",
			func(ctx context.Context, v *captp.Vat, d *diary) []*captp.Promise[any] {
				s := sleeper(v, d, captp.Concurrent())
				first := call(ctx, s, captp.Symbol("sleep"), "a")
				synctest.Wait()
				return []*captp.Promise[any]{first, call(ctx, s, captp.Symbol("sleep"), "b")}
			},
			[]string{"a starts", "b starts", "a ends", "b ends"},
		},
		{
			"waiting in line again",
			func(ctx context.Context, v *captp.Vat, d *diary) []*captp.Promise[any] {
				s := sleeper(v, d)
				p, r := captp.NewPromiseRef[anyRef](v)
				out := []*captp.Promise[any]{
					call(ctx, s, captp.Symbol("wait"), p), call(ctx, s, captp.Symbol("sleep"), "a"), call(ctx, s, captp.Symbol("sleep"), "b"),
				}
				synctest.Wait()
				r.Fulfill(s)
				return out
			},
			[]string{"wait starts", "a starts", "a ends", "b starts", "b ends", "wait ends"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				a, _ := captptest.Pair(t)
				d := newDiary()
				for _, p := range tt.run(t.Context(), a, d) {
					if _, err := p.Await(t.Context()); err != nil {
						t.Error(err)
					}
				}
				if diff := cmp.Diff(tt.want, d.read()); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestMaxQueue(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, _ := captptest.Pair(t)
		s := sleeper(a, newDiary(), captp.MaxQueue(1))
		var ps []*captp.Promise[any]
		for _, name := range []string{"runs", "waits", "is refused"} {
			ps = append(ps, captp.Invoke(t.Context(), s.Ref, captp.Symbol("sleep"), name))
			synctest.Wait()
		}
		for i, p := range ps {
			if _, err := p.Await(t.Context()); (err != nil) != (i == 2) {
				t.Errorf("message %d: %v", i, err)
			}
		}
	})
}

func TestAwaitInAnotherGoroutine(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, _ := captptest.Pair(t)
		p, r := captp.NewPromise[string](a)
		got := make(chan string)
		s := object(a, map[string]method{"leave": func(ctx context.Context, _ []any) (any, error) {
			go func() {
				v, _ := p.Await(ctx)
				got <- v
			}()
			return nil, nil
		}})
		invoke(t, s.Ref, "leave")
		invoke(t, s.Ref, "leave")
		r.Fulfill("x")
		if x, y := <-got, <-got; x != "x" || y != "x" {
			t.Errorf("got %q and %q", x, y)
		}
		invoke(t, s.Ref, "leave")
		<-got
	})
}

func TestPanics(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var log bytes.Buffer
		a, _ := captptest.Pair(t, captp.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
		secret := errors.New("a secret argument")
		s := object(a, map[string]method{
			"panic":  func(context.Context, []any) (any, error) { panic(secret) },
			"exit":   func(context.Context, []any) (any, error) { runtime.Goexit(); return nil, nil },
			"fine":   func(context.Context, []any) (any, error) { return "fine", nil },
			"unsend": func(context.Context, []any) (any, error) { return make(chan int), nil },
		}, captp.Label("the culprit"))
		for _, selector := range []string{"panic", "exit", "unsend", "panic"} {
			bad := captp.Invoke(t.Context(), s.Ref, captp.Symbol(selector))
			good := captp.Invoke(t.Context(), s.Ref, captp.Symbol("fine"))
			_, err := bad.Await(t.Context())
			var remote *captp.RemoteError
			if !errors.As(err, &remote) || remote.Message != "internal error" {
				t.Errorf("%s: got error %v", selector, err)
			}
			if got, err := good.Await(t.Context()); got != "fine" || err != nil {
				t.Errorf("after %s: got %v, %v", selector, got, err)
			}
		}
		if got := log.String(); !strings.Contains(got, "the culprit") || !strings.Contains(got, "turn_synctest_test.go") {
			t.Errorf("the log does not say where it happened:\n%s", got)
		}
		if strings.Contains(log.String(), secret.Error()) {
			t.Errorf("the log says too much:\n%s", log.String())
		}
	})
}

// TestOneWayMessageThatIsLost checks that the log tells of what nobody would hear of otherwise.
func TestOneWayMessageThatIsLost(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var log bytes.Buffer
		a, b := captptest.Pair(t, captp.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
		far := captptest.Carry(t, b, a, object(b, nil))
		captp.Release(far)
		if err := captp.InvokeTell(t.Context(), far.Ref, "hello"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := log.String(); !strings.Contains(got, "not delivered") || !strings.Contains(got, "released") {
			t.Errorf("the log says %q", got)
		}
	})
}
