package handoff

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
)

// A PublicID names one side of one session. It is comparable, and made from the side's public key.
//
// Spec: CapTP#public-identifier.
type PublicID [sha256.Size]byte

// ID returns the public identifier of the key: the SHA-256 of the SHA-256 of its form.
//
// Spec: CapTP#public-identifier.
func (k PublicKey) ID() PublicID { return doubleHash(k.AppendSyrup(make([]byte, 0, keySize))) }

// Compare returns -1 if a sorts before b, 1 if after, and 0 if they are equal, in the order of their bytes as unsigned
// numbers. Of two crossed hellos, the connection whose dialler has the lower identifier ends.
//
// Spec: CapTP#crossed-hellos-resolution.
func (a PublicID) Compare(b PublicID) int { return bytes.Compare(a[:], b[:]) }

// String returns the identifier in hexadecimal.
func (a PublicID) String() string { return hex.EncodeToString(a[:]) }

// doubleHash returns the SHA-256 of the SHA-256.
func doubleHash(b []byte) [sha256.Size]byte {
	first := sha256.Sum256(b)
	return sha256.Sum256(first[:])
}
