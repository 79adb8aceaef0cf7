package handoff_test

import (
	"errors"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// A scene is three peers and the keys of their sessions that matter to a handoff, named after whose they are and with
// whom.
type scene struct {
	receiverWithGifter   handoff.KeyPair
	gifterWithExporter   handoff.KeyPair
	exporterWithGifter   handoff.KeyPair
	receiverWithExporter handoff.KeyPair
	exporterWithReceiver handoff.KeyPair

	location locator.Peer // the exporter's
	giftID   handoff.GiftID
	counts   *handoff.Counts
}

// newScene returns the scene of testdata/figures.json: the seeds are one byte repeated, 12, 21, 22, 31 and 32 in hexadecimal.
func newScene(tb testing.TB) *scene {
	tb.Helper()
	repeated := func(b byte) handoff.KeyPair {
		var seed [32]byte
		for i := range seed {
			seed[i] = b
		}
		return handoff.KeyPairFromSeed(seed)
	}
	location, err := locator.NewPeer("tcp-testing-only", "exporter", map[string]string{"host": "127.0.0.1", "port": "22046"})
	if err != nil {
		tb.Fatal(err)
	}
	id := make([]byte, 32)
	for i := range id {
		id[i] = byte(i)
	}
	return &scene{
		receiverWithGifter:   repeated(0x12),
		gifterWithExporter:   repeated(0x21),
		exporterWithGifter:   repeated(0x22),
		receiverWithExporter: repeated(0x31),
		exporterWithReceiver: repeated(0x32),
		location:             location,
		giftID:               mustGiftID(tb, id),
		counts:               handoff.NewCounts(10),
	}
}

func sessionOf(a, b handoff.KeyPair) handoff.SessionID {
	return handoff.NewSessionID(a.Public().ID(), b.Public().ID())
}

func (s *scene) gifterSession() handoff.SessionID {
	return sessionOf(s.gifterWithExporter, s.exporterWithGifter)
}

func (s *scene) receiverSession() handoff.SessionID {
	return sessionOf(s.receiverWithExporter, s.exporterWithReceiver)
}

// give returns what the gifter says.
func (s *scene) give() handoff.Give {
	return handoff.Give{
		ReceiverKey:      s.receiverWithGifter.Public(),
		ExporterLocation: s.location,
		Session:          s.gifterSession(),
		GifterSide:       s.gifterWithExporter.Public().ID(),
		GiftID:           s.giftID,
	}
}

func (s *scene) signedGive() handoff.SignedGive {
	return handoff.SignGive(s.gifterWithExporter, s.give())
}

// receive returns what the receiver says.
func (s *scene) receive(count uint64) handoff.Receive {
	return handoff.Receive{
		ReceivingSession: s.receiverSession(),
		ReceivingSide:    s.receiverWithExporter.Public().ID(),
		HandoffCount:     count,
		SignedGive:       s.signedGive(),
	}
}

func (s *scene) signedReceive(count uint64) handoff.SignedReceive {
	return handoff.SignReceive(s.receiverWithGifter, s.receive(count))
}

// exporter returns what the exporter knows.
func (s *scene) exporter() handoff.Exporter {
	return handoff.Exporter{
		Session:  s.receiverSession(),
		Receiver: s.receiverWithExporter.Public().ID(),
		Counts:   s.counts,
		Gifter: func(id handoff.SessionID) (handoff.Gifter, bool) {
			if id != s.gifterSession() {
				return handoff.Gifter{}, false
			}
			return handoff.Gifter{Key: s.gifterWithExporter.Public(), Location: s.location}, true
		},
	}
}

// withdrawal returns what a new receive of this scene entitles to.
func (s *scene) withdrawal(tb testing.TB, count uint64) handoff.Withdrawal {
	tb.Helper()
	w, err := s.exporter().Verify(s.signedReceive(count))
	if err != nil {
		tb.Fatal(err)
	}
	return w
}

// verify returns the check that a receive fails as it comes over the wire, or 0.
func verify(tb testing.TB, e handoff.Exporter, signed handoff.SignedReceive) handoff.Check {
	tb.Helper()
	parsed, err := handoff.ParseReceive(signed.AppendSyrup(nil))
	if err != nil {
		tb.Fatal(err)
	}
	return failing(tb, e, parsed)
}

// failing returns the check that a receive fails, or 0.
func failing(tb testing.TB, e handoff.Exporter, signed handoff.SignedReceive) handoff.Check {
	tb.Helper()
	_, err := e.Verify(signed)
	var wrong *handoff.VerifyError
	switch {
	case err == nil:
		return 0
	case !errors.As(err, &wrong):
		tb.Fatalf("%T: %v", err, err)
	}
	return wrong.Check
}

func mustGiftID(tb testing.TB, b []byte) handoff.GiftID {
	tb.Helper()
	id, err := handoff.NewGiftID(b)
	if err != nil {
		tb.Fatal(err)
	}
	return id
}
