package handoff_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// certificates are testdata/certificates.json: handoffs between other implementations.
type certificates struct {
	Sessions []struct {
		Name   string
		Hellos []struct {
			Conn, From string
			Hex        hexBytes
		}
		Keys         []hexBytes // further keys that were used
		Certificates []struct {
			Kind           string // "give" or "receive"
			Conn, From, To string
			Refused        string // the check that a receive fails, or empty
			Misnamed       bool   // the test suite dialled the exporter by another designator than the exporter announced
			Hex            hexBytes
		}
	}
}

// TestFiguresOfHandoff signs the certificates of testdata/figures.json anew, and verifies them.
func TestFiguresOfHandoff(t *testing.T) {
	s := newScene(t)
	want := map[string][]byte{}
	for _, e := range read[figures](t, "figures.json").Envelopes {
		want[e.Name] = e.Hex
	}
	give, receive := s.signedGive().AppendSyrup(nil), s.signedReceive(0).AppendSyrup(nil)
	checkBytes(t, "give", give, want["give, by the gifter"])
	checkBytes(t, "receive", receive, want["receive, by the receiver"])
	if len(give) != 421 || len(receive) != 640 {
		t.Errorf("%d and %d bytes", len(give), len(receive))
	}
	checkParses(t, give, receive)
	if check := verify(t, s.exporter(), s.signedReceive(0)); check != 0 {
		t.Errorf("fails %v", check)
	}
}

// checkParses checks that a give and a receive parse, and are written as they came.
func checkParses(tb testing.TB, give, receive []byte) (handoff.SignedGive, handoff.SignedReceive) {
	tb.Helper()
	g, err := handoff.ParseGive(give)
	if err != nil {
		tb.Fatal(err)
	}
	r, err := handoff.ParseReceive(receive)
	if err != nil {
		tb.Fatal(err)
	}
	checkBytes(tb, "the give", g.AppendSyrup(nil), give)
	checkBytes(tb, "the receive", r.AppendSyrup(nil), receive)
	checkBytes(tb, "the give in the receive", r.Receive().SignedGive.AppendSyrup(nil), give)
	return g, r
}

// TestRecordedCertificatesOfEndo makes the certificates of testdata/crypto.json from their fields.
func TestRecordedCertificatesOfEndo(t *testing.T) {
	v := read[recorded](t, "crypto.json")
	keys := func(name string) handoff.KeyPair { return pairOf(v.Keys[name].Seed) }
	g, r := checkParses(t, v.Handoff.GiveEnvelope, v.Handoff.ReceiveEnvelope)
	give := handoff.Give{
		ReceiverKey:      keys("receiverForGifter").Public(),
		ExporterLocation: g.Give().ExporterLocation,
		Session:          sessionOf(keys("gifterForExporter"), keys("exporterForGifter")),
		GifterSide:       keys("gifterForExporter").Public().ID(),
		GiftID:           mustGiftID(t, v.Handoff.GiftID),
	}
	signed := handoff.SignGive(keys("gifterForExporter"), give)
	checkBytes(t, "give", give.AppendSyrup(nil), v.Handoff.Give)
	checkBytes(t, "signed give", signed.AppendSyrup(nil), v.Handoff.GiveEnvelope)
	receive := handoff.Receive{
		ReceivingSession: sessionOf(keys("receiverForExporter"), keys("exporterForReceiver")),
		ReceivingSide:    keys("receiverForExporter").Public().ID(),
		HandoffCount:     v.Handoff.HandoffCount,
		SignedGive:       signed,
	}
	checkBytes(t, "receive", receive.AppendSyrup(nil), v.Handoff.Receive)
	checkBytes(t, "signed receive", handoff.SignReceive(keys("receiverForGifter"), receive).AppendSyrup(nil), v.Handoff.ReceiveEnvelope)
	e := handoff.Exporter{
		Session:  receive.ReceivingSession,
		Receiver: receive.ReceivingSide,
		Counts:   handoff.NewCounts(1),
		Gifter: func(id handoff.SessionID) (handoff.Gifter, bool) {
			return handoff.Gifter{Key: keys("gifterForExporter").Public(), Location: give.ExporterLocation}, id == give.Session
		},
	}
	if check := failing(t, e, r); check != 0 {
		t.Errorf("fails %v", check)
	}
}

// announced is what an op:start-session tells.
type announced struct {
	key      handoff.PublicKey
	location locator.Peer
}

func decodeHello(d *syrup.Decoder) announced {
	d.Record()
	d.Skip()
	d.Skip()
	a := announced{handoff.DecodePublicKey(d), locator.DecodePeer(d)}
	d.SkipRest()
	return a
}

