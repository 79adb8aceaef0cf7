package syrup

import (
	"math/big"
	"math/bits"
)

// blockDigits is how many digits are converted one after the other. With more, multiplying two halves is quicker.
const blockDigits = 1024

// bigInt returns the integer whose digits these are, and p what is known of them.
//
// big.Int.SetString does the same in more time, and leaves behind dozens of octets for each digit.
func bigInt(digits []byte, p prefix) *big.Int {
	v := new(big.Int)
	if p.overflow {
		v = parseDigits(digits)
	} else {
		v.SetUint64(p.value)
	}
	if p.marker == '-' {
		v.Neg(v)
	}
	return v
}

// parseDigits converts blocks of digits, and then joins neighbours until one is left.
func parseDigits(digits []byte) *big.Int {
	var parts []*big.Int // the lowest digits first
	for len(digits) > blockDigits {
		cut := len(digits) - blockDigits
		parts = append(parts, parseBlock(digits[cut:]))
		digits = digits[:cut]
	}
	parts = append(parts, parseBlock(digits))
	var scale *big.Int // what the upper one of two neighbours counts
	for len(parts) > 1 {
		if scale == nil {
			scale = new(big.Int).Exp(big.NewInt(10), big.NewInt(blockDigits), nil)
		} else {
			scale.Mul(scale, scale)
		}
		joined := parts[:0]
		for i := 0; i < len(parts); i += 2 {
			v := parts[i]
			if i+1 < len(parts) {
				v.Add(v, new(big.Int).Mul(parts[i+1], scale))
			}
			joined = append(joined, v)
		}
		parts = joined
	}
	return parts[0]
}

// parseBlock converts digits, as many at a time as a word holds. The time it takes is the square of their number.
func parseBlock(digits []byte) *big.Int {
	const wordDigits = 9 + 10*(bits.UintSize/64)
	// A digit takes less than 10/3 bits.
	words := make([]big.Word, 0, len(digits)*10/3/bits.UintSize+1)
	for len(digits) > 0 {
		scale, carry := uint(1), uint(0)
		n := min(len(digits), wordDigits)
		for _, c := range digits[:n] {
			scale *= 10
			carry = carry*10 + uint(c-'0')
		}
		digits = digits[n:]
		for i, w := range words {
			hi, lo := bits.Mul(uint(w), scale)
			lo, c := bits.Add(lo, carry, 0)
			words[i] = big.Word(lo)
			carry = hi + c
		}
		if carry > 0 {
			words = append(words, big.Word(carry))
		}
	}
	return new(big.Int).SetBits(words)
}
