package breaking

import (
	"math"
	"math/big"

	"github.com/ocapn-go/ocapn/idl"
)

// numbers is a set of numbers on the wire.
type numbers struct {
	low, high *big.Int // the integers from low to high; nil is no bound
	integers  bool
	floats    floats
}

// floats are which floats a type takes.
type floats int

const (
	noFloats    floats = iota
	wholeFloats        // those without a fraction: @lenient
	allFloats
)

// isNumber reports whether values of t are integers or floats.
func isNumber(t *idl.Type) bool {
	return t.Kind.Integer() || t.Kind == idl.KindFloat64 || t.Kind == idl.KindNumber
}

// numbersOf returns the numbers that a t takes. That number takes no integer which a float64 cannot hold is left out of account.
func numbersOf(t *idl.Type) numbers {
	switch t.Kind {
	case idl.KindFloat64:
		return numbers{floats: allFloats, integers: t.Lenient}
	case idl.KindNumber:
		return numbers{floats: allFloats, integers: true}
	}
	out := numbers{integers: true}
	if t.Lenient {
		out.floats = wholeFloats
	}
	if r, ok := ranges[t.Kind]; ok {
		out.low, out.high = big.NewInt(r.low), new(big.Int).SetUint64(r.high)
	}
	return out
}

// ranges are the least and the greatest value of the integer types that have some.
var ranges = map[idl.Kind]struct {
	low  int64
	high uint64
}{
	idl.KindInt: {math.MinInt64, math.MaxInt64}, idl.KindUint: {0, math.MaxUint64},
	idl.KindI8: {math.MinInt8, math.MaxInt8}, idl.KindU8: {0, math.MaxUint8},
	idl.KindI16: {math.MinInt16, math.MaxInt16}, idl.KindU16: {0, math.MaxUint16},
	idl.KindI32: {math.MinInt32, math.MaxInt32}, idl.KindU32: {0, math.MaxUint32},
	idl.KindI64: {math.MinInt64, math.MaxInt64}, idl.KindU64: {0, math.MaxUint64},
}

// within returns how many of the numbers of a are in b.
func (a numbers) within(b numbers) level {
	sameKind := a.integers && b.integers || a.floats > noFloats && b.floats > noFloats
	switch {
	case !sameKind:
		return noValues
	case a.integers && !b.integers, a.floats > b.floats, a.integers && !a.inRange(b):
		return someValues
	default:
		return allValues
	}
}

// inRange reports whether the integers of a are among those of b.
func (a numbers) inRange(b numbers) bool {
	return (b.low == nil || a.low != nil && a.low.Cmp(b.low) >= 0) && (b.high == nil || a.high != nil && a.high.Cmp(b.high) <= 0)
}
