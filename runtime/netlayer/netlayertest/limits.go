package netlayertest

const (
	// backlog is how many conns of a peer wait to be accepted; further dials are refused.
	backlog = 64

	// defaultWindow is NetworkOptions.Window, in bytes, when that is zero.
	defaultWindow = 1 << 20
)
