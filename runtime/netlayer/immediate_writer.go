package netlayer

import "io"

// ImmediateWriter writes without waiting. What a Stream is made over may be one: one that encrypts what goes to a socket, say. Then
// TrySend of the stream sends what it can. Write is as io.Writer has it, and waits.
//
// It belongs to the goroutine that writes.
type ImmediateWriter interface {
	io.Writer

	// WriteNow writes the beginning of p, as far as it can without waiting, which may be nothing, and returns how much that
	// is. Of what follows, a part may be on its way that cannot be taken back. So who wants to write more begins with that
	// same rest, with WriteNow or Write.
	WriteNow(p []byte) (n int, err error)
}

// NewImmediateWriter returns a writer to w, for ImmediateWriters that encrypt. It is w if that is an ImmediateWriter. It writes to the
// socket if w is a *net.TCPConn or a *net.UnixConn, on systems that are like Unix. To anything else its WriteNow writes nothing.
func NewImmediateWriter(w io.Writer) ImmediateWriter {
	if now, ok := w.(ImmediateWriter); ok {
		return now
	}
	if socket := newSocketWriter(w); socket != nil {
		return socket
	}
	return waitingWriter{w}
}

// waitingWriter is an ImmediateWriter that leaves everything to Write.
type waitingWriter struct{ io.Writer }

func (waitingWriter) WriteNow([]byte) (n int, err error) { return 0, nil }
