package peer

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"
	"net"
	"sync"
)

// RawTCP is no library: a length and that many bytes, sent back as they are. It shows what the machine can do at best. It has no way to
// tell answers apart, so it does one call at a time.
type RawTCP struct{}

const (
	rawHeader = 4
	rawCall   = 64 // bytes of a call that carries nothing: what the others need, more or less
)

// Name returns "raw".
func (RawTCP) Name() string { return "raw" }

// Serve starts a server that sends back what comes.
func (RawTCP) Serve() (Server, error) {
	l, err := listen(echoMessages)
	return rawServer{l}, err
}

// echoMessages reads whole messages, as a server does that has to understand them, and sends each one back.
func echoMessages(c net.Conn) {
	r := bufio.NewReader(c)
	var msg []byte
	for {
		var err error
		if msg, err = readRaw(r, msg); err != nil {
			return
		}
		if _, err := c.Write(msg); err != nil {
			return
		}
	}
}

// readRaw reads one message, its header included, into buf or into something larger.
func readRaw(r *bufio.Reader, buf []byte) ([]byte, error) {
	head, err := r.Peek(rawHeader)
	if err != nil {
		return nil, err
	}
	n := rawHeader + int(binary.BigEndian.Uint32(head))
	if cap(buf) < n {
		buf = make([]byte, n)
	}
	buf = buf[:n]
	_, err = io.ReadFull(r, buf)
	return buf, err
}

type rawServer struct{ *listener }

func (rawServer) Dial(ctx context.Context, address string) (Conn, error) {
	c, err := dial(ctx, address)
	if err != nil {
		return nil, err
	}
	return &rawConn{conn: c, r: bufio.NewReader(c)}, nil
}

type rawConn struct {
	without

	conn net.Conn
	r    *bufio.Reader

	mu  sync.Mutex
	buf []byte // Guarded by mu.
}

// exchange sends a message and returns the body of what comes back, which is overwritten by the next one.
func (c *rawConn) exchange(length int, data []byte) ([]byte, error) {
	if !c.mu.TryLock() {
		return nil, ErrCannot
	}
	defer c.mu.Unlock()
	c.buf = binary.BigEndian.AppendUint32(c.buf[:0], uint32(length)) //nolint:gosec // a few MiB at most
	c.buf = append(c.buf, data...)
	c.buf = append(c.buf, make([]byte, length-len(data))...)
	if _, err := c.conn.Write(c.buf); err != nil {
		return nil, err
	}
	var err error
	c.buf, err = readRaw(c.r, c.buf)
	return c.buf[min(rawHeader, len(c.buf)):], err
}

func (c *rawConn) Null(context.Context) error {
	_, err := c.exchange(rawCall, nil)
	return err
}

func (c *rawConn) Echo(_ context.Context, data []byte) ([]byte, error) {
	return c.exchange(len(data), data)
}

func (c *rawConn) Chain(ctx context.Context, length int) error {
	for range length {
		if err := c.Null(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (c *rawConn) Close() error { return c.conn.Close() }
