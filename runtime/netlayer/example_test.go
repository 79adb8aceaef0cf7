package netlayer_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/memory"
)

// Two peers, a conn, and messages in both directions.
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
	go func() {
		conn, err := bob.Accept()
		if err != nil {
			log.Fatal(err)
		}
		msgs, err := conn.Receive(nil)
		if err != nil {
			log.Fatal(err)
		}
		if err := errors.Join(conn.Send(msgs), conn.CloseSend()); err != nil {
			log.Fatal(err)
		}
	}()

	conn, err := alice.Dial(context.Background(), bob.Location())
	if err != nil {
		log.Fatal(err)
	}
	if err := conn.Send([][]byte{[]byte("<5'hello>"), []byte("<5'again>")}); err != nil {
		log.Fatal(err)
	}
	for {
		msgs, err := conn.Receive(nil)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		for _, msg := range msgs {
			fmt.Printf("%s\n", msg)
		}
	}
	fmt.Println(conn.Proved())
	// Output:
	// <5'hello>
	// <5'again>
	// ocapn://bob.memory
}

// A stream over anything that carries bytes.
func ExampleNewStream() {
	near, far := net.Pipe()
	conn := netlayer.NewStream(near, netlayer.StreamOptions{Framing: netlayer.Framed})
	go func() {
		if err := conn.Send([][]byte{[]byte("<5'hello>"), []byte("<3'bye>")}); err != nil {
			log.Fatal(err)
		}
		if err := conn.Close(); err != nil {
			log.Fatal(err)
		}
	}()
	bytes, err := io.ReadAll(far)
	fmt.Printf("%s %v\n", bytes, err)
	// Output: 9:<5'hello>7:<3'bye> <nil>
}

// The netlayer of a location is the one for its transport.
func ExampleSet() {
	hub := memory.NewHub()
	alice, err := hub.Listen("alice")
	if err != nil {
		log.Fatal(err)
	}
	set, err := netlayer.NewSet(alice)
	if err != nil {
		log.Fatal(err)
	}
	peer, err := locator.ParsePeer("ocapn://bob.tcp-testing-only?host=127.0.0.1&port=7000")
	if err != nil {
		log.Fatal(err)
	}
	_, err = set.Dial(context.Background(), peer)
	fmt.Println(errors.Is(err, netlayer.ErrLocation), err)
	// Output: true dial ocapn://bob.tcp-testing-only?host=127.0.0.1&port=7000: location cannot be dialled: no netlayer for transport "tcp-testing-only"
}
