package handoff

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// A PublicKey is an Ed25519 public key: the half of a session's key pair that the other side is told in
// op:start-session. It is comparable; its zero value is a key of small order, which verifies nothing.
//
// Spec: CapTP#public-key.
type PublicKey [ed25519.PublicKeySize]byte

// The form of a public key: keyHead, the 32 bytes, keyTail. It is hashed into identifiers, so it has one spelling only.
const (
	keyHead = "[10'public-key[3'ecc[5'curve7'Ed25519][5'flags5'eddsa][1'q32:"
	keyTail = "]]]"
	keySize = len(keyHead) + ed25519.PublicKeySize + len(keyTail)
)

// AppendSyrup appends the 96 bytes of the key's form to dst and returns the extended slice.
//
// Spec: CapTP#public-key.
func (k PublicKey) AppendSyrup(dst []byte) []byte {
	dst = append(dst, keyHead...)
	dst = append(dst, k[:]...)
	return append(dst, keyTail...)
}

// DecodePublicKey reads a public key. It must be spelt exactly as [PublicKey.AppendSyrup] spells it, and the key must be
// fit for use: not of small order, and not written with a coordinate that is beyond the prime of the field. When d has an error, before or
// after, it returns the zero PublicKey; what is wrong with the key is a [*FormError].
//
// Spec: CapTP#public-key. Deviates: the draft does not exclude keys of small order; under some of them one signature
// verifies every message.
func DecodePublicKey(d *syrup.Decoder) PublicKey {
	form := d.Raw()
	if d.Err() != nil {
		return PublicKey{}
	}
	if len(form) != keySize || !bytes.HasPrefix(form, []byte(keyHead)) || !bytes.HasSuffix(form, []byte(keyTail)) {
		d.Fail(&FormError{"public key", keyHead + "..." + keyTail})
		return PublicKey{}
	}
	k := PublicKey(form[len(keyHead):])
	if !k.usable() {
		d.Fail(&FormError{"public key", "a canonical key that is not of small order"})
		return PublicKey{}
	}
	return k
}

// Verify reports whether sig is a signature of msg by the holder of the key pair. Under a key that [DecodePublicKey]
// refuses it reports false.
//
// Spec: CapTP#signature.
func (k PublicKey) Verify(msg []byte, sig Signature) bool {
	return k.usable() && ed25519.Verify(k[:], msg, sig[:])
}

// String returns the key in hexadecimal.
func (k PublicKey) String() string { return hex.EncodeToString(k[:]) }
