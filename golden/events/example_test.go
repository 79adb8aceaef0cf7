package events_test

import (
	"context"
	"fmt"
	"log"

	"github.com/ocapn-go/ocapn/golden/events"
	"github.com/ocapn-go/ocapn/runtime/captp"
)

// An observer is given to somebody, and what it hears is a sequence.
func ExampleNewObserverStream() {
	ctx := context.Background()
	vat, err := captp.New()
	if err != nil {
		log.Fatal(err)
	}
	defer vat.Close()
	observer, heard := events.NewObserverStream(ctx, vat, 64)
	user := events.NewUser(vat, events.UserFuncs{})
	for _, err := range []error{
		observer.UserJoined(ctx, user), observer.NewMessage(ctx, user, "hello"), observer.Tick(ctx), observer.Tick(ctx),
	} {
		if err != nil {
			log.Fatal(err)
		}
	}

	for event := range heard {
		switch event := event.(type) {
		case events.ObserverUserJoined:
			fmt.Println("joined:", event.Who == user)
		case events.ObserverNewMessage:
			fmt.Println("message:", event.Text)
		default:
			fmt.Printf("%T\n", event)
		}
		if event == (events.ObserverTick{}) {
			break // nobody can send to the observer any longer
		}
	}
	// Output:
	// joined: true
	// message: hello
	// events.ObserverTick
}
