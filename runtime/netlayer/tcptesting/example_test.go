package tcptesting_test

import (
	"context"
	"fmt"
	"log"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// A peer that answers what it hears, and one that dials it in raw framing.
func Example() {
	server, err := tcptesting.New(tcptesting.Options{Designator: "echo"})
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	go func() {
		conn, err := server.Accept()
		if err != nil {
			log.Fatal(err)
		}
		defer conn.Close()
		msgs, err := conn.Receive(nil)
		if err != nil {
			log.Fatal(err)
		}
		if err := conn.Send(msgs); err != nil {
			log.Fatal(err)
		}
	}()

	client, err := tcptesting.New(tcptesting.Options{DialOnly: true, Framing: netlayer.Raw})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	conn, err := client.Dial(context.Background(), server.Location())
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Send([][]byte{[]byte("<5'hello>")}); err != nil {
		log.Fatal(err)
	}
	msgs, err := conn.Receive(nil)
	fmt.Printf("%s %v\n", msgs, err)
	// Output: [<5'hello>] <nil>
}
