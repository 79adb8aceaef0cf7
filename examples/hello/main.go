// Hello is the smallest whole program: an interface, objects that implement it, and a call from another process.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

//go:generate go tool ocapngen -package main hello.ocapn

// greeter implements GreeterServer.
type greeter struct{ word string }

func (g greeter) Greet(_ context.Context, name string) (string, error) {
	return g.word + ", " + name + "!", nil
}

// hotel implements HotelServer: it hands out new objects.
type hotel struct{ vat *captp.Vat }

func (h hotel) Desk(_ context.Context, language string) (Greeter, error) {
	word, ok := map[string]string{"english": "Hello", "french": "Bonjour", "german": "Guten Tag"}[language]
	if !ok {
		return Greeter{}, captp.Public(errors.New("nobody here speaks " + language))
	}
	return NewGreeter(h.vat, greeter{word}), nil
}

func main() {
	ctx := context.Background()
	vat := must(captp.New(captp.WithNetlayer(must(tcptesting.New(tcptesting.Options{})))))
	if len(os.Args) != 4 { // the server publishes a hotel, and says where it is
		ref := must(captp.Publish(vat, NewHotel(vat, hotel{vat})))
		fmt.Println(ref.URI())
		select {}
	}
	// The client connects, finds the hotel, asks for a desk and is greeted: one round trip, as nothing waits in between.
	ref := must(locator.ParseSturdyRef(os.Args[1]))
	hotel := captp.Enliven[Hotel](ctx, vat, ref).Cap()
	fmt.Println(must(hotel.E(ctx).Desk(os.Args[2]).Greet(os.Args[3]).Await(ctx)))
}

// must returns v, or ends the program if there is none.
func must[T any](v T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return v
}
