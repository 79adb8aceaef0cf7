package syrup

import "math"

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
// nothing.
func canonicalAtom(value []byte) bool {
	switch value[0] {
	case '0':
		return len(value) < 2 || value[1] == '+' || value[1] == ':' || value[1] == '"' || value[1] == '\''
	case 'D':
		bits := uint64(0)
		for _, c := range value[1:] {
			bits = bits<<8 | uint64(c)
		}
		f := math.Float64frombits(bits)
		return f == f || bits == canonicalNaN64
	case 'F':
		bits := uint32(0)
		for _, c := range value[1:] {
			bits = bits<<8 | uint32(c)
		}
		f := math.Float32frombits(bits)
		return f == f || bits == canonicalNaN32
	}
	return true
}
