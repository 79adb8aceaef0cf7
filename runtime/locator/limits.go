package locator

// Limits on what is read, and on what [Peer.Validate] accepts. Locators come from strangers, in op:start-session before
// anything about the sender is known, in handoffs, and as text that somebody pasted; the drafts set no limits. What is in
// use stays far below.
const (
	// MaxRecordBytes is the longest ocapn-peer record, in bytes. It leaves an op:start-session well below 16 KiB.
	MaxRecordBytes = 8 << 10
	// MaxTransportBytes is the longest name of a transport, in bytes.
	MaxTransportBytes = 64
	// MaxDesignatorBytes is the longest designator, in bytes. An onion service has 56, an Ed25519 key in base32 has 52.
	MaxDesignatorBytes = 512
	// MaxHints is how many hints a peer has at most.
	MaxHints = 16
	// MaxHintNameBytes is the longest name of a hint, in bytes.
	MaxHintNameBytes = 64
	// MaxHintValueBytes is the longest value of a hint, in bytes.
	MaxHintValueBytes = 2 << 10
	// MaxSwissBytes is the longest swiss number, in bytes. Random ones have 32.
	MaxSwissBytes = 1 << 10
	// MaxURIBytes is the longest URI that is read, in bytes: every peer and sturdyref within the limits above fits,
	// also when each byte of it is percent-encoded.
	MaxURIBytes = 32 << 10
)
