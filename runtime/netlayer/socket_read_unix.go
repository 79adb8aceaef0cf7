//go:build unix

package netlayer

import (
	"io"
	"net"
	"os"
	"sync/atomic"
	"syscall"
)

// socketReader reads from a socket into a buffer that it borrows once there is something to read.
type socketReader struct {
	// Immutable after newSocketReader.
	conn     net.Conn
	raw      syscall.RawConn
	read     func(fd uintptr) (done bool) // the method readOnce: as a method value, each use would allocate one
	received *atomic.Int64

	// Of the read under way.
	in  *streamReader
	n   int
	err error
}

// newSocketReader returns a reader of the socket below c, which counts what arrives, or nil when c is not known to be a socket
// and nothing else.
func newSocketReader(c io.Reader, received *atomic.Int64) *socketReader {
	r := &socketReader{received: received}
	var err error
	switch c := c.(type) {
	case *net.TCPConn:
		r.conn = c
		r.raw, err = c.SyscallConn()
	case *net.UnixConn:
		r.conn = c
		r.raw, err = c.SyscallConn()
	default:
		return nil
	}
	if err != nil {
		return nil
	}
	r.read = r.readOnce
	return r
}

// readInto waits until there is something to read, and reads it into the buffer of in. The error is the one that Read would return.
func (r *socketReader) readInto(in *streamReader) (n int, err error) {
	r.in, r.n, r.err = in, 0, nil
	err = r.raw.Read(r.read)
	switch {
	case err != nil:
		return 0, err
	case r.err != nil:
		return 0, &net.OpError{
			Op: "read", Net: r.conn.LocalAddr().Network(), Source: r.conn.LocalAddr(), Addr: r.conn.RemoteAddr(),
			Err: os.NewSyscallError("read", r.err),
		}
	case r.n == 0:
		return 0, io.EOF
	}
	r.received.Add(int64(r.n))
	return r.n, nil
}

// readOnce is one read from the descriptor, which package net makes non-blocking. If there is nothing, it is not done: then RawConn.Read
// waits and calls again.
func (r *socketReader) readOnce(fd uintptr) (done bool) {
	buf := r.in.borrow()
	for {
		n, err := syscall.Read(int(fd), buf)
		switch err {
		case nil:
			r.n = n
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			r.in.giveBack()
			return false
		default:
			r.err = err
		}
		return true
	}
}
