package onion

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"errors"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// The labels of the records by which two peers prove their designators to each other: what the dialling side begins with, and what each
// side signs.
const (
	labelOpening = syrup.Symbol("init:auth-receiver")
	labelDialled = syrup.Symbol("auth:receiver")
	labelDialler = syrup.Symbol("auth:initiator")
)

// domain is in all that is signed, so that a signature is of no use anywhere else.
const domain = "OCapN onion netlayer mutual authentication 1"

// challengeSize is the length of a challenge, in bytes.
const challengeSize = 64

// challenge is what nobody has signed before.
type challenge [challengeSize]byte

func newChallenge() (c challenge) {
	rand.Read(c[:])
	return c
}

// A transcript is what a proof is about: who the two sides say they are, and the challenge of each. That of the dialled side is zero
// until it has made one.
type transcript struct {
	dialler, dialled     string // designators
	byDialler, byDialled challenge
}

// appendOpening appends the record that the dialling side begins with.
func (t *transcript) appendOpening(dst []byte) []byte {
	dst = append(dst, syrup.RecordStart)
	dst = syrup.AppendSymbol(dst, labelOpening)
	dst = syrup.AppendString(dst, t.dialler)
	dst = syrup.AppendString(dst, t.dialled)
	dst = syrup.AppendBytes(dst, t.byDialler[:])
	return append(dst, syrup.RecordEnd)
}

// parseOpening reads that record.
func parseOpening(msg []byte) (t transcript, err error) {
	d := decoderOf(msg)
	d.Record()
	label := d.Symbol()
	t.dialler, t.dialled = d.String(), d.String()
	t.byDialler = decodeChallenge(d)
	d.End()
	if err := d.Finish(); err != nil {
		return transcript{}, err
	}
	if label != labelOpening {
		return transcript{}, errors.New("it does not begin with " + string(labelOpening))
	}
	return t, nil
}

// appendSigned appends the record that one side signs, which is all of the transcript.
func (t *transcript) appendSigned(dst []byte, label syrup.Symbol) []byte {
	dst = append(dst, syrup.RecordStart)
	dst = syrup.AppendSymbol(dst, label)
	dst = syrup.AppendString(dst, domain)
	dst = syrup.AppendString(dst, t.dialler)
	dst = syrup.AppendString(dst, t.dialled)
	dst = syrup.AppendBytes(dst, t.byDialler[:])
	dst = syrup.AppendBytes(dst, t.byDialled[:])
	return append(dst, syrup.RecordEnd)
}

// sign returns the proof of one side: the record in an envelope.
func (t *transcript) sign(key ed25519.PrivateKey, label syrup.Symbol) []byte {
	pair := handoff.KeyPairFromSeed([ed25519.SeedSize]byte(key.Seed()))
	return handoff.SignEnvelope(pair, t.appendSigned(nil, label)).AppendSyrup(nil)
}

// verify checks the proof of one side, byte for byte. From that of the dialled side it takes the challenge, which comes with it.
func (t *transcript) verify(msg []byte, key ed25519.PublicKey, label syrup.Symbol) error {
	d := decoderOf(msg)
	envelope := handoff.DecodeEnvelope(d)
	if err := d.Finish(); err != nil {
		return err
	}
	if label == labelDialled {
		var err error
		if t.byDialled, err = lastChallenge(envelope.Object); err != nil {
			return err
		}
	}
	switch {
	case !bytes.Equal(envelope.Object, t.appendSigned(nil, label)):
		return errors.New("it has signed something else")
	case !envelope.Verify(handoff.PublicKey(key)):
		return errors.New("it has signed with another key")
	default:
		return nil
	}
}

// lastChallenge returns the last field of a record that the dialled side has signed.
func lastChallenge(record []byte) (challenge, error) {
	d := decoderOf(record)
	d.Record()
	for range 5 {
		d.Skip()
	}
	c := decodeChallenge(d)
	d.End()
	return c, d.Finish()
}

// decodeChallenge reads a challenge.
func decodeChallenge(d *syrup.Decoder) (c challenge) {
	b := d.RawBytes()
	if d.Err() == nil && len(b) != challengeSize {
		d.Fail(errors.New("a challenge has 64 bytes"))
	}
	copy(c[:], b)
	return c
}

// decoderOf returns a decoder for one message of a proof.
func decoderOf(msg []byte) *syrup.Decoder {
	var d syrup.Decoder
	d.Reset(msg, syrup.Options{Limits: syrup.Limits{MaxBytes: maxAuthentication, MaxDepth: 8, MaxItems: 16}})
	return &d
}
