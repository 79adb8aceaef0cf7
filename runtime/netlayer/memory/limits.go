package memory

const (
	// backlog is how many conns of a netlayer wait to be accepted; the next Dial blocks.
	backlog = 64

	// window is how many bytes of sent messages, each counted with overhead, wait to be received; Send blocks while there
	// are as many.
	window   = 1 << 20
	overhead = 24

	// maxShared is how many bytes the array has that short messages share.
	maxShared = 64 << 10
)
