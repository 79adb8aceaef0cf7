package tls_test

import (
	"context"
	"fmt"
	"log"

	"github.com/ocapn-go/ocapn/runtime/netlayer/tls"
)

// A peer that answers what it hears, and one that dials it. Each knows who the other one is.
func Example() {
	server, err := tls.New(tls.Options{Address: "127.0.0.1:0"})
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	client, err := tls.New(tls.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	friend := client.Location().ID()
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
		if conn.Proved() == friend {
			msgs = append(msgs, []byte("<6'friend>"))
		}
		if err := conn.Send(msgs); err != nil {
			log.Fatal(err)
		}
	}()

	conn, err := client.Dial(context.Background(), server.Location())
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Send([][]byte{[]byte("<5'hello>")}); err != nil {
		log.Fatal(err)
	}
	msgs, err := conn.Receive(nil)
	fmt.Printf("%s %v %v\n", msgs, err, conn.Proved() == server.Location().ID())
	// Output: [<5'hello> <6'friend>] <nil> true
}
