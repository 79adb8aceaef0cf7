package noise

import (
	"encoding/binary"
	"slices"
)

// An encoding is a number for what the messages of a conn are encoded in, and how they are framed.
type encoding = uint16

// encodingSyrup is Syrup, a length before each message: see netlayer.Framed.
const encodingSyrup encoding = 0

// maxEncoding is the last encoding that an answer, which has one byte for it, can name.
const maxEncoding = 255

// encodings are those that one side knows, in ascending order.
type encodings []encoding

// moreEncodings is how many encodings can be offered beside the first, which are those that follow it.
const moreEncodings = 16

// append appends what is said of the encodings in an offer: the first, and a bit for each of the moreEncodings after it. There is at
// least one, and the last is within reach of the first.
func (e encodings) append(dst []byte) []byte {
	var more uint16
	for _, other := range e[1:] {
		more |= 1 << (other - e[0] - 1)
	}
	dst = binary.BigEndian.AppendUint16(dst, e[0])
	return binary.BigEndian.AppendUint16(dst, more)
}

// choose returns the highest encoding that is in the offer, too, and whether there is one.
func (e encodings) choose(offer []byte) (encoding, bool) {
	first, more := binary.BigEndian.Uint16(offer), binary.BigEndian.Uint16(offer[2:])
	for _, known := range slices.Backward(e) {
		above := int(known) - int(first)
		offered := above == 0 || 0 < above && above <= moreEncodings && more>>(above-1)&1 == 1
		if offered && known <= maxEncoding {
			return known, true
		}
	}
	return 0, false
}
