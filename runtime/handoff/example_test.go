package handoff_test

import (
	"crypto/rand"
	"fmt"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// Two sides set up a session: each announces a fresh key and its location, signed.
func Example() {
	ours, err := handoff.GenerateKeyPair(rand.Reader)
	if err != nil {
		fmt.Println(err)
		return
	}
	theirs, err := handoff.GenerateKeyPair(rand.Reader)
	if err != nil {
		fmt.Println(err)
		return
	}
	location := locator.Peer{Transport: "onion", Designator: "abc"}.AppendSyrup(nil)
	signature := handoff.SignLocation(theirs, location)

	fmt.Println(handoff.VerifyLocation(theirs.Public(), location, signature))
	fmt.Println(handoff.VerifyLocation(ours.Public(), location, signature))

	us, them := ours.Public().ID(), theirs.Public().ID()
	fmt.Println(handoff.NewSessionID(us, them) == handoff.NewSessionID(them, us))
	// Output:
	// true
	// false
	// true
}

func ExampleKeyPairFromSeed() {
	keys := handoff.KeyPairFromSeed([32]byte{31: 1})
	fmt.Println(keys)
	fmt.Println(keys.Public().ID())
	// Output:
	// key pair of 4cb5abf6ad79fbf5abbccafcc269d85cd2651ed4b885b5869f241aedf0a5ba29
	// baacd082b462cfb5838370b9436193f563f0e26cc43a9e681a66be0edf3be404
}

func ExampleEnvelope() {
	keys := handoff.KeyPairFromSeed([32]byte{31: 1})
	e := handoff.SignEnvelope(keys, []byte("<14'init:peer-auth4:1234>"))
	fmt.Println(e.Verify(keys.Public()))
	e.Object[len(e.Object)-2] = '5'
	fmt.Println(e.Verify(keys.Public()))
	// Output:
	// true
	// false
}
