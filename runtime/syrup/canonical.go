package syrup

import (
	"encoding/binary"
	"math"
)

// CheckCanonical reports whether data is exactly one value in canonical form, with keys in the given order: nil if it is,
// else the first error as of a strict [Decoder]. It allocates nothing unless it fails.
//
// Spec: Syrup#overview.
func CheckCanonical(data []byte, order KeyOrder, lim Limits) error {
	var d Decoder
	d.Reset(data, Options{Limits: lim, Strict: true, Order: order})
	d.Skip()
	return d.Finish()
}

// canonicalAtom reports whether the encoded value is spelled as an encoder would, if it is an atom. Of containers it knows
// nothing. The value may be what Decoder.Seek passed over, so it need not be one.
func canonicalAtom(value []byte) bool {
	switch value[0] {
	case '0':
		return len(value) < 2 || value[1]-'0' > 9 && value[1] != '-'
	case 'D':
		if len(value) != 9 {
			return false
		}
		bits := binary.BigEndian.Uint64(value[1:])
		return bits == canonicalNaN64 || !math.IsNaN(math.Float64frombits(bits))
	case 'F':
		if len(value) != 5 {
			return false
		}
		bits := binary.BigEndian.Uint32(value[1:])
		return bits == canonicalNaN32 || !math.IsNaN(float64(math.Float32frombits(bits)))
	}
	return true
}
