package noise

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/handoff"
)

// octets are bytes, which JSON has in hexadecimal.
type octets []byte

func (o *octets) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	decoded, err := hex.DecodeString(text)
	*o = decoded
	return err
}

// recording is a handshake, and messages after it, between two peers that are Endo's handshake library.
type recording struct {
	InitiatorEncodings, ResponderEncodings encodings
	InitiatorSeed, ResponderSeed           octets // of Ed25519 keys
	InitiatorRandom, ResponderRandom       []octets
	Syn, Synack, Ack                       octets
	InitiatorEncoding, ResponderEncoding   encoding
	Messages                               []struct {
		From                  string
		Plaintext, Ciphertext octets
	}
}

// recordings returns what was recorded.
func recordings(t *testing.T) []recording {
	t.Helper()
	content, err := os.ReadFile("testdata/endo.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []recording
	if err := json.Unmarshal(content, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// party returns a party that makes the same choices as the recorded one.
func recordedParty(seed octets, known encodings, random []octets) party {
	var all []byte
	for _, r := range random {
		all = append(all, r...)
	}
	return party{
		key:       handoff.KeyPairFromSeed([ed25519.SeedSize]byte(seed)),
		encodings: known,
		random:    bytes.NewReader(all),
	}
}

// otherSide is a connection whose other side says what was recorded, whatever it hears.
type otherSide struct {
	io.Reader
	heard bytes.Buffer
}

func (o *otherSide) Write(p []byte) (int, error) { return o.heard.Write(p) }

func TestInitiatorAsRecorded(t *testing.T) {
	for _, r := range recordings(t) {
		p := recordedParty(r.InitiatorSeed, r.InitiatorEncodings, r.InitiatorRandom)
		c := &otherSide{Reader: bytes.NewReader(r.Synack)}
		a, err := p.initiate(c, recordedParty(r.ResponderSeed, nil, nil).key.Public())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(append(r.Syn, r.Ack...), octets(c.heard.Bytes())); diff != "" {
			t.Errorf("SYN and ACK (-want +got):\n%s", diff)
		}
		expectRecorded(t, r, a, r.InitiatorEncoding, "initiator")
	}
}

func TestResponderAsRecorded(t *testing.T) {
	for _, r := range recordings(t) {
		p := recordedParty(r.ResponderSeed, r.ResponderEncodings, r.ResponderRandom)
		c := &otherSide{Reader: bytes.NewReader(append(bytes.Clone(r.Syn), r.Ack...))}
		a, err := p.respond(c)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r.Synack, octets(c.heard.Bytes())); diff != "" {
			t.Errorf("SYNACK (-want +got):\n%s", diff)
		}
		if want := recordedParty(r.InitiatorSeed, nil, nil).key.Public(); a.peer != want {
			t.Errorf("peer: %v, want %v", a.peer, want)
		}
		expectRecorded(t, r, a, r.ResponderEncoding, "responder")
	}
}

// expectRecorded checks what the handshake came to, and that messages are encrypted and decrypted as was recorded.
func expectRecorded(t *testing.T, r recording, a agreement, chosen encoding, side string) {
	t.Helper()
	if a.encoding != chosen {
		t.Errorf("encoding: %d, want %d", a.encoding, chosen)
	}
	send, err1 := newDirection(a.send)
	receive, err2 := newDirection(a.receive)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	for i, m := range r.Messages {
		if m.From != side {
			got, err := receive.open(nil, m.Ciphertext)
			if !bytes.Equal(got, m.Plaintext) || err != nil {
				t.Errorf("message %d: %q, %v, want %q", i, got, err, m.Plaintext)
			}
			continue
		}
		got, err := send.seal(nil, m.Plaintext)
		if !bytes.Equal(got[headSize:], m.Ciphertext) || err != nil {
			t.Errorf("message %d: %x, %v, want %x", i, got, err, m.Ciphertext)
		}
	}
}

// The sizes are those by which the messages of a handshake are told apart.
func TestSizes(t *testing.T) {
	got := []int{prefixSize + synSize, synackSize, ackSize, maxSealed}
	if diff := cmp.Diff([]int{164, 193, 64, 65535}, got); diff != "" {
		t.Errorf("SYN with its prefix, SYNACK, ACK, record (-want +got):\n%s", diff)
	}
	for _, r := range recordings(t) {
		if diff := cmp.Diff(got[:3], []int{len(r.Syn), len(r.Synack), len(r.Ack)}); diff != "" {
			t.Errorf("recorded (-want +got):\n%s", diff)
		}
	}
}
