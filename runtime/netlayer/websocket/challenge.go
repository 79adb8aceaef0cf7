package websocket

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

const (
	// challengeLabel is the label of the record that a dialler sends first.
	challengeLabel = syrup.Symbol("init:peer-auth")

	// nonceSize is how many random bytes a challenge of ours has.
	nonceSize = 32

	// legacyChallengeSize is how many bytes the older form of a challenge has, which is nothing but random.
	legacyChallengeSize = 64
)

var (
	errChallenge = errors.New("the first message is not a challenge")
	errAnswer    = fmt.Errorf("%w: not an answer to the challenge", netlayer.ErrIdentity)
	errSignature = fmt.Errorf("%w: the challenge is not signed by that key", netlayer.ErrIdentity)
)

// challenger is the dialler's part in the proof that the acceptor holds the key of its designator.
type challenger struct {
	key       handoff.PublicKey
	challenge []byte
	legacy    bool
}

// newChallenger returns one with a fresh challenge for the holder of the key.
func newChallenger(key ed25519.PublicKey, legacy bool) challenger {
	if legacy {
		challenge := make([]byte, legacyChallengeSize)
		rand.Read(challenge)
		return challenger{handoff.PublicKey(key), challenge, true}
	}
	var nonce [nonceSize]byte
	rand.Read(nonce[:])
	return challenger{handoff.PublicKey(key), appendChallenge(nil, nonce[:]), false}
}

// appendChallenge appends the record of a challenge.
func appendChallenge(dst, nonce []byte) []byte {
	dst = append(dst, syrup.RecordStart)
	dst = syrup.AppendSymbol(dst, challengeLabel)
	dst = syrup.AppendBytes(dst, nonce)
	return append(dst, syrup.RecordEnd)
}

// check returns an error that wraps netlayer.ErrIdentity unless the answer proves what is to be proved: it is the very
// challenge, signed.
func (c challenger) check(answer []byte) error {
	var d syrup.Decoder
	d.Reset(answer, syrup.Options{Strict: true})
	var signed handoff.Envelope
	if c.legacy {
		signed = handoff.Envelope{Object: c.challenge, Signature: handoff.DecodeSignature(&d)}
	} else {
		signed = handoff.DecodeEnvelope(&d)
	}
	switch {
	case d.Finish() != nil || !bytes.Equal(signed.Object, c.challenge):
		return errAnswer
	case !signed.Verify(c.key):
		return errSignature
	}
	return nil
}

// answer is the acceptor's part: it returns the answer to a challenge. What a stranger has us sign is a record that says what
// the signature is for; the older form is whatever the stranger likes.
func answer(key handoff.KeyPair, challenge []byte, legacy bool) ([]byte, error) {
	if legacy && isLegacyChallenge(challenge) {
		return key.Sign(challenge).AppendSyrup(nil), nil
	}
	var d syrup.Decoder
	d.Reset(challenge, syrup.Options{Strict: true})
	d.Record()
	if label := d.Symbol(); label != challengeLabel {
		return nil, errChallenge
	}
	d.RawBytes()
	d.End()
	if d.Finish() != nil {
		return nil, errChallenge
	}
	return handoff.SignEnvelope(key, challenge).AppendSyrup(nil), nil
}

// isLegacyChallenge tells the older form from a record of the same length.
func isLegacyChallenge(challenge []byte) bool {
	record := appendChallenge(nil, nil)
	return len(challenge) == legacyChallengeSize && !bytes.HasPrefix(challenge, record[:len(record)-len("0:>")])
}
