package netlayer

// Holder is a Conn that says how much memory it holds for a message that has begun to arrive and is not whole. A Stream is one, and so are
// the conns of package websocket.
type Holder interface {
	Conn

	// OnHolding has f called whenever that changes, with the change in bytes. What the buffers hold that a conn has anyway, up to 64
	// KiB, does not count. The sum of all changes is how much is held; it is zero once the message is received, and soon after
	// the conn has ended or was closed. f is called by the goroutine that reads, one call at a time, and returns at once. OnHolding is called before the first Receive,
	// and once at most.
	OnHolding(f func(change int))
}

// OnHolding implements Holder. Messages count of which 32 KiB have arrived.
func (s *Stream) OnHolding(f func(change int)) { s.in.onHolding = f }
