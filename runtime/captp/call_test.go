package captp_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// anyRef is a reference to a dynamic object.
type anyRef = captp.AnyRef

// object returns a reference to a new object whose methods are functions by selector.
func object(v *captp.Vat, methods map[string]method, opts ...captp.ObjectOption) anyRef {
	return anyRef{captp.NewObject(v, captp.HandlerFunc(func(ctx context.Context, args []any) (any, error) {
		if len(args) > 0 {
			if selector, ok := args[0].(captp.Symbol); ok && methods[string(selector)] != nil {
				return methods[string(selector)](ctx, args[1:])
			}
		}
		return nil, &captp.NoMethodError{}
	}), opts...)}
}

type method = func(ctx context.Context, args []any) (any, error)

// invoke calls a method and waits for the result.
func invoke(t testing.TB, r captp.Ref, selector string, args ...any) any {
	t.Helper()
	v, err := captp.Invoke(t.Context(), r, append([]any{captp.Symbol(selector)}, args...)...).Await(t.Context())
	if err != nil {
		t.Fatalf("%s: %v", selector, err)
	}
	return v
}

// toolbox has a method for everything that the tests want from an object.
func toolbox(v *captp.Vat) anyRef { return object(v, tools()) }

// tools returns the methods of a toolbox, in a map of the caller's own.
func tools() map[string]method {
	return map[string]method{
		"echo":  func(_ context.Context, args []any) (any, error) { return args, nil },
		"first": func(_ context.Context, args []any) (any, error) { return args[0], nil },
		"add":   func(_ context.Context, args []any) (any, error) { return args[0].(int64) + args[1].(int64), nil },
		"fail":  func(context.Context, []any) (any, error) { return nil, errors.New("a secret") },
		"refuse": func(context.Context, []any) (any, error) {
			return nil, fmt.Errorf("more secrets: %w", captp.Public(errors.New("not today")))
		},
		"break": func(_ context.Context, args []any) (any, error) { return nil, captp.ReasonValue(args[0]) },
		"make":  func(ctx context.Context, _ []any) (any, error) { return toolbox(captp.VatOf(ctx)), nil },
		"call": func(ctx context.Context, args []any) (any, error) {
			return captp.Invoke(ctx, args[0].(captp.Ref), args[1:]...).Await(ctx)
		},
		"forward": func(ctx context.Context, args []any) (any, error) {
			return captp.Invoke(ctx, args[0].(captp.Ref), args[1:]...), nil
		},
		"never": func(ctx context.Context, _ []any) (any, error) {
			p, _ := captp.NewPromiseRef[anyRef](captp.VatOf(ctx))
			return p, nil
		},
		"await": func(ctx context.Context, args []any) (any, error) {
			return captp.Resolve(ctx, anyRef{args[0].(captp.Ref)})
		},
	}
}

// places runs a test with a toolbox in the own vat, and with one that is a peer's.
func places(t *testing.T, f func(t *testing.T, here *captp.Vat, tools anyRef)) {
	t.Run("near", func(t *testing.T) {
		a, _ := captptest.Pair(t)
		f(t, a, toolbox(a))
	})
	t.Run("far", func(t *testing.T) {
		a, b := captptest.Pair(t)
		f(t, a, captptest.Carry(t, b, a, toolbox(b)))
	})
}

func TestCalls(t *testing.T) {
	places(t, func(t *testing.T, here *captp.Vat, tools anyRef) {
		own := toolbox(here)
		tests := []struct {
			name     string
			selector string
			args     []any
			want     any
		}{
			{"values", "echo", []any{int64(1), "a", nil, []any{true}}, []any{int64(1), "a", nil, []any{true}}},
			{"no arguments", "echo", nil, []any{}},
			{"sum", "add", []any{2, 3}, int64(5)},
			{"own reference", "first", []any{own}, own.Ref},
			{"its own reference", "first", []any{tools}, tools.Ref},
			{"reference inside", "first", []any{map[string]any{"x": own}}, map[string]any{"x": own.Ref}},
			{"call back", "call", []any{own, captp.Symbol("add"), 1, 2}, int64(3)},
			{"answer of another call", "forward", []any{own, captp.Symbol("add"), 1, 2}, int64(3)},
		}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				got := invoke(t, tools.Ref, tt.selector, tt.args...)
				if diff := cmp.Diff(tt.want, got, sameRef); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	})
}

// sameRef compares references as == does.
var sameRef = cmp.Comparer(func(a, b captp.Ref) bool { return a == b })

