//go:build unix

package netlayer

import (
	"io"
	"net"
	"os"
	"syscall"
)

// socketWriter writes to a socket without waiting. It belongs to the goroutine that sends. A nil one writes nothing.
type socketWriter struct {
	// Immutable after newSocketWriter.
	conn  net.Conn
	raw   syscall.RawConn
	write func(fd uintptr) (done bool) // the method writeOnce: as a method value, each use would allocate one

	// Of the write under way.
	data []byte
	n    int
	err  error
}

// newSocketWriter returns a writer to the socket below c, or nil when c is not known to be a socket and nothing else.
// Whatever wraps one may do more in its own Write than pass the bytes on, even when it lets the descriptor be seen.
func newSocketWriter(c io.Writer) *socketWriter {
	var w socketWriter
	var err error
	switch c := c.(type) {
	case *net.TCPConn:
		w.conn = c
		w.raw, err = c.SyscallConn()
	case *net.UnixConn:
		w.conn = c
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

// writeNow writes what the socket takes of data, which may be nothing. It does not wait, because package net makes
// descriptors non-blocking. The error is the one that Write of the conn would return.
func (w *socketWriter) writeNow(data []byte) (n int, err error) {
	if w == nil {
		return 0, nil
	}
	w.data, w.n, w.err = data, 0, nil
	err = w.raw.Write(w.write)
	w.data = nil
	if err != nil {
		return 0, err
	}
	if w.err != nil {
		err = &net.OpError{
			Op: "write", Net: w.conn.LocalAddr().Network(), Source: w.conn.LocalAddr(), Addr: w.conn.RemoteAddr(),
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