// TestRecordedCertificates has each recorded receive verified by its exporter, and each recorded give by its key.
func TestRecordedCertificates(t *testing.T) {
	verified := 0
	for _, s := range read[certificates](t, "certificates.json").Sessions {
		t.Run(s.Name, func(t *testing.T) {
			hellos := map[string]map[string]announced{} // by conn and sender
			signers := map[handoff.PublicID]handoff.PublicKey{}
			for _, h := range s.Hellos {
				a, err := decode(h.Hex, decodeHello)
				if err != nil {
					t.Fatal(err)
				}
				if hellos[h.Conn] == nil {
					hellos[h.Conn] = map[string]announced{}
				}
				hellos[h.Conn][h.From] = a
				signers[a.key.ID()] = a.key
			}
			for _, k := range s.Keys {
				key := handoff.PublicKey(k)
				signers[key.ID()] = key
			}
			counts := map[string]*handoff.Counts{} // by conn
			for i, c := range s.Certificates {
				if c.Kind == "give" {
					checkRecordedGive(t, c.Hex, hellos[c.Conn][c.To], signers)
					continue
				}
				if counts[c.Conn] == nil {
					counts[c.Conn] = handoff.NewCounts(10)
				}
				receiver, exporter := hellos[c.Conn][c.From], hellos[c.Conn][c.To]
				e := handoff.Exporter{
					Session:  handoff.NewSessionID(receiver.key.ID(), exporter.key.ID()),
					Receiver: receiver.key.ID(),
					Counts:   counts[c.Conn],
				}
				r, err := handoff.ParseReceive(c.Hex)
				if err != nil {
					t.Fatalf("certificate %d: %v", i, err)
				}
				checkBytes(t, "the receive", r.AppendSyrup(nil), c.Hex)
				give := r.Receive().SignedGive.Give()
				e.Gifter = recordedGifter(give.GifterSide, exporter.location, signers)
				if c.Misnamed {
					if check := failing(t, e, r); check != handoff.CheckExporterLocation {
						t.Errorf("certificate %d fails %v", i, check)
					}
					e.Gifter = recordedGifter(give.GifterSide, give.ExporterLocation, signers)
				}
				got := ""
				if check := failing(t, e, r); check != 0 {
					got = check.String()
				}
				if got != c.Refused {
					t.Errorf("certificate %d fails %q, want %q", i, got, c.Refused)
				}
				verified++
			}
		})
	}
	if verified < 30 {
		t.Errorf("%d receives verified", verified)
	}
}

// checkRecordedGive checks a give as its receiver can, and the signature, which only the exporter can.
func checkRecordedGive(t *testing.T, raw []byte, receiver announced, signers map[handoff.PublicID]handoff.PublicKey) {
	t.Helper()
	g, err := handoff.ParseGive(raw)
	if err != nil {
		t.Fatal(err)
	}
	checkBytes(t, "the give", g.AppendSyrup(nil), raw)
	if g.Give().ReceiverKey != receiver.key {
		t.Errorf("%v is not for %v", g, receiver.key)
	}
	signed := 0
	for id, key := range signers {
		if !g.Verify(key) {
			continue
		}
		signed++
		// The test suite makes up a side and a session when it plays the gifter.
		if _, recorded := signers[g.Give().GifterSide]; recorded && id != g.Give().GifterSide {
			t.Errorf("%v is signed by %v", g, key)
		}
	}
	if signed != 1 {
		t.Errorf("%v is signed with %d of the recorded keys", g, signed)
	}
}

// recordedGifter returns what an exporter at the location knows of the gifter: its session, if it is between two of the recorded keys.
func recordedGifter(side handoff.PublicID, location locator.Peer, signers map[handoff.PublicID]handoff.PublicKey) func(handoff.SessionID) (handoff.Gifter, bool) {
	return func(id handoff.SessionID) (handoff.Gifter, bool) {
		for other := range signers {
			if handoff.NewSessionID(other, side) == id {
				return handoff.Gifter{Key: signers[side], Location: location}, true
			}
		}
		return handoff.Gifter{}, false
	}
}

// recordedOf returns the recorded certificates of a kind.
func recordedOf(tb testing.TB, kind string) [][]byte {
	tb.Helper()
	var all [][]byte
	for _, s := range read[certificates](tb, "certificates.json").Sessions {
		for _, c := range s.Certificates {
			if c.Kind == kind {
				all = append(all, c.Hex)
			}
		}
	}
	return all
}
