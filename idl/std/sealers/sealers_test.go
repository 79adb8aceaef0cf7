package sealers_test

import (
	"context"
	"errors"
	"testing"

	"github.com/ocapn-go/ocapn/idl/std/sealers"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// box is the object that a sealer answers. It understands nothing.
type box struct{ value any }

// Dispatch implements captp.Handler.
func (*box) Dispatch(_ context.Context, args *captp.Decoder, _ *captp.Encoder) error {
	return captp.NoMethod(args)
}

// open returns the box behind a value.
func open(value any) (*box, bool) {
	ref, ok := value.(captp.Ref)
	if !ok {
		return nil, false
	}
	return captp.Local[*box](captp.As[captp.AnyRef](ref))
}

func TestTriplet(t *testing.T) {
	here, there := captptest.Pair(t)
	ctx := t.Context()
	seal := captptest.Carry(t, there, here, sealers.NewSealer(there, func(_ context.Context, value any) (captp.Ref, error) {
		return captp.NewObject(there, &box{value}), nil
	}))
	unseal := captptest.Carry(t, there, here, sealers.NewUnsealer(there, func(_ context.Context, sealed captp.Ref) (any, error) {
		if b, ok := open(sealed); ok {
			return b.value, nil
		}
		return nil, captp.Public(errors.New("not sealed here"))
	}))
	sealed := captptest.Carry(t, there, here, sealers.NewPredicate(there, func(_ context.Context, value any) (bool, error) {
		_, ok := open(value)
		return ok, nil
	}))

	secret, err := seal.Call(ctx, "secret")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := unseal.Call(ctx, secret); got != "secret" || err != nil {
		t.Errorf("in the box: %v, %v", got, err)
	}
	if got, err := unseal.Call(ctx, seal.Ref); err == nil {
		t.Errorf("in something that is no box: %v", got)
	}
	for value, want := range map[any]bool{secret: true, seal.Ref: false, "secret": false} {
		if got, err := sealed.Call(ctx, value); got != want || err != nil {
			t.Errorf("sealed: %v, %v; want %v", got, err, want)
		}
	}
}