func TestErrors(t *testing.T) {
	places(t, func(t *testing.T, _ *captp.Vat, tools anyRef) {
		tests := []struct {
			name     string
			selector string
			args     []any
			want     any
		}{
			{"internal", "fail", nil, &captp.RemoteError{Message: "internal error"}},
			{"public", "refuse", nil, &captp.RemoteError{Message: "not today"}},
			{"value", "break", []any{captp.Symbol("oh-no")}, captp.Symbol("oh-no")},
			{"structured value", "break", []any{map[string]any{"until": 5}}, map[string]any{"until": int64(5)}},
			{"panic", "add", []any{"not", "numbers"}, &captp.RemoteError{Message: "internal error"}},
			{"no method", "dance", nil, &captp.RemoteError{Message: "no method: the message has no selector"}},
			{"passed on", "forward", []any{tools, captp.Symbol("break"), "why"}, "why"},
			{"not passed on", "call", []any{tools, captp.Symbol("refuse")}, &captp.RemoteError{Message: "internal error"}},
		}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				_, err := captp.Invoke(t.Context(), tools.Ref, append([]any{captp.Symbol(tt.selector)}, tt.args...)...).Await(t.Context())
				var broken *captp.BrokenError
				if !errors.As(err, &broken) {
					t.Fatalf("got error %v, want *BrokenError", err)
				}
				if diff := cmp.Diff(tt.want, broken.Reason); diff != "" {
					t.Errorf("reason (-want +got):\n%s", diff)
				}
			})
		}
	})
}

func TestOneWay(t *testing.T) {
	places(t, func(t *testing.T, here *captp.Vat, tools anyRef) {
		heard := make(chan any, 1)
		ear := object(here, map[string]method{"hear": func(_ context.Context, args []any) (any, error) {
			heard <- args[0]
			return nil, nil
		}})
		if err := captp.InvokeTell(t.Context(), tools.Ref, captp.Symbol("call"), ear, captp.Symbol("hear"), "hi"); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(any("hi"), <-heard); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if err := captp.InvokeTell(t.Context(), tools.Ref, make(chan int)); err == nil {
			t.Error("a channel can be sent")
		}
	})
}

func TestPipelining(t *testing.T) {
	places(t, func(t *testing.T, _ *captp.Vat, tools anyRef) {
		ctx := t.Context()
		next := tools.Ref
		for range 5 {
			next = captp.InvokeRef(ctx, next, captp.Symbol("make")).Cap().Ref
		}
		if diff := cmp.Diff(any(int64(3)), invoke(t, next, "add", 1, 2)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		settled, err := captp.Resolve(ctx, anyRef{next})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(any(settled.Ref), invoke(t, settled.Ref, "first", anyRef{next}), sameRef); diff != "" {
			t.Errorf("the promise and its object (-want +got):\n%s", diff)
		}
		if same, err := captp.Same(ctx, settled, anyRef{next}); !same || err != nil {
			t.Errorf("Same = %v, %v", same, err)
		}
	})
}

func TestPipeliningToBroken(t *testing.T) {
	places(t, func(t *testing.T, _ *captp.Vat, tools anyRef) {
		ctx := t.Context()
		tests := []struct {
			name   string
			target captp.Ref
			check  func(error) bool
		}{
			{"broken", captp.InvokeRef(ctx, tools.Ref, captp.Symbol("break"), "why").Cap().Ref, reasonIs("why")},
			{"value", captp.InvokeRef(ctx, tools.Ref, captp.Symbol("add"), 1, 2).Cap().Ref, func(err error) bool { return err != nil }},
		}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				late := captp.InvokeRef(ctx, tt.target, captp.Symbol("make")).Cap().Ref
				if _, err := captp.Invoke(ctx, late, captp.Symbol("add"), 1, 2).Await(ctx); !tt.check(err) {
					t.Errorf("before it is settled: %v", err)
				}
				if _, err := captp.Invoke(ctx, tt.target, captp.Symbol("add"), 1, 2).Await(ctx); !tt.check(err) {
					t.Errorf("after it is settled: %v", err)
				}
				if _, err := captp.Resolve(ctx, anyRef{tt.target}); err == nil {
					t.Error("it resolves to a reference")
				}
				<-captp.Broken(anyRef{tt.target})
			})
		}
	})
}

// reasonIs returns a check for a promise that was broken with a value.
func reasonIs(want any) func(error) bool {
	return func(err error) bool {
		var broken *captp.BrokenError
		return errors.As(err, &broken) && broken.Reason == want
	}
}

func TestPromisesAsArguments(t *testing.T) {
	places(t, func(t *testing.T, here *captp.Vat, tools anyRef) {
		ctx := t.Context()
		own := toolbox(here)
		tests := []struct {
			name string
			with any
			want any
		}{
			{"own object", own, own.Ref},
			{"their object", tools, tools.Ref},
			{"value", "done", "done"},
		}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				p, r := captp.NewPromise[any](here)
				answer := captp.Invoke(ctx, tools.Ref, captp.Symbol("first"), p)
				r.Fulfill(tt.with)
				got, err := answer.Await(ctx)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want, got, sameRef); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
		t.Run("another promise", func(t *testing.T) {
			p, r := captp.NewPromiseRef[anyRef](here)
			q, s := captp.NewPromiseRef[anyRef](here)
			answer := captp.InvokeRef(ctx, tools.Ref, captp.Symbol("first"), p)
			sum := captp.Invoke(ctx, answer.Cap().Ref, captp.Symbol("add"), 1, 2)
			r.Fulfill(q)
			s.Fulfill(own)
			if got, err := answer.Await(ctx); got != own || err != nil {
				t.Errorf("got %v, %v", got, err)
			}
			if got, err := sum.Await(ctx); got != int64(3) || err != nil {
				t.Errorf("pipelined: got %v, %v", got, err)
			}
		})
		t.Run("broken", func(t *testing.T) {
			p, r := captp.NewPromiseRef[anyRef](here)
			answer := captp.Invoke(ctx, tools.Ref, captp.Symbol("first"), p)
			r.Break(captp.ReasonValue("why"))
			if _, err := answer.Await(ctx); !reasonIs("why")(err) {
				t.Errorf("got %v", err)
			}
		})
	})
}

