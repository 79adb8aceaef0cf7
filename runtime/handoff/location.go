package handoff

import "github.com/ocapn-go/ocapn/runtime/syrup"

// myLocationLabel is the label of the record that is signed.
const myLocationLabel = syrup.Symbol("my-location")

// AppendMyLocation appends to dst what a side signs to vouch for its location: the record my-location around the encoded
// ocapn-peer record. Nothing checks that the location is one.
//
// Spec: CapTP#opstart-session. Deviates: the draft says that the locator itself is signed; every implementation signs this
// record.
func AppendMyLocation(dst []byte, location []byte) []byte {
	dst = append(dst, syrup.RecordStart)
	dst = syrup.AppendSymbol(dst, myLocationLabel)
	dst = append(dst, location...)
	return append(dst, syrup.RecordEnd)
}

// SignLocation returns the signature of a location by the key of the session in which it is announced. The location is
// the encoded ocapn-peer record, exactly as it is sent.
//
// Spec: CapTP#constructing-and-sending.
func SignLocation(k KeyPair, location []byte) Signature {
	return k.Sign(AppendMyLocation(nil, location))
}

// VerifyLocation reports whether sig is the signature of a location by the holder of k. The location is the encoded
// ocapn-peer record, exactly as it was received.
//
// Spec: CapTP#receiving.
func VerifyLocation(k PublicKey, location []byte, sig Signature) bool {
	return k.Verify(AppendMyLocation(nil, location), sig)
}
