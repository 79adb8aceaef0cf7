package netlayertest_test

import (
	"context"
	"fmt"
	"log"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// A test that holds messages back and lets one through.
func ExampleNetwork() {
	network := netlayertest.NewNetwork(netlayertest.NetworkOptions{
		Tap: func(m netlayertest.Message) { fmt.Printf("%s to %s: %s\n", m.From, m.To, m.Data) },
	})
	alice, bob := network.Peer("alice"), network.Peer("bob")
	conn, err := alice.Dial(context.Background(), bob.Location())
	if err != nil {
		log.Fatal(err)
	}
	accepted, err := bob.Accept()
	if err != nil {
		log.Fatal(err)
	}

	network.Way("alice", "bob").Hold()
	if err := conn.Send([][]byte{[]byte("first"), []byte("second")}); err != nil {
		log.Fatal(err)
	}
	fmt.Println("under way:", network.Way("alice", "bob").Held())

	network.Way("alice", "bob").Step()
	msgs, err := accepted.Receive(nil)
	fmt.Printf("arrived: %s %v\n", msgs, err)

	network.Cut("alice", "bob")
	_, err = accepted.Receive(nil)
	fmt.Println("then:", err)
	// Output:
	// alice to bob: first
	// alice to bob: second
	// under way: 2
	// arrived: [first] <nil>
	// then: network is cut
}

// The test of a netlayer that keeps the promises of package netlayer.
func ExampleRun() {
	_ = func(t *testing.T) { // TestConformance
		netlayertest.Run(t, func(*testing.T) (a, b netlayer.Netlayer) {
			network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
			return network.Peer("a"), network.Peer("b")
		})
	}
	fmt.Println("run with go test")
	// Output: run with go test
}
