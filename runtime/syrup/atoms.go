package syrup

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/big"
	"unicode/utf8"
)

// Bool reads a boolean.
//
// Spec: Syrup#booleans.
func (d *Decoder) Bool() bool {
	if d.off < len(d.data) {
		if c := d.data[d.off]; c == 't' || c == 'f' {
			start := d.off
			d.off++
			d.done(start)
			return c == 't' && d.err == nil
		}
	}
	d.mismatch("boolean")
	return false
}

// Float64 reads a double. Tolerant mode returns a NaN with the payload it has.
//
// Spec: Syrup#double.
func (d *Decoder) Float64() float64 {
	start := d.off
	if start == len(d.data) || d.data[start] != 'D' {
		d.mismatch("float64")
		return 0
	}
	if len(d.data)-start < 9 {
		d.syntax(len(d.data), io.ErrUnexpectedEOF)
		return 0
	}
	bits := binary.BigEndian.Uint64(d.data[start+1:])
	v := math.Float64frombits(bits)
	if d.top.strict && v != v && bits != canonicalNaN64 {
		d.syntax(start, fmt.Errorf("%w: NaN", ErrNotCanonical))
		return 0
	}
	d.off = start + 9
	d.done(start)
	if d.err != nil {
		return 0
	}
	return v
}

// Float32 reads a single float, as Float64 does a double.
//
// Spec: Syrup#float.
func (d *Decoder) Float32() float32 {
	start := d.off
	if start == len(d.data) || d.data[start] != 'F' {
		d.mismatch("float32")
		return 0
	}
	if len(d.data)-start < 5 {
		d.syntax(len(d.data), io.ErrUnexpectedEOF)
		return 0
	}
	bits := binary.BigEndian.Uint32(d.data[start+1:])
	v := math.Float32frombits(bits)
	if d.top.strict && v != v && bits != canonicalNaN32 {
		d.syntax(start, fmt.Errorf("%w: NaN", ErrNotCanonical))
		return 0
	}
	d.off = start + 5
	d.done(start)
	if d.err != nil {
		return 0
	}
	return v
}

// String reads a string and returns a copy.
//
// Spec: Syrup#strings.
func (d *Decoder) String() string { return string(d.StringBytes()) }

// Symbol reads a symbol and returns a copy.
//
// Spec: Syrup#symbols.
func (d *Decoder) Symbol() Symbol { return Symbol(d.SymbolBytes()) }

// Bytes reads a byte array and returns a copy, which is not nil unless there is an error.
//
// Spec: Syrup#binary-data.
func (d *Decoder) Bytes() []byte {
	raw := d.RawBytes()
	if raw == nil {
		return nil
	}
	own := make([]byte, len(raw))
	copy(own, raw)
	return own
}

// StringBytes reads a string and returns its UTF-8, which aliases the input.
//
// Spec: Syrup#strings.
func (d *Decoder) StringBytes() []byte { return d.text('"', "string") }

// SymbolBytes reads a symbol and returns its UTF-8, which aliases the input.
//
// Spec: Syrup#symbols.
func (d *Decoder) SymbolBytes() []byte { return d.text('\'', "symbol") }

// RawBytes reads a byte array and returns it; it aliases the input.
//
// Spec: Syrup#binary-data.
func (d *Decoder) RawBytes() []byte {
	content := d.sized(':', "byte array")
	if d.err != nil {
		return nil
	}
	return content
}

// text reads a text with the given marker.
func (d *Decoder) text(marker byte, want string) []byte {
	start := d.off
	content := d.sized(marker, want)
	if !validText(content) {
		d.syntax(start, ErrInvalidUTF8)
	}
	if d.err != nil {
		return nil
	}
	return content
}

// sized reads a length, the marker, and as many octets.
func (d *Decoder) sized(marker byte, want string) []byte {
	if d.off == len(d.data) || d.data[d.off]-'0' > 9 {
		d.mismatch(want)
		return nil
	}
	start := d.off
	p := scanPrefix(d.data, start)
	if p.marker != marker {
		d.mismatch(want)
		return nil
	}
	return d.content(start, p)
}

// content reads what the length in p announces.
func (d *Decoder) content(start int, p prefix) []byte {
	from := p.end + 1
	err := checkDigits(start, p, d.limits)
	switch {
	case err != nil:
		d.refuse(start, err)
		return nil
	case p.end-start > 1 && d.data[start] == '0' && d.top.strict:
		d.syntax(start, fmt.Errorf("%w: length with zero in front", ErrNotCanonical))
		return nil
	case p.value > uint64(d.limits.MaxBytes-from):
		d.limit("MaxBytes", d.limits.MaxBytes, start)
		return nil
	case p.value > uint64(len(d.data)-from):
		d.syntax(len(d.data), io.ErrUnexpectedEOF)
		return nil
	}
	to := from + int(p.value)
	d.off = to
	d.done(start)
	return d.data[from:to:to]
}

