package handoff

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// sessionPrefix separates session identifiers from other hashes, and names the generation of the protocol.
const sessionPrefix = "prot0"

// A SessionID names one session, and is the same on both sides. It is comparable.
//
// Spec: CapTP#session-id.
type SessionID [sha256.Size]byte

// NewSessionID returns the identifier of the session between the two sides, in whichever order they are given.
//
// Spec: CapTP#session-id.
func NewSessionID(a, b PublicID) SessionID {
	if a.Compare(b) > 0 {
		a, b = b, a
	}
	return doubleHash(slices.Concat([]byte(sessionPrefix), a[:], b[:]))
}

// String returns the identifier in hexadecimal.
func (s SessionID) String() string { return hex.EncodeToString(s[:]) }
