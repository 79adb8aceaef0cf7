package tls

const (
	// maxAnnounced is how many bytes the PEM has at most by which a peer says who it is.
	maxAnnounced = 1<<16 - 1

	// maxHandshake is how many bytes of a handshake are read at most: the certificate of a stranger, for the most part.
	maxHandshake = 128 << 10
)
