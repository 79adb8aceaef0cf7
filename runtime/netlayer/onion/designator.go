package onion

import (
	"crypto/ed25519"
	"fmt"

	"github.com/cretz/bine/torutil"
	tor25519 "github.com/cretz/bine/torutil/ed25519"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// Designator returns the designator of the peer whose onion service has the key: the address without ".onion", 56 characters. It is
// known before the service is there.
func Designator(key ed25519.PublicKey) string {
	return torutil.OnionServiceIDFromV3PublicKey(tor25519.PublicKey(key))
}

// ParseDesignator returns the key in a designator. What is not an address of version 3, spelt in lower case and with the right
// checksum, is an error that wraps netlayer.ErrLocation.
func ParseDesignator(designator string) (ed25519.PublicKey, error) {
	key, err := torutil.PublicKeyFromV3OnionServiceID(designator)
	if err != nil || Designator(ed25519.PublicKey(key)) != designator {
		return nil, fmt.Errorf("%w: the designator is not the address of an onion service of version 3", netlayer.ErrLocation)
	}
	return ed25519.PublicKey(key), nil
}
