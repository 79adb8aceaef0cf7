package captp_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/memory"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// A shop closes and opens again. Its customer does not lose it.
func ExampleKeep() {
	ctx := context.Background()
	hub := memory.NewHub()
	swiss := locator.NewSwissNumber([]byte("in earnest, 32 bytes that are random"))
	open := func(greeting string) (*captp.Vat, locator.SturdyRef) {
		shop := mustListen(hub, "shop")
		door := captp.NewObject(shop, captp.HandlerFunc(func(context.Context, []any) (any, error) { return greeting, nil }))
		ref, err := captp.PublishAs(shop, swiss, captp.AnyRef{Ref: door})
		if err != nil {
			log.Fatal(err)
		}
		return shop, ref
	}
	shop, ref := open("good morning")
	customer := mustListen(hub, "customer")
	defer customer.Close()

	soon := captp.KeepBackoff(time.Millisecond, time.Second)
	for door, err := range captp.Keep[captp.AnyRef](ctx, customer, ref, soon) {
		if err != nil {
			continue // a program would say so; it is tried again
		}
		greeting, err := captp.Invoke(ctx, door.Ref).Await(ctx)
		fmt.Println(greeting, err)
		shop.Close()
		if greeting == "good evening" {
			break
		}
		shop, _ = open("good evening")
	}
	// Output:
	// good morning <nil>
	// good evening <nil>
}

// One object can be reached by each of the netlayers of its vat.
func ExampleVat_SturdyRefs() {
	near, err := memory.NewHub().Listen("alice")
	if err != nil {
		log.Fatal(err)
	}
	far, err := tcptesting.New(tcptesting.Options{Designator: "alice"})
	if err != nil {
		log.Fatal(err)
	}
	vat, err := captp.New(captp.WithNetlayer(near), captp.WithNetlayer(far))
	if err != nil {
		log.Fatal(err)
	}
	defer vat.Close()

	door := captp.NewObject(vat, captp.HandlerFunc(func(context.Context, []any) (any, error) { return nil, nil }))
	ref, err := captp.Publish(vat, captp.AnyRef{Ref: door})
	if err != nil {
		log.Fatal(err)
	}
	for _, way := range vat.SturdyRefs(ref.Swiss) {
		fmt.Println(way.Peer.Transport) // way.URI() is for whom it is to be reached by
	}
	// Output:
	// memory
	// tcp-testing-only
}
