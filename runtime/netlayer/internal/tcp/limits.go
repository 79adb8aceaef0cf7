package tcp

import "time"

const (
	// DefaultHandshakeTime is how long it may take until a connection, in either direction, has become a conn.
	DefaultHandshakeTime = 20 * time.Second

	// DefaultHandshakes is how many connections that came in wait at most for the end of their handshake, or for Accept. When one more
	// comes, the oldest goes of the source that has most, in the network that has most.
	DefaultHandshakes = 1000
)

const (
	// maxIdleSources is how many sources are remembered that have no connection, but had one lately. When there are more, the one is
	// forgotten whose last connection ended first, and may then have as many at once as any other.
	maxIdleSources = 4096

	// sourceBits is how many bits of an address of IPv6 say which source it is, network6Bits in which network that is, and network4Bits the
	// same for one of IPv4.
	sourceBits   = 64
	network6Bits = 48
	network4Bits = 24

	// firstPause and longestPause are how long accepting waits after an error, which is about this machine: too many open files, mostly. Each
	// pause is twice as long as the one before.
	firstPause   = 5 * time.Millisecond
	longestPause = time.Second

	// LastMoment is how long the last bytes may take to go out while somebody waits for that. They are few, so that they wait only behind
	// what the other side does not read.
	LastMoment = 10 * time.Millisecond
)
