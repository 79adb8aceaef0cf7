package captp_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// dispatch is a handler that is a function.
type dispatch func(ctx context.Context, args *captp.Decoder, result *captp.Encoder) error

func (d dispatch) Dispatch(ctx context.Context, args *captp.Decoder, result *captp.Encoder) error {
	return d(ctx, args, result)
}

// badValue fails when it is written.
type badValue struct{}

func (badValue) EncodeOCapN(*captp.Encoder) { panic("in a value") }

// badError fails when it is asked what it says.
type badError struct{}

func (badError) Error() string { panic("in an error") }

func (badError) PublicReason() string { panic("in a reason") }

// badPanic fails when it is asked what went wrong.
type badPanic struct{}

func (badPanic) Error() string { panic("in a panic") }

func (badPanic) RuntimeError() {}

// rest waits for a promise, for which the turn gives its queue up.
func rest(ctx context.Context) {
	p, r := captp.NewPromise[string](captp.VatOf(ctx))
	time.AfterFunc(time.Second, func() { r.Fulfill("on") })
	_, _ = p.Await(ctx)
}

// failures are the ways in which a method can fail. Each of them breaks the call and nothing else.
var failures = map[string]func(ctx context.Context, five int64, result *captp.Encoder) error{
	"text":              func(context.Context, int64, *captp.Encoder) error { panic("a text") },
	"error":             func(context.Context, int64, *captp.Encoder) error { panic(errors.New("an error")) },
	"bad error":         func(context.Context, int64, *captp.Encoder) error { panic(badError{}) },
	"bad panic":         func(context.Context, int64, *captp.Encoder) error { panic(badPanic{}) },
	"bad error, public": func(context.Context, int64, *captp.Encoder) error { return badError{} },
	"bad value": func(_ context.Context, _ int64, result *captp.Encoder) error {
		captp.Encode(result, badValue{})
		return nil
	},
	"bad reason": func(context.Context, int64, *captp.Encoder) error { return captp.ReasonValue(badValue{}) },
	"index":      func(_ context.Context, five int64, _ *captp.Encoder) error { return []error{nil}[five] },
	"division":   func(_ context.Context, five int64, _ *captp.Encoder) error { return fmt.Errorf("%d", 1/(five-5)) },
	"conversion": func(_ context.Context, five int64, _ *captp.Encoder) error { return any(five).(error) },
	"length": func(_ context.Context, five int64, _ *captp.Encoder) error {
		return fmt.Errorf("%v", make([]int, -five))
	},
	"exit": func(context.Context, int64, *captp.Encoder) error {
		runtime.Goexit()
		return nil
	},
	"panic, then exit": func(context.Context, int64, *captp.Encoder) error {
		defer runtime.Goexit()
		panic("a text")
	},
	"half a result": func(_ context.Context, _ int64, result *captp.Encoder) error {
		result.Raw("[")
		panic("a text")
	},
	"panic after a rest": func(ctx context.Context, _ int64, _ *captp.Encoder) error {
		rest(ctx)
		panic("a text")
	},
	"exit after a rest": func(ctx context.Context, _ int64, _ *captp.Encoder) error {
		rest(ctx)
		runtime.Goexit()
		return nil
	},
}

// However a method fails, its caller is told that it did, and nothing more; other messages to the object, and to others on its queue,
// are handled.
func TestEveryFailureBreaksOneCall(t *testing.T) {
	kinds := map[string]captp.ObjectOption{"alone": captp.Label(""), "concurrent": captp.Concurrent(), "together": nil}
	for name, fail := range failures {
		for kind, option := range kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					a, b := captptest.Pair(t, captp.WithLogger(slog.New(slog.DiscardHandler)))
					host := toolbox(b)
					if option == nil {
						option = captp.Together(host.Ref)
					}
					bad := anyRef{captp.NewObject(b, dispatch(func(ctx context.Context, args *captp.Decoder, result *captp.Encoder) error {
						switch string(args.Selector()) {
						case "fail":
							five := args.Int64()
							if err := args.Close(); err != nil {
								return err
							}
							return fail(ctx, five, result)
						default:
							result.String("fine")
							return nil
						}
					}), option)}
					far, beside := captptest.Carry(t, b, a, bad), captptest.Carry(t, b, a, host)
					var broken, fine []*captp.Promise[any]
					for range 3 {
						broken = append(broken, captp.Invoke(t.Context(), far.Ref, captp.Symbol("fail"), 5))
						fine = append(fine, captp.Invoke(t.Context(), far.Ref, captp.Symbol("other")))
						fine = append(fine, captp.Invoke(t.Context(), beside.Ref, captp.Symbol("first"), "fine"))
					}
					for _, p := range broken {
						_, err := p.Await(t.Context())
						if remote, ok := errors.AsType[*captp.RemoteError](err); !ok || remote.Message != "internal error" {
							t.Errorf("got error %v", err)
						}
					}
					for _, p := range fine {
						if got, err := p.Await(t.Context()); got != "fine" {
							t.Errorf("another call: got %v, error %v", got, err)
						}
					}
					if n := b.Stats().Turns; n != 0 {
						t.Errorf("%d turns are left", n)
					}
				})
			})
		}
	}
}

// The same goes for an object that hears that nobody holds it.
func TestFailureInUnreferenced(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, b := captptest.Pair(t)
		heard := make(chan bool, 1)
		captp.Release(captptest.Carry(t, b, a, anyRef{captp.NewObject(b, failsUnreferenced{heard})}))
		<-heard
		if got := invoke(t, captptest.Carry(t, b, a, toolbox(b)).Ref, "add", 1, 2); got != int64(3) {
			t.Errorf("got %v", got)
		}
	})
}

type failsUnreferenced struct{ heard chan bool }

func (failsUnreferenced) Dispatch(context.Context, *captp.Decoder, *captp.Encoder) error { return nil }

func (f failsUnreferenced) Unreferenced(context.Context) {
	f.heard <- true
	panic("nobody")
}
