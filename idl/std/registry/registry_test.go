package registry_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"testing"

	"github.com/ocapn-go/ocapn/idl/std/registry"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// objects implements registry.NonceRegistryServer.
type objects map[string]captp.Ref

func (o objects) Register(_ context.Context, object captp.Ref, opts *registry.NonceRegistryRegisterOpts) ([]byte, error) {
	for number, ref := range o {
		if ref == object {
			return []byte(number), nil
		}
	}
	number := opts.SwissNumber
	if number == nil {
		number = make([]byte, 32)
		rand.Read(number)
	}
	o[string(number)] = object
	return number, nil
}

func (o objects) Fetch(_ context.Context, number []byte, opts *registry.NonceRegistryFetchOpts) (any, error) {
	switch ref, ok := o[string(number)]; {
	case ok:
		return ref, nil
	case opts.Default != nil:
		return opts.Default, nil
	}
	return nil, captp.Public(errors.New("there is no such object"))
}

func TestRegistry(t *testing.T) {
	here, there := captptest.Pair(t)
	ctx := t.Context()
	r := captptest.Carry(t, there, here, registry.NewNonceRegistry(there, objects{}))
	object := captp.NewObject(here, captp.HandlerFunc(nil))

	number, err := r.Register(ctx, object, nil)
	if len(number) != 32 || err != nil {
		t.Fatalf("number: %x, %v", number, err)
	}
	if again, err := r.Register(ctx, object, &registry.NonceRegistryRegisterOpts{SwissNumber: []byte("mine")}); !bytes.Equal(again, number) || err != nil {
		t.Errorf("registered again: %x, %v", again, err)
	}
	if got, err := r.Fetch(ctx, number, nil); got != object || err != nil {
		t.Errorf("fetched %v, %v", got, err)
	}
	if got, err := r.Fetch(ctx, []byte("nobody's"), &registry.NonceRegistryFetchOpts{Default: "none"}); got != "none" || err != nil {
		t.Errorf("fetched with a default: %v, %v", got, err)
	}
	if got, err := r.Fetch(ctx, []byte("nobody's"), nil); err == nil {
		t.Errorf("fetched %v by a number that nothing has", got)
	}
}

func TestLocator(t *testing.T) {
	here, there := captptest.Pair(t)
	object := captp.NewObject(there, captp.HandlerFunc(func(context.Context, []any) (any, error) { return "found", nil }))
	l := captptest.Carry(t, there, here, registry.NewNonceLocator(there, registry.NonceLocatorFuncs{
		FetchFunc: func(_ context.Context, number []byte) (captp.Ref, error) {
			if string(number) != "its number" {
				return captp.Ref{}, captp.Public(errors.New("there is no such object"))
			}
			return object, nil
		},
	}))
	for number, want := range map[string]any{"its number": "found", "another": nil} {
		got, err := captp.Invoke(t.Context(), l.E(t.Context()).Fetch([]byte(number)).Cap().Ref).Await(t.Context())
		if got != want || (want == nil) != (err != nil) {
			t.Errorf("the object with %s answers %v, %v", number, got, err)
		}
	}
}
