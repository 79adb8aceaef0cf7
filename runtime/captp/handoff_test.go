package captp_test

import (
	"context"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

func TestHandoffOverTCP(t *testing.T) {
	vat := func() *captp.Vat {
		nl, err := tcptesting.New(tcptesting.Options{})
		if err != nil {
			t.Fatal(err)
		}
		v, err := captp.New(captp.WithNetlayer(nl))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { v.Close() })
		return v
	}
	gifter, receiver, exporter := vat(), vat(), vat()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	got := make(chan captp.Ref, 10)
	sink := captp.NewObject(receiver, captp.HandlerFunc(func(_ context.Context, args []any) (any, error) {
		got <- args[0].(captp.Ref)
		return "thanks", nil
	}))
	ref, err := captp.Publish(receiver, anyRef{sink})
	if err != nil {
		t.Fatal(err)
	}
	far, err := captp.Enliven[anyRef](ctx, gifter, ref).Await(ctx)
	if err != nil {
		t.Fatal(err)
	}
	echo := captp.NewObject(exporter, captp.HandlerFunc(func(_ context.Context, args []any) (any, error) { return args[0], nil }))
	ref, err = captp.Publish(exporter, anyRef{echo})
	if err != nil {
		t.Fatal(err)
	}
	gift, err := captp.Enliven[anyRef](ctx, gifter, ref).Await(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if v, err := captp.Invoke(ctx, far.Ref, gift.Ref).Await(ctx); err != nil || v != "thanks" {
			t.Fatal(v, err)
		}
	}
	a, b := anyRef{<-got}, anyRef{<-got}
	if v, err := captp.Invoke(ctx, a.Ref, "hello").Await(ctx); err != nil || v != "hello" {
		t.Fatal(v, err)
	}
	if same, err := captp.Same(ctx, a, b); !same || err != nil {
		t.Error(same, err)
	}
}
