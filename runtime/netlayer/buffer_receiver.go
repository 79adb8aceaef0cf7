package netlayer

// BufferReceiver is a Conn whose receiver can use the memory of messages that it is done with again. A Stream is one.
type BufferReceiver interface {
	Conn

	// ReceiveInto is Receive, which asks for memory once it knows how much it needs: buffer, called by it at most once, returns an
	// empty slice with room for so many bytes. The messages are put there, but for those that were read into memory of their own; for
	// these alone, buffer is not called. Nothing of the memory is kept by the conn.
	ReceiveInto(dst [][]byte, buffer func(size int) []byte) ([][]byte, error)
}
