package websocket_test

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"

	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

// A peer on a web server that serves other things too answers what it hears, and one that only dials talks to it.
func Example() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	peer, err := websocket.New(websocket.Options{URL: "ws://" + listener.Addr().String() + "/ocapn"})
	if err != nil {
		log.Fatal(err)
	}
	defer peer.Close()
	mux := http.NewServeMux()
	mux.Handle("/ocapn", peer)
	server := &http.Server{Handler: mux}
	defer server.Close()
	go server.Serve(listener)
	go func() {
		conn, err := peer.Accept()
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

	client, err := websocket.New(websocket.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	conn, err := client.Dial(context.Background(), peer.Location())
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	fmt.Println("proved:", conn.Proved() == peer.Location().ID())
	if err := conn.Send([][]byte{[]byte("<5'hello>")}); err != nil {
		log.Fatal(err)
	}
	msgs, err := conn.Receive(nil)
	fmt.Printf("%s %v\n", msgs, err)
	// Output:
	// proved: true
	// [<5'hello>] <nil>
}
