package netlayer

import (
	"crypto/ed25519"
	"encoding/base32"
	"fmt"
	"strings"
)

// Designator returns the designator of a peer that is known by an Ed25519 key: the key in base32, 52 characters in lower
// case, without padding.
func Designator(key ed25519.PublicKey) string { return designators.EncodeToString(key) }

// ParseDesignator returns the key that a designator stands for. Case does not matter, and neither do the characters '=' and
// '-', which others write. Anything that is not exactly one key is an error that wraps ErrLocation; whether the key is a good
// one, verifying a signature tells.
func ParseDesignator(designator string) (ed25519.PublicKey, error) {
	text := strings.ToLower(ignoredInDesignators.Replace(designator))
	key, err := designators.DecodeString(text)
	if err != nil || len(key) != ed25519.PublicKeySize || Designator(key) != text {
		return nil, fmt.Errorf("%w: the designator is not an Ed25519 key in base32", ErrLocation)
	}
	return key, nil
}

var (
	designators          = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
	ignoredInDesignators = strings.NewReplacer("=", "", "-", "")
)
