package netlayer

import "time"

const (
	// DefaultReadLimit is how many bytes a received message has at most, unless Conn.SetReadLimit says otherwise. A
	// longer one ends the receiving direction.
	DefaultReadLimit = 16 << 20

	// DefaultMessageTime is how long a message that has begun to arrive may take to become whole, or to bring MinRate bytes a second, unless
	// StreamOptions.MessageTime says otherwise. A slower one ends the receiving direction with ErrStalled.
	DefaultMessageTime = time.Minute

	// MinRate is how many bytes a second have to arrive of a message that takes longer than that.
	MinRate = 1 << 10

	// DefaultSourceConns is how many connections from one source are open at once, DefaultSourceRate how many come in a second over a longer
	// time, and DefaultSourceBurst how many at once, unless SourceLimits say otherwise. That is enough for hundreds of people behind one
	// address.
	DefaultSourceConns = 512
	DefaultSourceRate  = 16
	DefaultSourceBurst = 256

	// maxLengthDigits is how many digits the length of a frame has at most, leading zeros included. A longer one ends the
	// receiving direction. No length that fits 64 bits is longer.
	maxLengthDigits = 20

	// minReadBuffer is the size, in bytes, of the read buffer of a stream until a read fills it; then it is maxReadBuffer.
	// That bounds the array that the short messages of one Receive share.
	minReadBuffer = 16 << 10
	maxReadBuffer = 64 << 10

	// maxRest is how much of a message, in bytes, is copied out of a buffer that others can use in the meantime, while the rest is waited
	// for.
	maxRest = maxReadBuffer / claimFactor

	// longReceived is how many bytes of a message have to have arrived, and how long it is at least, before it is read into a buffer of its
	// own. It is at most half of maxReadBuffer, so that a message below it always fits.
	longReceived = 32 << 10

	// firstStage is how many bytes have to have arrived of one that may not have a buffer for the whole of it yet. It is less than
	// maxReadBuffer, so that one read may bring them.
	firstStage = 60 << 10

	// claimFactor is how many times what has arrived of a message is held for it at most. The length in a frame is a claim, which costs
	// nothing to make: memory follows what was sent, not what was said.
	claimFactor = 4

	// stageSlack is how many bytes may be held beyond that for a message in a frame, which is longReceived at least.
	stageSlack = 16 << 10

	// maxCoalesced is how many bytes of messages are copied together for one write: 64 KiB of content, which is a size that people choose,
	// and what is around it. When there are more, messages of longSent bytes or more are written from where they are.
	maxCoalesced = 68 << 10
	longSent     = 4 << 10

	// sendBuffer is the size, in bytes, of the buffers in which that is done, which streams share, and keptSent that of the largest that a
	// stream keeps for itself. What frames short messages may need more than both; then it has a buffer that nobody keeps.
	sendBuffer = maxCoalesced + 4<<10
	keptSent   = 4 << 10

	// maxSecretFile is how many bytes a file with a secret has at most.
	maxSecretFile = 64 << 10
)
