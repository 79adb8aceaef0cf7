package onion_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
)

// Two peers, of which one keeps its key, and so its address, in a file. Here both attach to what stands in for a tor that runs already;
// without ControlAddr, New starts one.
func Example() {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "peer")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	tor := exampleTor(folder)
	defer tor.close()

	key, err := netlayer.KeyFile(filepath.Join(folder, "onion.key"))
	if err != nil {
		log.Fatal(err)
	}
	server, err := onion.New(ctx, onion.Options{
		Key:         key,
		ControlAddr: tor.address(),
		Progress:    func(p onion.Progress) { fmt.Printf("%d%% %v\n", p.Percent, p.Stage) },
	})
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	client, err := onion.New(ctx, onion.Options{DialOnly: true, ControlAddr: tor.address()})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	dialled, err := client.Dial(ctx, server.Location())
	if err != nil {
		log.Fatal(err)
	}
	defer dialled.Close()
	accepted, err := server.Accept()
	if err != nil {
		log.Fatal(err)
	}
	defer accepted.Close()
	if err := dialled.Send([][]byte{[]byte("<5'hello>")}); err != nil {
		log.Fatal(err)
	}
	msgs, err := accepted.Receive(nil)
	fmt.Printf("%s %v\n", msgs, err)
	// Output:
	// 0% starting
	// 100% connecting to the network
	// 100% publishing the onion service
	// 100% ready
	// [<5'hello>] <nil>
}
