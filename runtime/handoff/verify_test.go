package handoff_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

func TestVerify(t *testing.T) {
	s := newScene(t)
	if check := verify(t, s.exporter(), s.signedReceive(0)); check != 0 {
		t.Errorf("refused by %v", check)
	}
	if check := verify(t, s.exporter(), s.signedReceive(0)); check != handoff.CheckHandoffCount {
		t.Errorf("the replay fails %v", check)
	}
	if check := verify(t, s.exporter(), s.signedReceive(1)); check != 0 {
		t.Errorf("the next count is refused by %v", check)
	}
}

// TestVerifyRefuses changes one thing of a handoff at a time.
func TestVerifyRefuses(t *testing.T) {
	stranger := handoff.KeyPairFromSeed(seedA)
	// resigned makes the receiver sign a receive with a changed give, which the given key signs.
	resigned := func(s *scene, k handoff.KeyPair, change func(*handoff.Give)) handoff.SignedReceive {
		give, receive := s.give(), s.receive(0)
		change(&give)
		receive.SignedGive = handoff.SignGive(k, give)
		return handoff.SignReceive(s.receiverWithGifter, receive)
	}
	changed := func(s *scene, change func(*handoff.Receive)) handoff.SignedReceive {
		receive := s.receive(0)
		change(&receive)
		return handoff.SignReceive(s.receiverWithGifter, receive)
	}
	tests := []struct {
		name    string
		receive func(s *scene) handoff.SignedReceive
		want    handoff.Check
	}{
		{"another session", func(s *scene) handoff.SignedReceive {
			return changed(s, func(r *handoff.Receive) { r.ReceivingSession[31] ^= 1 })
		}, handoff.CheckReceivingSession},
		{"the gifter's session", func(s *scene) handoff.SignedReceive {
			return changed(s, func(r *handoff.Receive) { r.ReceivingSession = s.gifterSession() })
		}, handoff.CheckReceivingSession},
		{"another side", func(s *scene) handoff.SignedReceive {
			return changed(s, func(r *handoff.Receive) { r.ReceivingSide[0] ^= 0x80 })
		}, handoff.CheckReceivingSide},
		{"the exporter's side", func(s *scene) handoff.SignedReceive {
			return changed(s, func(r *handoff.Receive) { r.ReceivingSide = s.exporterWithReceiver.Public().ID() })
		}, handoff.CheckReceivingSide},
		{"the side of the other session", func(s *scene) handoff.SignedReceive {
			return changed(s, func(r *handoff.Receive) { r.ReceivingSide = s.receiverWithGifter.Public().ID() })
		}, handoff.CheckReceivingSide},
		{"an unknown session of the gifter", func(s *scene) handoff.SignedReceive {
			return resigned(s, s.gifterWithExporter, func(g *handoff.Give) { g.Session[0] ^= 1 })
		}, handoff.CheckGifterSession},
		{"the receiver's session for the gifter's", func(s *scene) handoff.SignedReceive {
			return resigned(s, s.gifterWithExporter, func(g *handoff.Give) { g.Session = s.receiverSession() })
		}, handoff.CheckGifterSession},
		{"another gifter", func(s *scene) handoff.SignedReceive {
			return resigned(s, stranger, func(g *handoff.Give) { g.GifterSide = stranger.Public().ID() })
		}, handoff.CheckGifterSide},
		{"our own give, turned against us", func(s *scene) handoff.SignedReceive {
			return resigned(s, s.exporterWithGifter, func(g *handoff.Give) { g.GifterSide = s.exporterWithGifter.Public().ID() })
		}, handoff.CheckGifterSide},
		{"another location", func(s *scene) handoff.SignedReceive {
			return resigned(s, s.gifterWithExporter, func(g *handoff.Give) { g.ExporterLocation.Designator = "another" })
		}, handoff.CheckExporterLocation},
		{"another transport", func(s *scene) handoff.SignedReceive {
			return resigned(s, s.gifterWithExporter, func(g *handoff.Give) { g.ExporterLocation.Transport = "onion" })
		}, handoff.CheckExporterLocation},
		{"a give signed by nobody", func(s *scene) handoff.SignedReceive {
			return resigned(s, handoff.KeyPair{}, func(*handoff.Give) {})
		}, handoff.CheckGiveSignature},
		{"a give signed by a stranger", func(s *scene) handoff.SignedReceive {
			return resigned(s, stranger, func(*handoff.Give) {})
		}, handoff.CheckGiveSignature},
		{"a give signed by its receiver", func(s *scene) handoff.SignedReceive {
			return resigned(s, s.receiverWithGifter, func(*handoff.Give) {})
		}, handoff.CheckGiveSignature},
		{"a give signed by the exporter", func(s *scene) handoff.SignedReceive {
			return resigned(s, s.exporterWithGifter, func(*handoff.Give) {})
		}, handoff.CheckGiveSignature},
		{"a receive signed by nobody", func(s *scene) handoff.SignedReceive {
			return handoff.SignReceive(handoff.KeyPair{}, s.receive(0))
		}, handoff.CheckReceiveSignature},
		{"a receive signed by a stranger", func(s *scene) handoff.SignedReceive {
			return handoff.SignReceive(stranger, s.receive(0))
		}, handoff.CheckReceiveSignature},
		{"a receive signed with the key of its session", func(s *scene) handoff.SignedReceive {
			return handoff.SignReceive(s.receiverWithExporter, s.receive(0))
		}, handoff.CheckReceiveSignature},
		{"a receive signed by the gifter", func(s *scene) handoff.SignedReceive {
			return handoff.SignReceive(s.gifterWithExporter, s.receive(0))
		}, handoff.CheckReceiveSignature},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newScene(t)
			if check := verify(t, s.exporter(), test.receive(s)); check != test.want {
				t.Errorf("fails %v, want %v", check, test.want)
			}
			if check := verify(t, s.exporter(), s.signedReceive(0)); check != 0 {
				t.Errorf("then the true one fails %v", check)
			}
		})
	}
}

