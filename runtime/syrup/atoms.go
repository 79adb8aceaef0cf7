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

// String reads a string and returns a copy. Short strings and symbols that stand close together may be parts of one copy, so a string that is
// kept may hold on to 64 octets of the input, and never to more than those or its own length. strings.Clone separates it.
//
// Spec: Syrup#strings.
func (d *Decoder) String() string { return d.text(d.StringBytes()) }

// Symbol reads a symbol and returns a copy, as String does.
//
// Spec: Syrup#symbols.
func (d *Decoder) Symbol() Symbol { return Symbol(d.text(d.SymbolBytes())) }

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
	// What is usual is dealt with here, everything else in sizedSlowly: errors, zeros in front, lengths of three digits and more.
	data, start := d.data, d.off
	if len(data)-start < 3 {
		return d.sizedSlowly(marker, want)
	}
	n, i := int(data[start]-'0'), start+1
	if next := data[i] - '0'; next <= 9 && n != 0 {
		n = n*10 + int(next)
		i++
	}
	from := i + 1
	if data[start]-'0' > 9 || data[i] != marker || n > len(data)-from {
		return d.sizedSlowly(marker, want)
	}
	end := from + n
	content := data[from:end:end]
	if marker != ':' && !validText(content) {
		return d.sizedSlowly(marker, want)
	}
	d.off = end
	if d.top.n++; d.top.n > d.top.bound {
		d.member(start, true)
		if d.err != nil {
			return nil
		}
	}
	return content
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

// validText reports whether text is UTF-8. Most text is short and ASCII: it is looked at in words, of which the last two may overlap.
func validText(text []byte) bool {
	const high = 0x8080_8080_8080_8080
	n := len(text)
	switch {
	case n >= 8:
		for rest := text; len(rest) > 8; rest = rest[8:] {
			if binary.LittleEndian.Uint64(rest)&high != 0 {
				return utf8.Valid(text)
			}
		}
		return binary.LittleEndian.Uint64(text[n-8:])&high == 0 || utf8.Valid(text)
	case n >= 4:
		both := binary.LittleEndian.Uint32(text) | binary.LittleEndian.Uint32(text[n-4:])
		return both&(high&math.MaxUint32) == 0 || utf8.Valid(text)
	case n > 0:
		return text[0]|text[n/2]|text[n-1] < utf8.RuneSelf || utf8.Valid(text)
	}
	return true
}
