package handoff_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// recorded is testdata/crypto.json: what @endo/ocapn made of fixed seeds.
type recorded struct {
	Keys map[string]struct {
		Seed           hexBytes
		Public         hexBytes
		PublicKeySyrup hexBytes
		SideID         hexBytes
	}
	Sessions  map[string]hexBytes // by "one key / other key"
	Locations []struct {
		LocationID      string
		MyLocationSyrup hexBytes
		SignedBy        string
		R, S            hexBytes
	}
	StartSession []struct {
		Key     string
		Message hexBytes
	}
	Handoff struct {
		GiftID          hexBytes
		HandoffCount    uint64
		Give            hexBytes
		GiveSignedBy    string
		GiveEnvelope    hexBytes
		Receive         hexBytes
		ReceiveSignedBy string
		ReceiveEnvelope hexBytes
	}
	Websocket struct {
		DesignatorKey string
		Challenge     hexBytes
		Answer        hexBytes
	}
}

// figures are testdata/figures.json: what the encoder of the official suite made of fixed seeds.
type figures struct {
	Keys []struct {
		Name     string
		Seed     hexBytes
		Public   hexBytes
		PublicID hexBytes
	}
	Sessions []struct {
		Name    string
		A, B    hexBytes // seeds
		Session hexBytes
	}
	Location struct {
		Seed      hexBytes
		Record    hexBytes
		Signed    hexBytes
		Signature hexBytes
	}
	Hello     hexBytes
	Envelopes []struct {
		Name string
		Seed hexBytes
		Hex  hexBytes
	}
	LegacyChallenge struct {
		Seed      hexBytes
		Challenge hexBytes
		Reply     hexBytes
	}
}

// hellos are testdata/hellos.json: op:start-session messages of sessions between other implementations.
type hellos struct {
	Sessions []struct {
		Name    string
		Session hexBytes // empty when only one side is recorded
		Hellos  []struct {
			From     string
			PublicID hexBytes
			Valid    bool // whether the location signature is one
			Hex      hexBytes
		}
	}
}

func TestRecordedKeys(t *testing.T) {
	for name, v := range read[recorded](t, "crypto.json").Keys {
		t.Run(name, func(t *testing.T) {
			public := pairOf(v.Seed).Public()
			checkBytes(t, "public key", public[:], v.Public)
			checkBytes(t, "form", public.AppendSyrup(nil), v.PublicKeySyrup)
			id := public.ID()
			checkBytes(t, "public identifier", id[:], v.SideID)
			decoded, err := decode(v.PublicKeySyrup, handoff.DecodePublicKey)
			if err != nil {
				t.Fatal(err)
			}
			checkBytes(t, "decoded", decoded[:], v.Public)
		})
	}
}

func TestRecordedSessions(t *testing.T) {
	v := read[recorded](t, "crypto.json")
	for names, want := range v.Sessions {
		t.Run(names, func(t *testing.T) {
			one, other, _ := strings.Cut(names, " / ")
			a, b := pairOf(v.Keys[one].Seed).Public().ID(), pairOf(v.Keys[other].Seed).Public().ID()
			session, turned := handoff.NewSessionID(a, b), handoff.NewSessionID(b, a)
			checkBytes(t, "session", session[:], want)
			checkBytes(t, "session of the other order", turned[:], want)
		})
	}
}

func TestRecordedLocations(t *testing.T) {
	v := read[recorded](t, "crypto.json")
	for _, l := range v.Locations {
		t.Run(l.LocationID, func(t *testing.T) {
			// The record is what stands between the label and the closing bracket.
			location := l.MyLocationSyrup[len("<11'my-location") : len(l.MyLocationSyrup)-1]
			checkBytes(t, "what is signed", handoff.AppendMyLocation(nil, location), l.MyLocationSyrup)
			peer, err := decode(location, locator.DecodePeer)
			if err != nil {
				t.Fatal(err)
			}
			if peer.URI() != l.LocationID {
				t.Errorf("location %s, want %s", peer, l.LocationID)
			}
			keys := pairOf(v.Keys[l.SignedBy].Seed)
			signature := handoff.SignLocation(keys, location)
			checkBytes(t, "signature", signature[:], append(l.R, l.S...))
			if !handoff.VerifyLocation(keys.Public(), location, signature) {
				t.Error("the signature does not hold")
			}
		})
	}
}

func TestRecordedHandoff(t *testing.T) {
	v := read[recorded](t, "crypto.json")
	tests := []struct {
		name     string
		object   []byte
		envelope []byte
		signer   string
	}{
		{"give", v.Handoff.Give, v.Handoff.GiveEnvelope, v.Handoff.GiveSignedBy},
		{"receive", v.Handoff.Receive, v.Handoff.ReceiveEnvelope, v.Handoff.ReceiveSignedBy},
		{"websocket challenge", v.Websocket.Challenge, v.Websocket.Answer, v.Websocket.DesignatorKey},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			keys := pairOf(v.Keys[test.signer].Seed)
			checkBytes(t, "envelope", handoff.SignEnvelope(keys, test.object).AppendSyrup(nil), test.envelope)
			e, err := decode(test.envelope, handoff.DecodeEnvelope)
			if err != nil {
				t.Fatal(err)
			}
			checkBytes(t, "object", e.Object, test.object)
			for name, other := range v.Keys {
				if got, want := e.Verify(pairOf(other.Seed).Public()), name == test.signer; got != want {
					t.Errorf("verifies under the key of %s: %t, want %t", name, got, want)
				}
			}
		})
	}
}

