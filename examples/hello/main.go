// Hello is the smallest whole program: an interface, an object that implements it, and a call from another process.
//
//	go run ./examples/hello serve                     prints the URI of a hotel
//	go run ./examples/hello call URI french ada       asks its French desk to greet ada, in one round trip
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"

	"github.com/ocapn-go/ocapn/examples/hello/hellocap"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

//go:generate go tool ocapngen hellocap/hello.ocapn

// hotel implements hellocap.HotelServer.
type hotel struct{ vat *captp.Vat }

// Desk implements hellocap.HotelServer: it hands out a new object.
func (h hotel) Desk(_ context.Context, language string) (hellocap.Greeter, error) {
	word, ok := map[string]string{"english": "Hello", "french": "Bonjour", "german": "Guten Tag"}[language]
	if !ok {
		return hellocap.Greeter{}, captp.Public(errors.New("nobody here speaks " + language))
	}
	return hellocap.NewGreeter(h.vat, greeter{word}), nil
}

// greeter implements hellocap.GreeterServer.
type greeter struct{ word string }

// Greet implements hellocap.GreeterServer.
func (g greeter) Greet(_ context.Context, name string) (string, error) {
	return fmt.Sprintf("%s, %s!", g.word, name), nil
}

// serve makes a hotel and returns the sturdyref by which it is found.
func serve(vat *captp.Vat) (locator.SturdyRef, error) {
	return captp.Publish(vat, hellocap.NewHotel(vat, hotel{vat}))
}

// call finds a hotel and greets: connect, find, ask for the desk and greet are sent without waiting in between.
func call(ctx context.Context, vat *captp.Vat, ref locator.SturdyRef, language, name string) (string, error) {
	hotel := captp.Enliven[hellocap.Hotel](ctx, vat, ref).Cap()
	return hotel.E(ctx).Desk(language).Greet(name).Await(ctx)
}

func run(ctx context.Context, args []string) error {
	nl, err := tcptesting.New(tcptesting.Options{})
	if err != nil {
		return err
	}
	vat, err := captp.New(captp.WithNetlayer(nl))
	if err != nil {
		return err
	}
	defer vat.Close()
	switch {
	case len(args) == 1 && args[0] == "serve":
		ref, err := serve(vat)
		if err != nil {
			return err
		}
		fmt.Println(ref.URI())
		<-ctx.Done()
		return vat.Close()
	case len(args) == 4 && args[0] == "call":
		ref, err := locator.ParseSturdyRef(args[1])
		if err != nil {
			return err
		}
		greeting, err := call(ctx, vat, ref, args[2], args[3])
		if err != nil {
			return err
		}
		fmt.Println(greeting)
		return nil
	}
	return errors.New("usage: hello serve | hello call URI LANGUAGE NAME")
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "hello:", err)
		os.Exit(1)
	}
}
