package captp

import (
	"math"
	"math/big"
	"strconv"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// Float64 reads a Float64; an integer is refused. See [Decoder.Number].
func (d *Decoder) Float64() float64 {
	at := d.in.Offset()
	v := d.in.Float64()
	d.check("a Float64", at)
	return v
}

// maxExact is the largest integer up to which every integer is a Float64.
const maxExact = 1 << 53

// Number reads a Float64, or an integer that a Float64 holds exactly.
func (d *Decoder) Number() float64 {
	if d.in.Kind() != syrup.Int {
		return d.Float64()
	}
	v := d.Int64()
	if v < -maxExact || v > maxExact {
		d.Refuse("a number that a Float64 holds", "a larger integer")
		return 0
	}
	return float64(v)
}

// BigInt reads an integer of any size, as [Decoder.Int] does.
func (d *Decoder) BigInt() *big.Int {
	if d.in.IsFloat64() {
		v, ok := d.integral()
		if !ok {
			return nil
		}
		return big.NewInt(v)
	}
	at := d.in.Offset()
	v := d.in.BigInt()
	d.check("an integer", at)
	if d.err != nil {
		return nil
	}
	return v
}

// Int64 reads an integer of 64 bits. See [Decoder.Int].
func (d *Decoder) Int64() int64 { return d.Int(64) }

// Int reads an integer that fits so many bits. A Float64 with an integral value is accepted too, since that is what a
// number such as 42 is in JavaScript.
func (d *Decoder) Int(bits int) int64 {
	var v int64
	if d.in.IsFloat64() {
		v, _ = d.integral()
	} else {
		at := d.in.Offset()
		if v = d.in.Int64(); d.in.Err() != nil { // the words are made only when they are needed
			d.check("an integer of "+intName(bits), at)
		}
	}
	if d.err != nil {
		return 0
	}
	if bits < 64 && (v < -1<<(bits-1) || v >= 1<<(bits-1)) {
		d.Refuse("an integer of "+intName(bits), "one out of range")
		return 0
	}
	return v
}

// Uint reads an integer that is not negative and fits so many bits. See [Decoder.Int].
func (d *Decoder) Uint(bits int) uint64 {
	var v uint64
	if d.in.IsFloat64() {
		n, _ := d.integral()
		if n < 0 {
			d.Refuse("an unsigned integer", "a negative one")
		}
		v = uint64(n)
	} else {
		at := d.in.Offset()
		v = d.in.Uint64()
		d.check("an unsigned integer", at)
	}
	if d.err != nil {
		return 0
	}
	if bits < 64 && v >= 1<<bits {
		d.Refuse("an unsigned integer of "+intName(bits), "one out of range")
		return 0
	}
	return v
}

// integral reads a Float64 as an integer.
func (d *Decoder) integral() (int64, bool) {
	v := d.Float64()
	if d.err != nil {
		return 0, false
	}
	if v != math.Trunc(v) || math.Abs(v) > maxExact {
		d.Refuse("an integer", "a Float64 that is none")
		return 0, false
	}
	return int64(v), true
}

func intName(bits int) string { return strconv.Itoa(bits) + " bits" }
