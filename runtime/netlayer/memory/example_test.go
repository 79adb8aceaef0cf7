package memory_test

import (
	"context"
	"fmt"
	"log"

	"github.com/ocapn-go/ocapn/runtime/netlayer/memory"
)

// Two peers in one process.
func Example() {
	hub := memory.NewHub()
	alice, err := hub.Listen("alice")
	if err != nil {
		log.Fatal(err)
	}
	bob, err := hub.Listen("bob")
	if err != nil {
		log.Fatal(err)
	}
	dialled, err := alice.Dial(context.Background(), bob.Location())
	if err != nil {
		log.Fatal(err)
	}
	accepted, err := bob.Accept()
	if err != nil {
		log.Fatal(err)
	}
	if err := dialled.Send([][]byte{[]byte("<5'hello>")}); err != nil {
		log.Fatal(err)
	}
	msgs, err := accepted.Receive(nil)
	fmt.Printf("%s from %v, %v\n", msgs, accepted.Proved(), err)
	// Output: [<5'hello>] from ocapn://alice.memory, <nil>
}
