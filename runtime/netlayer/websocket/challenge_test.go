package websocket

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// recordedChallenge is an entry of testdata/challenges.json: what others send, in hexadecimal. The seed is known where it was
// computed on purpose.
type recordedChallenge struct {
	Name, Seed, Designator, Challenge, Answer string
	Legacy                                    bool
}

func (r recordedChallenge) bytes(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// challenger returns who has sent the challenge.
func (r recordedChallenge) challenger(t *testing.T) challenger {
	t.Helper()
	key, err := netlayer.ParseDesignator(r.Designator)
	if err != nil {
		t.Fatal(err)
	}
	return challenger{handoff.PublicKey(key), r.bytes(t, r.Challenge), r.Legacy}
}

func recordedChallenges(t *testing.T) []recordedChallenge {
	t.Helper()
	content, err := os.ReadFile("testdata/challenges.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []recordedChallenge
	if err := json.Unmarshal(content, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestRecordedChallenges(t *testing.T) {
	legacy := 0
	for _, r := range recordedChallenges(t) {
		t.Run(r.Name, func(t *testing.T) {
			if err := r.challenger(t).check(r.bytes(t, r.Answer)); err != nil {
				t.Errorf("check: %v", err)
			}
			if r.Legacy {
				legacy++
			}
			if r.Seed == "" {
				return
			}
			key := handoff.KeyPairFromSeed([32]byte(r.bytes(t, r.Seed)))
			got, err := answer(key, r.bytes(t, r.Challenge), r.Legacy)
			if err != nil || hex.EncodeToString(got) != r.Answer {
				t.Errorf("answer: %x, %v, want %s", got, err, r.Answer)
			}
			if public := key.Public(); netlayer.Designator(public[:]) != r.Designator {
				t.Errorf("designator: %s, want %s", netlayer.Designator(public[:]), r.Designator)
			}
		})
	}
	if legacy == 0 {
		t.Error("no recorded challenge in the older form")
	}
}

func TestChallengeForm(t *testing.T) {
	c := newChallenger(make(ed25519.PublicKey, ed25519.PublicKeySize), false)
	if len(c.challenge) != 54 || !bytes.HasPrefix(c.challenge, []byte("<14'init:peer-auth32:")) {
		t.Errorf("challenge: %q", c.challenge)
	}
	old := newChallenger(make(ed25519.PublicKey, ed25519.PublicKeySize), true)
	if len(old.challenge) != 64 {
		t.Errorf("older challenge: %d bytes, want 64", len(old.challenge))
	}
	for _, legacy := range []bool{false, true} {
		key := make(ed25519.PublicKey, ed25519.PublicKeySize)
		if bytes.Equal(newChallenger(key, legacy).challenge, newChallenger(key, legacy).challenge) {
			t.Error("the same challenge twice")
		}
	}
}

// Whatever is changed in an answer, it proves nothing any more.
func TestChangedAnswers(t *testing.T) {
	for _, r := range recordedChallenges(t) {
		c, good := r.challenger(t), r.bytes(t, r.Answer)
		for i := range good {
			for _, flip := range []byte{1, 0x20, 0x80} {
				bad := bytes.Clone(good)
				bad[i] ^= flip
				if err := c.check(bad); !errors.Is(err, netlayer.ErrIdentity) {
					t.Errorf("%s: byte %d changed by %#x: %v", r.Name, i, flip, err)
				}
			}
			for _, bad := range [][]byte{good[:i], slices.Delete(bytes.Clone(good), i, i+1), slices.Insert(bytes.Clone(good), i, '0')} {
				if err := c.check(bad); !errors.Is(err, netlayer.ErrIdentity) {
					t.Errorf("%s: cut, or changed, at byte %d: %v", r.Name, i, err)
				}
			}
		}
		if err := c.check(append(bytes.Clone(good), good...)); !errors.Is(err, netlayer.ErrIdentity) {
			t.Errorf("%s: answered twice: %v", r.Name, err)
		}
		for _, other := range recordedChallenges(t) {
			if err := other.challenger(t).check(good); other.Name != r.Name && !errors.Is(err, netlayer.ErrIdentity) {
				t.Errorf("answer of %s to %s: %v", r.Name, other.Name, err)
			}
		}
	}
}

// Under a key of small order one signature fits every message.
func TestKeyOfSmallOrder(t *testing.T) {
	key := make(ed25519.PublicKey, ed25519.PublicKeySize)
	key[0] = 1
	signature := handoff.Signature{0: 1}
	c := newChallenger(key, false)
	if !ed25519.Verify(key, c.challenge, signature[:]) {
		t.Fatal("this is not the signature that fits all")
	}
	forged := handoff.Envelope{Object: c.challenge, Signature: signature}.AppendSyrup(nil)
	if err := c.check(forged); !errors.Is(err, netlayer.ErrIdentity) {
		t.Errorf("check: %v, want %v", err, netlayer.ErrIdentity)
	}
}

// What is signed says what it is for, and nothing else is.
func TestAnswerRefuses(t *testing.T) {
	key := handoff.KeyPairFromSeed([32]byte{})
	good := appendChallenge(nil, make([]byte, 32))
	for name, challenge := range map[string][]byte{
		"nothing":           {},
		"garbage":           []byte("hello"),
		"64 bytes":          make([]byte, 64),
		"a hello":           []byte("<16'op:start-session3\"1.0>"),
		"another label":     bytes.Replace(good, []byte("init"), []byte("desc"), 1),
		"label as string":   bytes.Replace(good, []byte("14'"), []byte("14\""), 1),
		"bytes as string":   bytes.Replace(good, []byte("32:"), []byte("32\""), 1),
		"zeros in front":    bytes.Replace(good, []byte("32:"), []byte("032:"), 1),
		"one more field":    slices.Insert(bytes.Clone(good), len(good)-1, []byte("1+")...),
		"no field":          []byte("<14'init:peer-auth>"),
		"a list":            append(append([]byte("["), good[1:len(good)-1]...), ']'),
		"something behind":  append(bytes.Clone(good), '<'),
		"two":               append(bytes.Clone(good), good...),
		"cut":               good[:len(good)-1],
		"a location signed": append(append([]byte("<11'my-location"), good...), '>'),
	} {
		if got, err := answer(key, challenge, false); err == nil {
			t.Errorf("%s: answered with %q", name, got)
		}
	}
	for _, size := range []int{0, 1, 32, 900} {
		challenge := appendChallenge(nil, make([]byte, size))
		got, err := answer(key, challenge, false)
		if err != nil {
			t.Errorf("%d bytes: %v", size, err)
		}
		if err := (challenger{key.Public(), challenge, false}).check(got); err != nil {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

// A record of 64 bytes is a record, where the older form is accepted too.
func TestLegacyIsToldFromRecord(t *testing.T) {
	key := handoff.KeyPairFromSeed([32]byte{})
	challenge := appendChallenge(nil, make([]byte, 42))
	if len(challenge) != 64 {
		t.Fatalf("a challenge of %d bytes, want 64", len(challenge))
	}
	got, err := answer(key, challenge, true)
	if err != nil {
		t.Fatal(err)
	}
	var d syrup.Decoder
	d.Reset(got, syrup.Options{})
	if handoff.DecodeEnvelope(&d); d.Finish() != nil {
		t.Errorf("answer: %q, want an envelope", got)
	}
	if _, err := answer(key, make([]byte, 63), true); err == nil {
		t.Error("63 bytes: answered")
	}
}
