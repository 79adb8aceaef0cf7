//go:build unix

package netlayer

import (
	"io"
	"net"
	"os"
	"syscall"
)

// socketWriter is an ImmediateWriter to a socket.
type socketWriter struct {
	// Immutable after newSocketWriter.
	net.Conn
	raw   syscall.RawConn
	write func(fd uintptr) (done bool) // the method writeOnce: as a method value, each use would allocate one

	// Of the write under way.
	data []byte
	n    int
	err  error
}

// newSocketWriter returns a writer to the socket below c, or nil when c is not known to be a socket and nothing else.
// Whatever wraps one may do more in its own Write than pass the bytes on, even when it lets the descriptor be seen.
func newSocketWriter(c io.Writer) ImmediateWriter {
	var w socketWriter
	var err error
	switch c := c.(type) {
	case *net.TCPConn:
		w.Conn = c
		w.raw, err = c.SyscallConn()
	case *net.UnixConn:
		w.Conn = c
		w.raw, err = c.SyscallConn()
	default:
		return nil
	}
	if err != nil {
		return nil
	}
	w.write = w.writeOnce
	return &w
}

// WriteNow writes what the socket takes of data. It does not wait, because package net makes descriptors non-blocking. The
// error is the one that Write would return.
func (w *socketWriter) WriteNow(data []byte) (n int, err error) {
	w.data, w.n, w.err = data, 0, nil
	err = w.raw.Write(w.write)
	w.data = nil
	if err != nil {
		return 0, err
	}
	if w.err != nil {
		err = &net.OpError{
			Op: "write", Net: w.LocalAddr().Network(), Source: w.LocalAddr(), Addr: w.RemoteAddr(),
			Err: os.NewSyscallError("write", w.err),
		}
	}
	return w.n, err
}

// writeOnce is one write to the descriptor. It is always done: false would make RawConn.Write wait and call again.
func (w *socketWriter) writeOnce(fd uintptr) (done bool) {
	for {
		n, err := syscall.Write(int(fd), w.data)
		switch err {
		case nil:
			w.n = n
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
		default:
			w.err = err
		}
		return true
	}
}
