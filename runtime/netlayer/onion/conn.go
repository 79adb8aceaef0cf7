package onion

import (
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// conn is a stream through tor. It is a netlayer.TrySender and a netlayer.BufferReceiver.
type conn struct {
	*netlayer.Stream

	// Immutable once somebody else has it.
	proved locator.PeerID
	closed func() // told of the first Close, when that is done

	closing sync.Once

	// Owned by the receiving goroutine.
	early [][]byte // what came behind the proof of who the other side is
}

// newConn returns a conn over a socket to tor.
func (nl *Netlayer) newConn(raw net.Conn, framing netlayer.Framing) *conn {
	return &conn{
		Stream: netlayer.NewStream(newPacedSocket(raw), netlayer.StreamOptions{
			Framing: framing, Together: !nl.opts.WriteEach, MessageTime: nl.opts.MessageTime,
		}),
		closed: nl.release,
	}
}

// Receive implements netlayer.Conn.
func (c *conn) Receive(dst [][]byte) ([][]byte, error) {
	if len(c.early) > 0 {
		return c.takeEarly(dst), nil
	}
	return c.Stream.Receive(dst)
}

// ReceiveInto implements netlayer.BufferReceiver.
func (c *conn) ReceiveInto(dst [][]byte, buffer func(size int) []byte) ([][]byte, error) {
	if len(c.early) > 0 {
		return c.takeEarly(dst), nil // they have memory of their own
	}
	return c.Stream.ReceiveInto(dst, buffer)
}

// takeEarly appends what is kept.
func (c *conn) takeEarly(dst [][]byte) [][]byte {
	dst = append(dst, c.early...)
	c.early = nil
	return dst
}

// CloseSend implements netlayer.Conn: tor ends both directions of a stream or none.
func (c *conn) CloseSend() error {
	return fmt.Errorf("onion: end one direction: %w", errors.ErrUnsupported)
}

// Close implements netlayer.Conn.
func (c *conn) Close() error {
	err := c.Stream.Close()
	c.closing.Do(c.closed)
	return err
}

// Proved implements netlayer.Conn.
func (c *conn) Proved() locator.PeerID { return c.proved }
