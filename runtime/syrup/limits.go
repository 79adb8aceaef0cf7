package syrup

import (
	"fmt"
	"math"
)

// Limits that hold where a field of [Limits] is zero.
const (
	DefaultMaxBytes  = 16 << 20 // octets of one input or value
	DefaultMaxDepth  = 256      // containers inside one another
	DefaultMaxDigits = 16384    // decimal digits of one integer
	DefaultMaxItems  = 1 << 20  // items of one container
)

// mostDepth is the most that MaxDepth can be, and how deep Append follows a value: what is decoded can be encoded, neither
// exhausts the stack, and a value that contains itself comes to an end.
const mostDepth = 10000

// maxLengthDigits bounds the digits of a length. No length that fits a uint64 needs more; only zeros in front do.
const maxLengthDigits = 20

// maxShortDigits is how many digits the short way of reading a number takes: too few to overflow an int64.
const maxShortDigits = 18

// maxPlainDigits is how many digits a uint64 holds whatever they are.
const maxPlainDigits = 19

// Limits bound what one input may cost. A field that is zero or negative means the default. Whatever exceeds a limit is
// refused with a [*LimitError], before anything is allocated on its word.
type Limits struct {
	// MaxBytes bounds, in octets, the slice given to a [Decoder], and the one value that [Skim] or a [Scanner] looks for.
	// It is at most 2 GiB - 1; more means that.
	MaxBytes int
	// MaxDepth bounds how many containers may be open at once: 1 admits a list of integers, and no list in it. It is at most
	// 10000; more means that.
	MaxDepth int
	// MaxDigits bounds the decimal digits of an integer. Conversion to binary takes time that grows faster than the digits,
	// so this is also what keeps the time per octet bounded.
	MaxDigits int
	// MaxItems bounds the items of one container: members of a list or set, entries of a dictionary, label and fields of a
	// record.
	MaxItems int
}

// orDefaults returns the limits with their defaults filled in.
func (l Limits) orDefaults() Limits {
	if l.MaxBytes <= 0 {
		l.MaxBytes = DefaultMaxBytes
	}
	if l.MaxDepth <= 0 {
		l.MaxDepth = DefaultMaxDepth
	}
	if l.MaxDigits <= 0 {
		l.MaxDigits = DefaultMaxDigits
	}
	if l.MaxItems <= 0 {
		l.MaxItems = DefaultMaxItems
	}
	l.MaxDepth = min(l.MaxDepth, mostDepth)
	// Containers keep offsets and counts in 32 bits.
	l.MaxBytes = min(l.MaxBytes, math.MaxInt32)
	l.MaxItems = min(l.MaxItems, math.MaxInt32/2)
	return l
}

// checkDigits checks how many digits there are in the prefix that begins at start: for an integer, a length, or, if its
// marker is not one, for whichever may have more.
func checkDigits(start int, p prefix, lim Limits) error {
	digits := p.end - start
	most := lim.MaxDigits
	switch kindOfMarker(p.marker) {
	case Int:
	case Invalid:
		most = max(most, maxLengthDigits)
	default:
		if digits > maxLengthDigits {
			return fmt.Errorf("length of %d digits", digits)
		}
		return nil
	}
	if digits > most {
		return &LimitError{Name: "MaxDigits", Limit: lim.MaxDigits, Offset: start}
	}
	return nil
}
