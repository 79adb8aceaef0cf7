package noise

import "math"

// A record is a message of Noise with its length before it. It holds any part of what is sent; one that holds nothing is the end.
const (
	headSize   = 2                    // the length, big-endian
	maxSealed  = 1<<16 - 1            // bytes after the head
	maxContent = maxSealed - tagSize  // bytes of what is sent
	maxRecord  = headSize + maxSealed // bytes in all
)

const (
	// lastRecord is the number of the last record of a direction, counted from zero: the nonce 2^64-1 is reserved. When it was sent or
	// received, the direction fails with errUsedUp.
	lastRecord = math.MaxUint64 - 1

	// sealBuffer is the size, in bytes, of the buffers for what is to be written, which streams share, and keptSealed that of the largest
	// that a stream keeps for itself.
	sealBuffer = 72 << 10
	keptSealed = 8 << 10

	// minBuffer is the size, in bytes, of the buffer of a reader until it was full. Then it is maxRecord.
	minBuffer = 16 << 10
)
