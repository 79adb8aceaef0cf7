package paths_test

import (
	"context"
	"fmt"
	"log"

	"github.com/ocapn-go/ocapn/golden/paths"
	"github.com/ocapn-go/ocapn/runtime/captp"
)

// Subscribe answers a text and a callable. The callable is called before the answer is here: with an object across the network,
// both messages are one round trip.
func ExampleRegistryE_Subscribe() {
	ctx := context.Background()
	vat, err := captp.New()
	if err != nil {
		log.Fatal(err)
	}
	defer vat.Close()
	registry := paths.NewRegistry(vat, paths.RegistryFuncs{
		SubscribeFunc: func(_ context.Context, name string) (string, paths.Stop, error) {
			stop := func(context.Context) (string, error) { return name + " hears no more", nil }
			return "welcome", paths.NewStop(vat, stop), nil
		},
	})

	subscription := registry.E(ctx).Subscribe("ada")
	fmt.Println(subscription.Stop().Call().Await(ctx))
	fmt.Println(subscription.Index(0).Await(ctx)) // a part that is no reference
	// Output:
	// ada hears no more <nil>
	// welcome <nil>
}