func TestVerifyRefusesNothing(t *testing.T) {
	e := newScene(t).exporter()
	if check := failing(t, e, handoff.SignedReceive{}); check != handoff.CheckReceivingSession {
		t.Errorf("the zero receive fails %v", check)
	}
	e.Session, e.Receiver = handoff.SessionID{}, handoff.PublicID{}
	e.Gifter = func(handoff.SessionID) (handoff.Gifter, bool) { return handoff.Gifter{}, true }
	if check := failing(t, e, handoff.SignedReceive{}); check != handoff.CheckGifterSide {
		t.Errorf("the zero receive in a zero session fails %v", check)
	}
}

// TestThieves has peers that saw the certificates of others try to use them.
func TestThieves(t *testing.T) {
	s := newScene(t)
	thief := handoff.KeyPairFromSeed(seedA)             // with the exporter
	exporterWithThief := handoff.KeyPairFromSeed(seedB) // and the other way
	atThief := s.exporter()
	atThief.Session = sessionOf(thief, exporterWithThief)
	atThief.Receiver = thief.Public().ID()
	atThief.Counts = handoff.NewCounts(10)
	own := s.receive(0)
	own.ReceivingSession, own.ReceivingSide = atThief.Session, atThief.Receiver

	renamed := s.give()
	renamed.ReceiverKey = thief.Public()
	rewritten := own
	rewritten.SignedGive = handoff.SignGive(thief, renamed)
	bits := s.signedReceive(0).AppendSyrup(nil)

	for _, test := range []struct {
		name    string
		receive handoff.SignedReceive
		want    handoff.Check
	}{
		{"a copied receive", s.signedReceive(0), handoff.CheckReceivingSession},
		{"a copied give, with the thief's key", handoff.SignReceive(thief, own), handoff.CheckReceiveSignature},
		{"a copied give, with the gifter's key that the thief does not have", handoff.SignReceive(handoff.KeyPair{}, own), handoff.CheckReceiveSignature},
		{"a give rewritten for the thief", handoff.SignReceive(thief, rewritten), handoff.CheckGiveSignature},
		{"the receiver's session and side, with the thief's key", handoff.SignReceive(thief, s.receive(0)), handoff.CheckReceivingSession},
	} {
		t.Run(test.name, func(t *testing.T) {
			if check := verify(t, atThief, test.receive); check != test.want {
				t.Errorf("fails %v, want %v", check, test.want)
			}
		})
	}
	t.Run("a signature of another receive", func(t *testing.T) {
		other := s.receive(7)
		envelope, err := decode(bits, handoff.DecodeEnvelope)
		if err != nil {
			t.Fatal(err)
		}
		envelope.Object = other.AppendSyrup(nil)
		parsed, err := handoff.ParseReceive(envelope.AppendSyrup(nil))
		if err != nil {
			t.Fatal(err)
		}
		if check := failing(t, s.exporter(), parsed); check != handoff.CheckReceiveSignature {
			t.Errorf("fails %v", check)
		}
	})
	if check := verify(t, s.exporter(), s.signedReceive(0)); check != 0 {
		t.Errorf("then the receiver fails %v", check)
	}
}

