package netlayer

import (
	"crypto/ed25519"
	"encoding/base32"
	"fmt"
)

// Designator returns the designator of a peer that is known by an Ed25519 key: the key in base32, 52 characters in lower
// case, without padding.
func Designator(key ed25519.PublicKey) string { return designators.EncodeToString(key) }

// ParseDesignator returns the key that a designator stands for. Peers are told apart by designators as texts, so each key has one:
// what Designator returns for it. Anything else, the key in capital letters or with padding, say, is an error that wraps
// ErrLocation; whether the key is a good one, verifying a signature tells.
func ParseDesignator(designator string) (ed25519.PublicKey, error) {
	key, err := designators.DecodeString(designator)
	if err != nil || len(key) != ed25519.PublicKeySize || Designator(key) != designator {
		return nil, fmt.Errorf("%w: the designator is not an Ed25519 key in base32, in lower case and without padding", ErrLocation)
	}
	return key, nil
}

var designators = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
