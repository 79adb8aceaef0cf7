package syrup

import (
	"encoding/binary"
	"math"
	"math/big"
)

// The one NaN that is written: quiet, positive, no payload.
const (
	canonicalNaN64 = 0x7ff8_0000_0000_0000
	canonicalNaN32 = 0x7fc0_0000
)

// AppendBool appends a boolean to dst and returns the extended slice.
//
// Spec: Syrup#booleans.
func AppendBool(dst []byte, v bool) []byte {
	if v {
		return append(dst, 't')
	}
	return append(dst, 'f')
}

// AppendInt appends an integer to dst and returns the extended slice.
//
// Spec: Syrup#positive-integers, Syrup#negative-integers.
func AppendInt(dst []byte, v int64) []byte {
	if v < 0 {
		return append(appendDecimal(dst, -uint64(v)), '-')
	}
	return append(appendDecimal(dst, uint64(v)), '+')
}

// AppendUint appends an integer to dst and returns the extended slice.
//
// Spec: Syrup#positive-integers.
func AppendUint(dst []byte, v uint64) []byte {
	return append(appendDecimal(dst, v), '+')
}

// AppendBigInt appends an integer to dst and returns the extended slice. A nil v counts as zero. Peers may refuse integers
// with more digits than they care for; ours does above [Limits].MaxDigits.
//
// Spec: Syrup#positive-integers, Syrup#negative-integers.
func AppendBigInt(dst []byte, v *big.Int) []byte {
	if v == nil || v.IsInt64() {
		var small int64
		if v != nil {
			small = v.Int64()
		}
		return AppendInt(dst, small)
	}
	if v.Sign() > 0 {
		return append(v.Append(dst, 10), '+')
	}
	// The sign goes to the end: what Append writes in front is moved over.
	start := len(dst)
	dst = v.Append(dst, 10)
	copy(dst[start:], dst[start+1:])
	dst[len(dst)-1] = '-'
	return dst
}

// AppendFloat64 appends a double to dst and returns the extended slice. Every NaN is written as 7ff8000000000000; negative
// zero keeps its sign, which peers written in JavaScript refuse, so write zero to those.
//
// Spec: Syrup#double.
func AppendFloat64(dst []byte, v float64) []byte {
	bits := math.Float64bits(v)
	if v != v {
		bits = canonicalNaN64
	}
	return binary.BigEndian.AppendUint64(append(dst, 'D'), bits)
}

// AppendFloat32 appends a single float to dst and returns the extended slice. Every NaN is written as 7fc00000. OCapN has
// no such values: only dynamic use of Syrup does.
//
// Spec: Syrup#float.
func AppendFloat32(dst []byte, v float32) []byte {
	bits := math.Float32bits(v)
	if v != v {
		bits = canonicalNaN32
	}
	return binary.BigEndian.AppendUint32(append(dst, 'F'), bits)
}

// AppendBytes appends a byte array to dst and returns the extended slice.
//
// Spec: Syrup#binary-data.
func AppendBytes(dst, v []byte) []byte {
	return append(appendLength(dst, len(v), ':'), v...)
}

// AppendString appends a string to dst and returns the extended slice. The caller guarantees that v is UTF-8: see
// utf8.ValidString.
//
// Spec: Syrup#strings.
func AppendString[S ~string](dst []byte, v S) []byte {
	return append(appendLength(dst, len(v), '"'), v...)
}

// AppendSymbol appends a symbol to dst and returns the extended slice. The caller guarantees that v is UTF-8.
//
// Spec: Syrup#symbols.
func AppendSymbol[S ~string](dst []byte, v S) []byte {
	return append(appendLength(dst, len(v), '\''), v...)
}

// appendLength appends the length of a text or byte array and the marker that says which it is.
func appendLength(dst []byte, n int, marker byte) []byte {
	switch {
	case n < 10:
		return append(dst, '0'+byte(n), marker)
	case n < 100:
		return append(dst, '0'+byte(n/10), '0'+byte(n%10), marker)
	}
	return append(appendDecimal(dst, uint64(n)), marker)
}

// digitPairs holds the two digits of each number below 100.
const digitPairs = "00010203040506070809" +
	"10111213141516171819" +
	"20212223242526272829" +
	"30313233343536373839" +
	"40414243444546474849" +
	"50515253545556575859" +
	"60616263646566676869" +
	"70717273747576777879" +
	"80818283848586878889" +
	"90919293949596979899"

// appendDecimal appends the digits of v.
func appendDecimal(dst []byte, v uint64) []byte {
	if v < 10 {
		return append(dst, '0'+byte(v))
	}
	var digits [20]byte
	i := len(digits)
	for v >= 100 {
		q := v / 100
		pair := (v - q*100) * 2
		v = q
		i -= 2
		digits[i], digits[i+1] = digitPairs[pair], digitPairs[pair+1]
	}
	if v >= 10 {
		i -= 2
		digits[i], digits[i+1] = digitPairs[v*2], digitPairs[v*2+1]
	} else {
		i--
		digits[i] = '0' + byte(v)
	}
	return append(dst, digits[i:]...)
}
