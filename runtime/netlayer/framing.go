package netlayer

import (
	"errors"
	"fmt"
	"strconv"
)

// Framing is how a stream of bytes is cut into messages.
type Framing uint8

const (
	// Framed puts the length before each message, in decimal digits, and a colon: a sequence of Syrup byte strings. It is
	// the default.
	Framed Framing = iota

	// Raw puts nothing between the messages. Each is one Syrup record, and ends where the record ends.
	Raw

	// Detect sends as the other side does. Until the other side has sent its first byte, Send waits for it, so it is for
	// the side that was dialled.
	Detect
)

// String returns the name of the framing in lower case.
func (f Framing) String() string {
	switch f {
	case Framed:
		return "framed"
	case Raw:
		return "raw"
	case Detect:
		return "detect"
	default:
		return "framing " + strconv.Itoa(int(f))
	}
}

// framingOf returns the framing that the first byte of a stream shows.
func framingOf(first byte) (Framing, error) {
	switch {
	case isDigit(first):
		return Framed, nil
	case first == '<':
		return Raw, nil
	default:
		return 0, fmt.Errorf("%q begins neither a length nor a record", first)
	}
}

// errTooLarge stands for a *MessageTooLargeError until the limit is added.
var errTooLarge = errors.New("message too large")

// frameHead reads the length at the beginning of data. It returns the length, which is at most limit, and the number of
// bytes that its digits and the colon take; these are zero when the colon has not arrived.
func frameHead(data []byte, limit int) (head, length int, err error) {
	for i, c := range data {
		switch {
		case c == ':' && i > 0:
			return i + 1, length, nil
		case !isDigit(c):
			return 0, 0, fmt.Errorf("%q in the length of a frame", c)
		case i == maxLengthDigits:
			return 0, 0, fmt.Errorf("length of a frame has more than %d digits", maxLengthDigits)
		}
		digit := int(c - '0')
		if digit > limit || length > (limit-digit)/10 {
			return 0, 0, errTooLarge
		}
		length = length*10 + digit
	}
	return 0, 0, nil
}

// appendHead appends what stands before a message of the given length: nothing, when the framing is raw.
func (f Framing) appendHead(dst []byte, length int) []byte {
	if f == Raw {
		return dst
	}
	return append(strconv.AppendInt(dst, int64(length), 10), ':')
}

// isDigit reports whether c is a decimal digit.
func isDigit(c byte) bool { return '0' <= c && c <= '9' }
