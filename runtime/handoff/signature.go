package handoff

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// A Signature is an Ed25519 signature: R and S of RFC 8032, 32 bytes each. It is comparable; its zero value verifies
// nothing.
//
// Spec: CapTP#signature.
type Signature [ed25519.SignatureSize]byte

// The form of a signature: signatureHead, R, signatureMiddle, S, signatureTail.
const (
	signatureHead   = "[7'sig-val[5'eddsa[1'r32:"
	signatureMiddle = "][1's32:"
	signatureTail   = "]]]"

	rAt           = len(signatureHead)
	middleAt      = rAt + ed25519.SignatureSize/2
	sAt           = middleAt + len(signatureMiddle)
	tailAt        = sAt + ed25519.SignatureSize/2
	signatureSize = tailAt + len(signatureTail)
)

// AppendSyrup appends the 100 bytes of the signature's form to dst and returns the extended slice.
//
// Spec: CapTP#signature.
func (s Signature) AppendSyrup(dst []byte) []byte {
	dst = append(dst, signatureHead...)
	dst = append(dst, s[:ed25519.SignatureSize/2]...)
	dst = append(dst, signatureMiddle...)
	dst = append(dst, s[ed25519.SignatureSize/2:]...)
	return append(dst, signatureTail...)
}

// DecodeSignature reads a signature, which must be spelt exactly as [Signature.AppendSyrup] spells it. When d has an
// error, before or after, it returns the zero Signature; what is wrong with the form is a [*FormError].
//
// Spec: CapTP#signature.
func DecodeSignature(d *syrup.Decoder) Signature {
	form := d.Raw()
	if d.Err() != nil {
		return Signature{}
	}
	if len(form) != signatureSize || string(form[:rAt]) != signatureHead ||
		string(form[middleAt:sAt]) != signatureMiddle || string(form[tailAt:]) != signatureTail {
		d.Fail(&FormError{"signature", signatureHead + "..." + signatureMiddle + "..." + signatureTail})
		return Signature{}
	}
	return Signature(bytes.Join([][]byte{form[rAt:middleAt], form[sAt:tailAt]}, nil))
}

// String returns the signature in hexadecimal.
func (s Signature) String() string { return hex.EncodeToString(s[:]) }
