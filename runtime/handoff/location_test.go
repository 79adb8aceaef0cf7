package handoff_test

import (
	"bytes"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/handoff"
)

const location = `<10'ocapn-peer16'tcp-testing-only32"a2ef69ddd5f84840970612ff660f5058{4"host9"127.0.0.14"port5"22045}>`

// TestEveryBitOfALocationCounts changes each bit of a signed location, of its signature, and of the key, one at a time.
func TestEveryBitOfALocationCounts(t *testing.T) {
	keys := handoff.KeyPairFromSeed(seedA)
	key := keys.Public()
	sig := handoff.SignLocation(keys, []byte(location))
	if !handoff.VerifyLocation(key, []byte(location), sig) {
		t.Fatal("the signature does not hold as it is")
	}
	for bit := range 8 * len(location) {
		if handoff.VerifyLocation(key, flipped([]byte(location), bit), sig) {
			t.Errorf("holds with bit %d of the location changed", bit)
		}
	}
	for bit := range 8 * len(sig) {
		if handoff.VerifyLocation(key, []byte(location), handoff.Signature(flipped(sig[:], bit))) {
			t.Errorf("holds with bit %d of the signature changed", bit)
		}
	}
	for bit := range 8 * len(key) {
		if handoff.VerifyLocation(handoff.PublicKey(flipped(key[:], bit)), []byte(location), sig) {
			t.Errorf("holds with bit %d of the key changed", bit)
		}
	}
}

func flipped(b []byte, bit int) []byte {
	changed := bytes.Clone(b)
	changed[bit/8] ^= 1 << (bit % 8)
	return changed
}

func TestVerifyLocationRefuses(t *testing.T) {
	keys := handoff.KeyPairFromSeed(seedA)
	sig := handoff.SignLocation(keys, []byte(location))
	tests := []struct {
		name     string
		key      handoff.PublicKey
		location string
		sig      handoff.Signature
	}{
		{"other key", handoff.KeyPairFromSeed(seedB).Public(), location, sig},
		{"no key", handoff.PublicKey{}, location, sig},
		{"no signature", keys.Public(), location, handoff.Signature{}},
		{"no location", keys.Public(), "", sig},
		{"longer location", keys.Public(), location + ">", sig},
		{"location signed without the label", keys.Public(), location, keys.Sign([]byte(location))},
		{"S beyond the order", keys.Public(), location, beyondOrder(sig)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if handoff.VerifyLocation(test.key, []byte(test.location), test.sig) {
				t.Error("holds")
			}
		})
	}
}

// beyondOrder returns the signature with the order of the group added to S, which without a check would hold as well.
func beyondOrder(sig handoff.Signature) handoff.Signature {
	carry := 0
	order := groupOrder.Bytes() // most significant first
	for i := range 32 {
		sum := int(sig[32+i]) + int(order[len(order)-1-i]) + carry
		sig[32+i], carry = byte(sum), sum>>8
	}
	return sig
}

func TestAppendMyLocation(t *testing.T) {
	got := string(handoff.AppendMyLocation([]byte("before"), []byte(location)))
	if want := "before<11'my-location" + location + ">"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
