package wire

import "github.com/ocapn-go/ocapn/runtime/syrup"

// This file walks over values that are well formed: those of peers were skimmed when they came, those of this process were encoded here.
// What a peer may have walked over again and again is not checked again: lengths are, so that nothing leads out of the value, and what
// cannot begin a value, but neither brackets, texts and keys, nor limits.

// pass passes over n values from i on, or over as many as there are in the container. It returns where it stopped, -1 if a value does not
// end, and how many values are left.
func pass(value []byte, i int, n int64) (end int, left int64) {
	for depth := 0; n > 0 && i < len(value); {
		switch value[i] {
		case 't', 'f':
			i++
		case syrup.ListStart, syrup.DictStart, syrup.RecordStart, syrup.SetStart:
			depth++
			i++
			continue
		case syrup.ListEnd, syrup.DictEnd, syrup.RecordEnd, syrup.SetEnd:
			if depth == 0 {
				return i, n
			}
			depth--
			i++
		case 'D':
			i += 9
		case 'F':
			i += 5
		default:
			if _, _, i = digits(value, i); i < 0 {
				return -1, n
			}
		}
		if depth == 0 {
			n--
		}
	}
	if n > 0 || i > len(value) {
		return -1, n
	}
	return i, 0
}

// digits returns what follows the digits at i: the marker, and where the content of a text or byte array starts and ends. For a number
// both are behind the marker. The end is -1 if there is nothing like that.
func digits(value []byte, i int) (marker byte, start, end int) {
	n, first := uint64(0), i
	for ; i < len(value) && value[i]-'0' <= 9; i++ {
		n = n*10 + uint64(value[i]-'0')
	}
	if i == first || i == len(value) {
		return 0, 0, -1
	}
	marker = value[i]
	i++
	switch marker {
	case '+', '-':
		return marker, i, i
	case ':', '"', '\'':
		if n <= uint64(len(value)-i) {
			return marker, i, i + int(n)
		}
	}
	return 0, 0, -1
}