func TestFigures(t *testing.T) {
	v := read[figures](t, "figures.json")
	for _, k := range v.Keys {
		public := pairOf(k.Seed).Public()
		id := public.ID()
		checkBytes(t, "public key "+k.Name, public[:], k.Public)
		checkBytes(t, "public identifier "+k.Name, id[:], k.PublicID)
	}
	for _, s := range v.Sessions {
		session := handoff.NewSessionID(pairOf(s.A).Public().ID(), pairOf(s.B).Public().ID())
		checkBytes(t, "session of "+s.Name, session[:], s.Session)
	}
	keys := pairOf(v.Location.Seed)
	signature := handoff.SignLocation(keys, v.Location.Record)
	checkBytes(t, "what is signed", handoff.AppendMyLocation(nil, v.Location.Record), v.Location.Signed)
	checkBytes(t, "signature", signature[:], v.Location.Signature)
	checkHello(t, v.Hello, true)
	for _, e := range v.Envelopes {
		decoded, err := decode(e.Hex, handoff.DecodeEnvelope)
		if err != nil {
			t.Fatalf("%s: %v", e.Name, err)
		}
		checkBytes(t, e.Name, handoff.SignEnvelope(pairOf(e.Seed), decoded.Object).AppendSyrup(nil), e.Hex)
	}
	reply := pairOf(v.LegacyChallenge.Seed).Sign(v.LegacyChallenge.Challenge)
	checkBytes(t, "reply to the challenge", reply.AppendSyrup(nil), v.LegacyChallenge.Reply)
}

func TestRecordedHellos(t *testing.T) {
	v := read[recorded](t, "crypto.json")
	for _, s := range v.StartSession {
		t.Run(s.Key, func(t *testing.T) {
			id := checkHello(t, s.Message, true)
			checkBytes(t, "public identifier", id[:], v.Keys[s.Key].SideID)
		})
	}
	for _, s := range read[hellos](t, "hellos.json").Sessions {
		t.Run(s.Name, func(t *testing.T) {
			var ids []handoff.PublicID
			for _, h := range s.Hellos {
				id := checkHello(t, h.Hex, h.Valid)
				checkBytes(t, "public identifier of "+h.From, id[:], h.PublicID)
				ids = append(ids, id)
			}
			if len(s.Session) > 0 {
				session := handoff.NewSessionID(ids[0], ids[1])
				checkBytes(t, "session", session[:], s.Session)
			}
		})
	}
}

// checkHello reads an op:start-session as a session does, and returns the sender's public identifier.
func checkHello(t *testing.T, message []byte, valid bool) handoff.PublicID {
	t.Helper()
	var d syrup.Decoder
	d.Reset(message, syrup.Options{})
	d.Record()
	label, version := d.Symbol(), d.String()
	key := handoff.DecodePublicKey(&d)
	peer := locator.DecodePeer(&d)
	signature := handoff.DecodeSignature(&d)
	d.End()
	if err := d.Finish(); err != nil {
		t.Fatal(err)
	}
	if got := handoff.VerifyLocation(key, peer.AppendSyrup(nil), signature); got != valid {
		t.Errorf("the signature of %s holds: %t, want %t", peer, got, valid)
	}
	written := syrup.AppendString(syrup.AppendSymbol([]byte("<"), label), version)
	written = append(signature.AppendSyrup(peer.AppendSyrup(key.AppendSyrup(written))), '>')
	checkBytes(t, "hello", written, message)
	return key.ID()
}

// hexBytes are bytes that stand in JSON as hexadecimal.
type hexBytes []byte

func (b *hexBytes) UnmarshalText(text []byte) error {
	decoded, err := hex.DecodeString(string(text))
	*b = decoded
	return err
}

// read returns what a file of testdata holds.
func read[T any](tb testing.TB, name string) T {
	tb.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	var v T
	if err := json.Unmarshal(text, &v); err != nil {
		tb.Fatalf("%s: %v", name, err)
	}
	return v
}

// decode reads the one value that the input must be.
func decode[T any](input []byte, read func(*syrup.Decoder) T) (T, error) {
	var d syrup.Decoder
	d.Reset(input, syrup.Options{})
	v := read(&d)
	return v, d.Finish()
}

// pairOf returns the key pair of a seed of 32 bytes.
func pairOf(seed []byte) handoff.KeyPair { return handoff.KeyPairFromSeed([32]byte(seed)) }

func checkBytes(tb testing.TB, what string, got, want []byte) {
	tb.Helper()
	if !bytes.Equal(got, want) {
		tb.Errorf("%s\n got %s\nwant %s", what, quoted(got), quoted(want))
	}
}

// quoted returns bytes as text if they are mostly that.
func quoted(b []byte) string {
	if bytes.IndexByte(b, '\'') >= 0 {
		return fmt.Sprintf("%q", b)
	}
	return hex.EncodeToString(b)
}
