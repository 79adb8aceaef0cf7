package promises_test

import (
	"context"
	"errors"
	"testing"

	"github.com/ocapn-go/ocapn/idl/std/promises"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// newResolver makes the object that settles the promise of r.
func newResolver(v *captp.Vat, r captp.Resolver[any]) promises.Resolver {
	return promises.NewResolver(v, promises.ResolverFuncs{
		FulfillFunc: func(_ context.Context, value any) error {
			r.Fulfill(value)
			return nil
		},
		BreakFunc: func(_ context.Context, reason any) error {
			r.Break(captp.ReasonValue(reason))
			return nil
		},
	})
}

func TestResolver(t *testing.T) {
	here, there := captptest.Pair(t)
	ctx := t.Context()
	for name, settle := range map[string]func(promises.Resolver) error{
		"fulfilled": func(r promises.Resolver) error { return errors.Join(r.Fulfill(ctx, "done"), r.Break(ctx, "too late")) },
		"broken": func(r promises.Resolver) error {
			return errors.Join(r.Break(ctx, "a pity"), r.Fulfill(ctx, "too late"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, r := captp.NewPromise[any](there)
			if err := settle(captptest.Carry(t, there, here, newResolver(there, r))); err != nil {
				t.Fatal(err)
			}
			got, err := p.Await(ctx)
			var broken *captp.BrokenError
			switch {
			case name == "fulfilled" && (got != "done" || err != nil):
				t.Errorf("fulfilled with %v, %v", got, err)
			case name == "broken" && (!errors.As(err, &broken) || broken.Reason != "a pity"):
				t.Errorf("broken: %v, %v", got, err)
			}
		})
	}
}