func TestSteps(t *testing.T) {
	places(t, func(t *testing.T, here *captp.Vat, tools anyRef) {
		ctx := t.Context()
		own := toolbox(here)
		value := map[string]any{"list": []any{"a", captp.Tagged{Tag: "t", Value: own}}}
		echo := func() *captp.Promise[any] { return captp.Invoke(ctx, tools.Ref, captp.Symbol("first"), value) }

		if got, err := echo().Get("list").Index(0).Await(ctx); got != "a" || err != nil {
			t.Errorf("index 0: %v, %v", got, err)
		}
		ref := echo().Get("list").Index(1).Untag("t")
		if got, err := captp.Invoke(ctx, ref.AsRef(), captp.Symbol("add"), 1, 2).Await(ctx); got != int64(3) || err != nil {
			t.Errorf("a message along the path: %v, %v", got, err)
		}
		for name, p := range map[string]*captp.Promise[any]{
			"field": echo().Get("nothing"), "index": echo().Get("list").Index(2), "tag": echo().Get("list").Index(1).Untag("u"),
			"kind": echo().Index(0),
		} {
			if got, err := p.Await(ctx); err == nil {
				t.Errorf("wrong %s: got %v", name, got)
			}
		}
	})
}

func TestOrder(t *testing.T) {
	places(t, func(t *testing.T, here *captp.Vat, tools anyRef) {
		ctx := t.Context()
		const n = 500
		var (
			mu   sync.Mutex
			seen []int64
		)
		ear := object(here, map[string]method{"hear": func(_ context.Context, args []any) (any, error) {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, args[0].(int64))
			return nil, nil
		}})
		// The promise goes to the ear by way of the toolbox, and is settled amid the messages.
		p := captp.InvokeRef(ctx, tools.Ref, captp.Symbol("first"), ear)
		var last *captp.Promise[any]
		for i := range n {
			last = captp.Invoke(ctx, p.Cap().Ref, captp.Symbol("hear"), i)
		}
		if _, err := last.Await(ctx); err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		defer mu.Unlock()
		for i, got := range seen {
			if got != int64(i) {
				t.Fatalf("message %d came in place %d", got, i)
			}
		}
		if len(seen) != n {
			t.Errorf("%d messages came, want %d", len(seen), n)
		}
	})
}

func TestZeroReference(t *testing.T) {
	ctx := t.Context()
	var zero anyRef
	if !zero.IsZero() {
		t.Error("it is not zero")
	}
	if _, err := captp.Invoke(ctx, zero.Ref, "x").Await(ctx); err == nil {
		t.Error("a message to it is answered")
	}
	if _, err := captp.InvokeRef(ctx, zero.Ref, "x").Await(ctx); err == nil {
		t.Error("a message to it is answered with a reference")
	}
	if _, err := captp.Invoke(ctx, zero.Ref, "x").Get("y").Await(ctx); err == nil {
		t.Error("a message to it is answered with a struct")
	}
	if err := captp.InvokeTell(ctx, zero.Ref, "x"); err == nil {
		t.Error("it can be told something")
	}
	captp.Release(zero)
	<-captp.Broken(zero)
	if _, err := captp.Resolve(ctx, zero); err == nil {
		t.Error("it resolves")
	}
}

func TestForeignReference(t *testing.T) {
	a, b := captptest.Pair(t)
	_, err := captp.Invoke(t.Context(), toolbox(a).Ref, captp.Symbol("first"), toolbox(b)).Await(t.Context())
	var foreign *captp.ForeignError
	if !errors.As(err, &foreign) {
		t.Errorf("got error %v, want *ForeignError", err)
	}
}

func TestContextEndsOnlyTheWait(t *testing.T) {
	places(t, func(t *testing.T, here *captp.Vat, tools anyRef) {
		p, r := captp.NewPromise[string](here)
		answer := captp.Invoke(t.Context(), tools.Ref, captp.Symbol("first"), p)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := answer.Await(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("got error %v", err)
		}
		if _, err := captp.Invoke(ctx, tools.Ref, captp.Symbol("echo")).Await(t.Context()); !errors.Is(err, context.Canceled) {
			t.Errorf("a call with a context that is done: %v", err)
		}
		r.Fulfill("late")
		if got, err := answer.Await(t.Context()); got != "late" || err != nil {
			t.Errorf("got %v, %v", got, err)
		}
	})
}
