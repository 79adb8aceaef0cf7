package wire

import "github.com/ocapn-go/ocapn/runtime/syrup"

// Limits bounds what [Decode] accepts. A field that is not positive means its default; an operation beyond a limit is a *[DecodeError].
type Limits struct {
	// MessageBytes is the longest operation, in bytes. Default 16 MiB.
	MessageBytes int
	// Depth is how deep the containers of an operation may be nested, the operation itself included. Default 256.
	Depth int
	// Digits is the longest integer, in decimal digits. Default 16384.
	Digits int
	// Items is the most items in one container. Default 1<<20.
	Items int
	// Slots is the most descriptors in one body. Default 1<<16.
	Slots int
	// AbortReason is how much of the reason of an op:abort is kept, in bytes. Default 1024.
	AbortReason int
}

// orDefault returns l with the defaults in place of zeros.
func (l Limits) orDefault() Limits {
	l.MessageBytes = orDefault(l.MessageBytes, 16<<20)
	l.Depth = orDefault(l.Depth, 256)
	l.Digits = orDefault(l.Digits, 16384)
	l.Items = orDefault(l.Items, 1<<20)
	l.Slots = orDefault(l.Slots, 1<<16)
	l.AbortReason = orDefault(l.AbortReason, 1024)
	return l
}

func orDefault(limit, def int) int {
	if limit <= 0 {
		return def
	}
	return limit
}

func (l Limits) syrup() syrup.Limits {
	return syrup.Limits{MaxBytes: l.MessageBytes, MaxDepth: l.Depth, MaxDigits: l.Digits, MaxItems: l.Items}
}