// number reads whatever begins with a digit.
func (d *Decoder) number() {
	if d.data[d.off]-'0' > 9 {
		d.mismatch("value")
		return
	}
	start := d.off
	p := scanPrefix(d.data, start)
	switch p.marker {
	case '+', '-':
		d.integer(start, p)
	case ':':
		d.content(start, p)
	case '"', '\'':
		if !validText(d.content(start, p)) {
			d.syntax(start, ErrInvalidUTF8)
		}
	default:
		d.unexpected(start)
	}
}

// integer passes over the integer that p describes, and reports whether it may.
func (d *Decoder) integer(start int, p prefix) bool {
	err := checkDigits(start, p, d.limits)
	switch {
	case err != nil:
		d.refuse(start, err)
		return false
	case d.top.strict && d.data[start] == '0' && (p.end-start > 1 || p.marker == '-'):
		d.syntax(start, fmt.Errorf("%w: integer with zero in front, or negative zero", ErrNotCanonical))
		return false
	}
	d.off = p.end + 1
	d.done(start)
	return d.err == nil
}

// Int64 reads an integer.
//
// Spec: Syrup#positive-integers, Syrup#negative-integers.
func (d *Decoder) Int64() int64 {
	start := d.off
	p := d.anInteger()
	if d.err != nil {
		return 0
	}
	switch {
	case p.marker == '+' && p.value <= math.MaxInt64:
		return int64(p.value)
	case p.marker == '-' && p.value <= -math.MinInt64:
		return int64(-p.value)
	}
	d.outOfRange(start, "int64")
	return 0
}

// Uint64 reads an integer that is not negative.
//
// Spec: Syrup#positive-integers.
func (d *Decoder) Uint64() uint64 {
	start := d.off
	p := d.anInteger()
	if d.err != nil {
		return 0
	}
	if p.overflow || p.marker == '-' && p.value != 0 {
		d.outOfRange(start, "uint64")
		return 0
	}
	return p.value
}

// BigInt reads an integer of any size. It returns nil after an error.
//
// Spec: Syrup#positive-integers, Syrup#negative-integers.
func (d *Decoder) BigInt() *big.Int {
	start := d.off
	p := d.anInteger()
	if d.err != nil {
		return nil
	}
	return bigInt(d.data[start:p.end], p)
}

// anInteger passes over an integer.
func (d *Decoder) anInteger() prefix {
	if d.off == len(d.data) || d.data[d.off]-'0' > 9 {
		d.mismatch("integer")
		return prefix{}
	}
	start := d.off
	p := scanPrefix(d.data, start)
	if p.marker != '+' && p.marker != '-' {
		d.mismatch("integer")
		return prefix{}
	}
	d.integer(start, p)
	return p
}

// outOfRange records that the integer at start does not fit.
func (d *Decoder) outOfRange(start int, goType string) {
	d.stop(&RangeError{Offset: start, Path: d.path(start), Type: goType}, start)
}

// bigInt returns the integer with these digits.
func bigInt(digits []byte, p prefix) *big.Int {
	v := new(big.Int)
	if p.overflow {
		v.SetString(string(digits), 10)
	} else {
		v.SetUint64(p.value)
	}
	if p.marker == '-' {
		v.Neg(v)
	}
	return v
}

// A prefix is what scanPrefix finds: digits and the octet after them.
type prefix struct {
	value    uint64 // of the digits; if they do not fit, the largest there is
	end      int    // of the digits
	marker   byte   // 0 if the input ends before it
	overflow bool   // the digits do not fit
}

// scanPrefix reads the digits at start, where there is one at least.
func scanPrefix(data []byte, start int) prefix {
	var v uint64
	overflow := false
	i := start
	for ; i < len(data) && data[i]-'0' <= 9; i++ {
		digit := uint64(data[i] - '0')
		if v > (math.MaxUint64-digit)/10 {
			overflow = true
		}
		v = v*10 + digit
	}
	if overflow {
		v = math.MaxUint64
	}
	p := prefix{value: v, end: i, overflow: overflow}
	if i < len(data) {
		p.marker = data[i]
	}
	return p
}

// validText reports whether text is UTF-8.
func validText(text []byte) bool { return utf8.Valid(text) }
