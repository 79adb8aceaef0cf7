package websocket

import "time"

// Bounds of the handshake. How long it takes, and how many there are, is bounded by Options.HandshakeTime, tcp.DefaultHandshakeTime when
// zero, and Options.Handshakes, tcp.DefaultHandshakes when zero.
const (
	// maxHeader is how many bytes the headers of a request or response have at most, roughly.
	maxHeader = 16 << 10

	// readBuffer is the size, in bytes, of the read buffer of an accepted conn.
	readBuffer = 4 << 10

	// maxChallenge is how many bytes a challenge has at most, whoever sends it, and maxAnswer how many an answer has.
	maxChallenge = 1 << 10
	maxAnswer    = 2 << 10
)

// Bounds of a conn.
const (
	// defaultPing is Options.Ping when that is zero: how long the other side may be silent.
	defaultPing = 30 * time.Second

	// readAhead is how many bytes are read that nobody waits for, at most.
	readAhead = 64 << 10

	// messageCost is what a message that nobody has received costs beside its bytes.
	messageCost = 32

	// shortMessage is the size, in bytes, of the buffer into which messages are read. What is longer gets one of its own,
	// which grows with what arrives.
	shortMessage = 4 << 10

	// readAtOnce is how many bytes of a message are read at once. The library returns when all of them have come, and only then they
	// are counted.
	readAtOnce = 16 << 10

	// maxFrameHead is how many bytes stand before a message at most.
	maxFrameHead = 14

	// maxSpare is how many bytes a buffer for output has at most that is used again.
	maxSpare = 64 << 10

	// maxPongs is how many pongs wait to be written at most. Further pings get no answer: who sends so many, and does not
	// read, is not waiting for one.
	maxPongs = 8

	// lastWrite is how long Close takes at most to write the rest.
	lastWrite = 100 * time.Millisecond

	// linger is how long the other side may take to answer the end that Close has announced.
	linger = 3 * time.Second
)
