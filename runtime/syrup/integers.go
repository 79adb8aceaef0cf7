package syrup

import (
	"fmt"
	"math"
	"math/big"
)

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
	v, end := d.shortInteger()
	if end == 0 {
		return d.int64Slowly()
	}
	start := d.off
	d.off = end
	d.done(start)
	if d.err != nil {
		return 0
	}
	return v
}

// Uint64 reads an integer that is not negative.
//
// Spec: Syrup#positive-integers.
func (d *Decoder) Uint64() uint64 {
	v, end := d.shortInteger()
	if end == 0 || v < 0 {
		return d.uint64Slowly()
	}
	start := d.off
	d.off = end
	d.done(start)
	if d.err != nil {
		return 0
	}
	return uint64(v)
}

// shortInteger looks at an integer as it usually is, and returns it and where it ends. For anything else, errors included,
// it returns 0, 0.
func (d *Decoder) shortInteger() (v int64, end int) {
	data, start := d.data, d.off
	i := start
	for i < len(data) && data[i]-'0' <= 9 && i-start < maxShortDigits {
		v = v*10 + int64(data[i]-'0')
		i++
	}
	if i == len(data) || i == start || i-start > d.limits.MaxDigits {
		return 0, 0
	}
	zero := data[start] == '0'
	switch {
	case data[i] == '+' && (!zero || i == start+1):
		return v, i + 1
	case data[i] == '-' && !zero:
		return -v, i + 1
	}
	return 0, 0
}

// int64Slowly is Int64 for all input.
func (d *Decoder) int64Slowly() int64 {
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

// uint64Slowly is Uint64 for all input.
func (d *Decoder) uint64Slowly() uint64 {
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
	start := d.off
	p := scanPrefix(d.data, start)
	if p.end == start || p.marker != '+' && p.marker != '-' {
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
		if i-start >= maxPlainDigits && v > (math.MaxUint64-digit)/10 {
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
