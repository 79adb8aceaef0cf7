package unix_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/ocapn-go/ocapn/runtime/netlayer/unix"
)

// Two processes of one machine, here in one.
func Example() {
	dir, err := os.MkdirTemp("", "chat")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	server, err := unix.New(unix.Options{Path: filepath.Join(dir, "socket")})
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	client, err := unix.New(unix.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	dialled, err := client.Dial(context.Background(), server.Location())
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
	// Output: [<5'hello>] <nil>
}
