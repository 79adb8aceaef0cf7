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

// A handoff, with all three roles. The keys are those of the sessions; between the steps, certificates cross the network.
func ExampleExporter_Verify() {
	key := func(b byte) handoff.KeyPair { return handoff.KeyPairFromSeed([32]byte{b}) }
	session := func(a, b handoff.KeyPair) handoff.SessionID {
		return handoff.NewSessionID(a.Public().ID(), b.Public().ID())
	}
	receiverWithGifter := key(1)
	gifterWithExporter, exporterWithGifter := key(2), key(3)
	receiverWithExporter, exporterWithReceiver := key(4), key(5)
	location := locator.Peer{Transport: "onion", Designator: "abc"}

	// The gifter deposits a gift, and gives it to the receiver.
	id := gifterWithExporter.GiftID(0)
	gifts := handoff.NewGifts[string, string](1000, 1000, 1000) // the exporter's
	gifts.Deposit(session(gifterWithExporter, exporterWithGifter), id, "a rose")
	give := handoff.SignGive(gifterWithExporter, handoff.Give{
		ReceiverKey:      receiverWithGifter.Public(),
		ExporterLocation: location,
		Session:          session(gifterWithExporter, exporterWithGifter),
		GifterSide:       gifterWithExporter.Public().ID(),
		GiftID:           id,
	})

	// The receiver says who it is to the exporter.
	receive := handoff.SignReceive(receiverWithGifter, handoff.Receive{
		ReceivingSession: session(receiverWithExporter, exporterWithReceiver),
		ReceivingSide:    receiverWithExporter.Public().ID(),
		HandoffCount:     0,
		SignedGive:       give,
	})

	// The exporter verifies, and lets the gift be withdrawn.
	exporter := handoff.Exporter{
		Session:  session(receiverWithExporter, exporterWithReceiver),
		Receiver: receiverWithExporter.Public().ID(),
		Counts:   handoff.NewCounts(1000),
		Gifter: func(id handoff.SessionID) (handoff.Gifter, bool) {
			return handoff.Gifter{Key: gifterWithExporter.Public(), Location: location},
				id == session(gifterWithExporter, exporterWithGifter)
		},
	}
	right, err := exporter.Verify(receive)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(gifts.Withdraw(right, "the receiver's promise"))

	_, err = exporter.Verify(receive) // again
	fmt.Println(err)
	// Output:
	// a rose true <nil>
	// handoff: the receive fails the check of handoff-count
}