// TestVerifyOtherHints has hints differ, which does not make another exporter.
func TestVerifyOtherHints(t *testing.T) {
	s := newScene(t)
	moved, err := locator.NewPeer("tcp-testing-only", "exporter", map[string]string{"host": "::1"})
	if err != nil {
		t.Fatal(err)
	}
	give, receive := s.give(), s.receive(0)
	give.ExporterLocation = moved
	receive.SignedGive = handoff.SignGive(s.gifterWithExporter, give)
	if check := verify(t, s.exporter(), handoff.SignReceive(s.receiverWithGifter, receive)); check != 0 {
		t.Errorf("fails %v", check)
	}
}

// TestEveryBitOfAReceiveCounts changes each bit of a signed receive, one at a time, and then each bit of the give in it with the
// receiver's own signature around the change.
func TestEveryBitOfAReceiveCounts(t *testing.T) {
	s := newScene(t)
	e := s.exporter()
	refused := func(raw []byte) bool {
		receive, err := handoff.ParseReceive(raw)
		if err != nil {
			return true
		}
		_, err = e.Verify(receive)
		return err != nil
	}
	raw := s.signedReceive(0).AppendSyrup(nil)
	for bit := range 8 * len(raw) {
		if !refused(flipped(raw, bit)) {
			t.Errorf("accepted with bit %d changed", bit)
		}
	}
	give := s.signedGive().AppendSyrup(nil)
	record := s.receive(0).AppendSyrup(nil)
	at := bytes.Index(record, give)
	for bit := range 8 * len(give) {
		changed := flipped(record, 8*at+bit)
		if !refused(handoff.SignEnvelope(s.receiverWithGifter, changed).AppendSyrup(nil)) {
			t.Errorf("accepted with bit %d of the give changed", bit)
		}
	}
	if refused(raw) {
		t.Error("the original is refused after all this")
	}
}

// TestVerifyOwn checks the gives for which the exporter is the receiver, and has no receive.
func TestVerifyOwn(t *testing.T) {
	gifter := func(s *scene) handoff.KeyPair { return s.gifterWithExporter }
	receiver := func(s *scene) handoff.KeyPair { return s.receiverWithGifter }
	tests := []struct {
		name   string
		change func(*handoff.Give)
		key    func(*scene) handoff.KeyPair // who signs
		want   handoff.Check
	}{
		{"good", func(*handoff.Give) {}, gifter, 0},
		{"another session", func(g *handoff.Give) { g.Session[0] ^= 1 }, gifter, handoff.CheckGifterSession},
		{"another side", func(g *handoff.Give) { g.GifterSide[0] ^= 1 }, gifter, handoff.CheckGifterSide},
		{"another exporter", func(g *handoff.Give) {
			g.ExporterLocation.Designator = "other"
		}, gifter, handoff.CheckExporterLocation},
		{"another signer", func(*handoff.Give) {}, receiver, handoff.CheckGiveSignature},
		{"another receiver", func(g *handoff.Give) {
			g.ReceiverKey = handoff.KeyPairFromSeed(seedA).Public()
		}, gifter, handoff.CheckReceiveSignature},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newScene(t)
			give := s.give()
			tt.change(&give)
			_, err := s.exporter().VerifyOwn(handoff.SignGive(tt.key(s), give), s.receiverWithGifter.Public())
			var failed *handoff.VerifyError
			if got := errors.As(err, &failed); got != (tt.want != 0) || got && failed.Check != tt.want {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// TestVerifyErrorTellsNothing checks that the error names the check, and nothing that was in the certificate.
func TestVerifyErrorTellsNothing(t *testing.T) {
	for check := handoff.CheckReceivingSession; check <= handoff.CheckHandoffCount; check++ {
		name := check.String()
		if strings.ContainsAny(name, "()") {
			t.Errorf("check %d has no name", uint8(check))
		}
		want := "handoff: the receive fails the check of " + name
		if check == handoff.CheckGifterSession {
			want += ": the gifter is gone, or never was there"
		}
		if got := (&handoff.VerifyError{Check: check}).Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := fmt.Sprint(handoff.Check(0)); got != "Check(0)" {
		t.Errorf("no check prints as %s", got)
	}
}
