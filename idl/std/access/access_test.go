package access_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl/std/access"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// TestRevoker has a forwarder pass messages on until its revoker is called.
func TestRevoker(t *testing.T) {
	here, there := captptest.Pair(t)
	ctx := t.Context()
	queen := captp.NewObject(there, captp.HandlerFunc(func(context.Context, []any) (any, error) { return "The Queen will see you now.", nil }))
	revoked := false
	forwarder := captp.NewObject(there, captp.HandlerFunc(func(ctx context.Context, args []any) (any, error) {
		if revoked {
			return nil, captp.Public(errors.New("access is revoked"))
		}
		return captp.Invoke(ctx, queen, args...).Await(ctx)
	}))
	revoke := captptest.Carry(t, there, here, access.NewRevoker(there, func(context.Context) error {
		revoked = true
		return nil
	}, captp.Together(forwarder)))
	audience := captptest.Carry(t, there, here, captp.As[captp.AnyRef](forwarder))

	if got, err := captp.Invoke(ctx, audience.Ref).Await(ctx); got != "The Queen will see you now." || err != nil {
		t.Errorf("audience: %v, %v", got, err)
	}
	for range 2 {
		if err := revoke.Call(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := captp.Invoke(ctx, audience.Ref).Await(ctx); err == nil {
		t.Errorf("audience after it is revoked: %v", got)
	}
}

// TestIncanter has an incanter call its ward, with one argument that stands for the sealed ones.
func TestIncanter(t *testing.T) {
	here, there := captptest.Pair(t)
	ctx := t.Context()
	ward := captp.NewObject(there, captp.HandlerFunc(func(_ context.Context, args []any) (any, error) { return args, nil }))
	incant := captptest.Carry(t, there, here, access.NewIncanter(there, func(ctx context.Context, ward captp.Ref, args ...any) (any, error) {
		return captp.Invoke(ctx, ward, append([]any{"sealed"}, args...)).Await(ctx)
	}))
	got, err := incant.Call(ctx, captptest.Carry(t, there, here, captp.As[captp.AnyRef](ward)).Ref, captp.Symbol("open"), int64(7))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{[]any{"sealed", captp.Symbol("open"), int64(7)}}, got); diff != "" {
		t.Errorf("what the ward is called with (-want +got):\n%s", diff)
	}
}
