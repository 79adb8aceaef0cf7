package syrup

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
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
func (d *Decoder) StringBytes() []byte { return d.sized('"', "string") }

// SymbolBytes reads a symbol and returns its UTF-8, which aliases the input.
//
// Spec: Syrup#symbols.
func (d *Decoder) SymbolBytes() []byte { return d.sized('\'', "symbol") }

// RawBytes reads a byte array and returns it; it aliases the input.
//
// Spec: Syrup#binary-data.
func (d *Decoder) RawBytes() []byte { return d.sized(':', "byte array") }

// sized reads a length, the marker, and as many octets, which are UTF-8 unless the marker is that of a byte array.
func (d *Decoder) sized(marker byte, want string) []byte {
	// What is usual is dealt with here, everything else in sizedSlowly: errors, and zeros in front.
	data, start := d.data, d.off
	n, i := uint64(0), start
	for i < len(data) && data[i]-'0' <= 9 && i-start < maxShortDigits {
		n = n*10 + uint64(data[i]-'0')
		i++
	}
	if i < len(data) && data[i] == marker && i > start && (data[start] != '0' || i == start+1) && n < uint64(len(data)-i) {
		end := i + 1 + int(n)
		content := data[i+1 : end : end]
		if marker == ':' || validText(content) {
			d.off = end
			d.done(start)
			if d.err != nil {
				return nil
			}
			return content
		}
	}
	return d.sizedSlowly(marker, want)
}

// sizedSlowly is sized for all input.
func (d *Decoder) sizedSlowly(marker byte, want string) []byte {
	start := d.off
	p := scanPrefix(d.data, start)
	if p.end == start || p.marker != marker {
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
	content := d.data[from:to:to]
	if p.marker != ':' && !validText(content) {
		d.syntax(start, ErrInvalidUTF8)
		return nil
	}
	d.off = to
	d.done(start)
	if d.err != nil {
		return nil
	}
	return content
}

// number reads whatever begins with a digit.
func (d *Decoder) number() {
	start := d.off
	p := scanPrefix(d.data, start)
	switch {
	case p.end == start:
		d.mismatch("value")
	case p.marker == '+' || p.marker == '-':
		d.integer(start, p)
	case p.marker == ':' || p.marker == '"' || p.marker == '\'':
		d.content(start, p)
	default:
		d.unexpected(start)
	}
}

// validText reports whether text is UTF-8. Most text is short and ASCII.
func validText(text []byte) bool {
	rest := text
	for len(rest) >= 8 {
		if binary.LittleEndian.Uint64(rest)&0x8080_8080_8080_8080 != 0 {
			return utf8.Valid(text)
		}
		rest = rest[8:]
	}
	for _, c := range rest {
		if c >= utf8.RuneSelf {
			return utf8.Valid(text)
		}
	}
	return true
}
