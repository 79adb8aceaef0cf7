package locator_test

import (
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

func ExampleParsePeer() {
	peer, err := locator.ParsePeer("ocapn://a2ef69dd.tcp-testing-only?host=127.0.0.1&port=22045")
	if err != nil {
		fmt.Println(err)
		return
	}
	port, _ := peer.Hint("port")
	fmt.Println(peer.Transport, peer.Designator, port)
	fmt.Printf("%s\n", peer.AppendSyrup(nil))
	// Output:
	// tcp-testing-only a2ef69dd 22045
	// <10'ocapn-peer16'tcp-testing-only8"a2ef69dd{4"host9"127.0.0.14"port5"22045}>
}

func ExampleParseError() {
	_, err := locator.ParsePeer("ocapn://a2ef69dd.tcp-testing-only:22045")
	var wrong *locator.ParseError
	if errors.As(err, &wrong) {
		fmt.Println(wrong.Part, wrong.Offset, wrong.Got)
	}
	fmt.Println(err)
	// Output:
	// transport 33 ":"
	// locator: transport at byte 33: want a character that may stand here without percent-encoding, got ":"
}

func ExampleSturdyRef() {
	ref := locator.SturdyRef{
		Peer:  locator.Peer{Transport: "onion", Designator: "abc"},
		Swiss: locator.NewSwissNumber([]byte("my-object")),
	}
	fmt.Println(ref)       // for logs
	fmt.Println(ref.URI()) // for whoever may have the object
	// Output:
	// ocapn://abc.onion/s/(redacted)
	// ocapn://abc.onion/s/bXktb2JqZWN0
}

func ExampleGenerateSwissNumber() {
	swiss, err := locator.GenerateSwissNumber(rand.Reader)
	if err != nil {
		fmt.Println(err)
		return
	}
	objects := map[[32]byte]string{swiss.Digest(): "my object"}
	asked := locator.NewSwissNumber(swiss.Bytes()) // as it comes in a fetch
	fmt.Println(swiss, objects[asked.Digest()])
	// Output: (redacted) my object
}

func ExampleDecodePeer() {
	var d syrup.Decoder
	d.Reset([]byte(`<10'ocapn-peer5'onion3"abc{}>`), syrup.Options{})
	peer := locator.DecodePeer(&d)
	if err := d.Finish(); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(peer)
	fmt.Printf("%s\n", peer.AppendSyrup(nil)) // as it came, though we would write f for no hints
	// Output:
	// ocapn://abc.onion
	// <10'ocapn-peer5'onion3"abc{}>
}

// A peer is the same wherever it can be reached.
func ExamplePeer_ID() {
	here, _ := locator.NewPeer("tcp", "alice", map[string]string{"host": "192.0.2.1"})
	there, _ := locator.NewPeer("tcp", "alice", map[string]string{"host": "192.0.2.2"})
	fmt.Println(here.ID() == there.ID(), here.ID())
	// Output: true ocapn://alice.tcp
}
