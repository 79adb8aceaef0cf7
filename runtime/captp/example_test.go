package captp_test

import (
	"context"
	"fmt"
	"log"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/netlayer/memory"
)

// Example publishes an object in one vat and calls it from another. Objects and calls are dynamic here; generated code has a
// type and a method for each.
func Example() {
	ctx := context.Background()
	hub := memory.NewHub()
	alice, bob := mustListen(hub, "alice"), mustListen(hub, "bob")
	defer alice.Close()
	defer bob.Close()

	adder := captp.NewObject(bob, captp.HandlerFunc(func(_ context.Context, args []any) (any, error) {
		return args[0].(int64) + args[1].(int64), nil
	}))
	ref, err := captp.Publish(bob, captp.AnyRef{Ref: adder})
	if err != nil {
		log.Fatal(err)
	}

	far := captp.Enliven[captp.AnyRef](ctx, alice, ref).Cap()
	sum, err := captp.Invoke(ctx, far.Ref, 1, 2).Await(ctx)
	fmt.Println(sum, err)
	// Output: 3 <nil>
}

func mustListen(hub *memory.Hub, name string) *captp.Vat {
	nl, err := hub.Listen(name)
	if err != nil {
		log.Fatal(err)
	}
	vat, err := captp.New(captp.WithNetlayer(nl))
	if err != nil {
		log.Fatal(err)
	}
	return vat
}

// A promise can be sent before it is settled, and messages can be sent to it.
func ExampleNewPromiseRef() {
	ctx := context.Background()
	vat, err := captp.New()
	if err != nil {
		log.Fatal(err)
	}
	defer vat.Close()

	promise, resolver := captp.NewPromiseRef[captp.AnyRef](vat)
	greeting := captp.Invoke(ctx, promise.Ref, "world") // waits for the promise
	resolver.Fulfill(captp.AnyRef{Ref: captp.NewObject(vat, captp.HandlerFunc(
		func(_ context.Context, args []any) (any, error) { return "hello, " + args[0].(string), nil },
	))})
	fmt.Println(greeting.Await(ctx))
	// Output: hello, world <nil>
}

// Of the error of a method, its caller is told what the program chose to say.
func ExamplePublic() {
	ctx := context.Background()
	vat, err := captp.New()
	if err != nil {
		log.Fatal(err)
	}
	defer vat.Close()

	door := captp.NewObject(vat, captp.HandlerFunc(func(_ context.Context, args []any) (any, error) {
		if args[0] == "please" {
			return nil, captp.Public(fmt.Errorf("come back tomorrow"))
		}
		return nil, fmt.Errorf("key %q does not fit", "secret")
	}))
	for _, word := range []string{"please", "open"} {
		_, err := captp.Invoke(ctx, door, word).Await(ctx)
		fmt.Println(err)
	}
	// Output:
	// captp: broken promise: come back tomorrow
	// captp: broken promise: internal error
}

// The result of a call holds a reference, and a message is sent to it before the result is here.
func ExamplePromise_Get() {
	ctx := context.Background()
	vat, err := captp.New()
	if err != nil {
		log.Fatal(err)
	}
	defer vat.Close()

	seat := captp.NewObject(vat, captp.HandlerFunc(func(_ context.Context, args []any) (any, error) {
		return "seat 7 is taken by " + args[0].(string), nil
	}))
	office := captp.NewObject(vat, captp.HandlerFunc(func(context.Context, []any) (any, error) {
		return map[string]any{"price": 12, "seats": []any{seat}}, nil
	}))
	ticket := captp.Invoke(ctx, office, "tonight")
	taken := captp.Invoke(ctx, ticket.Get("seats").Index(0).AsRef(), "ada")
	fmt.Println(taken.Await(ctx))
	// Output: seat 7 is taken by ada <nil>
}
