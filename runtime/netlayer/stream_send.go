package netlayer

import (
	"io"
	"net"
	"sync"
)

// streamWriter writes messages. All of it is owned by the sending goroutine.
type streamWriter struct {
	dst    io.Writer
	now    ImmediateWriter // to the same as dst
	buf    []byte          // reused while it is short; a long one is borrowed, from begin to finish
	pieces net.Buffers     // reused
	err    error           // of the first write that failed: the other side may have part of a message

	together bool // StreamOptions.Together

	// What trySend has not sent.
	rest []byte   // bytes as they go out, first of all: what a write has left, framed when the stream is
	kept [][]byte // whole messages behind rest
}

// send writes what is kept and the messages in the framing.
func (out *streamWriter) send(msgs [][]byte, framing Framing) error {
	if out.err != nil {
		return out.err
	}
	if len(out.kept) > 0 {
		msgs = append(out.kept, msgs...)
	}
	if framing == Raw && !out.together {
		out.err = out.writeEach(msgs)
	} else {
		out.err = out.writeAll(msgs, framing)
	}
	out.forget()
	return out.err
}

// writeEach writes once for each message.
func (out *streamWriter) writeEach(msgs [][]byte) error {
	if len(out.rest) > 0 {
		if _, err := out.dst.Write(out.rest); err != nil {
			return err
		}
	}
	for _, m := range msgs {
		if len(m) == 0 {
			continue
		}
		if _, err := out.dst.Write(m); err != nil {
			return err
		}
	}
	return nil
}

// writeAll writes all messages at once.
func (out *streamWriter) writeAll(msgs [][]byte, framing Framing) error {
	if out.size(msgs) > maxCoalesced {
		if canGather(out.dst) {
			return out.gather(msgs, framing)
		}
		return out.writeChunks(msgs, framing)
	}
	defer out.finish()
	out.compose(msgs, framing)
	if len(out.buf) == 0 {
		return nil
	}
	_, err := out.dst.Write(out.buf)
	return err
}

// sendBuffers are the buffers of writers that have much to send, of sendBuffer bytes. A stream has none while it has nothing to send, so
// that many idle ones cost little.
var sendBuffers = sync.Pool{New: func() any { return new([sendBuffer]byte) }}

// begin makes buf an empty buffer for so many bytes, and what frames them.
func (out *streamWriter) begin(size int) {
	if size > keptSent && cap(out.buf) < size {
		out.buf = sendBuffers.Get().(*[sendBuffer]byte)[:]
	}
	out.buf = out.buf[:0]
}

// finish gives up buf, which is not used any more, unless it is short.
func (out *streamWriter) finish() {
	switch n := cap(out.buf); {
	case n <= keptSent:
		return
	case n == sendBuffer:
		sendBuffers.Put((*[sendBuffer]byte)(out.buf[:n]))
	}
	out.buf = nil
}

// size returns how many bytes rest and the messages have, without what frames these.
func (out *streamWriter) size(msgs [][]byte) int {
	total := len(out.rest)
	for _, m := range msgs {
		total += len(m)
	}
	return total
}

// compose puts rest and the messages, framed if they are to be, into buf.
func (out *streamWriter) compose(msgs [][]byte, framing Framing) {
	out.begin(out.size(msgs))
	out.buf = append(out.buf, out.rest...)
	for _, m := range msgs {
		if len(m) > 0 {
			out.buf = append(framing.appendHead(out.buf, len(m)), m...)
		}
	}
}

// canGather reports whether pieces go out by one system call. Others write each, and some make more of a write than its bytes.
func canGather(dst io.Writer) bool {
	switch dst.(type) {
	case *net.TCPConn, *net.UnixConn:
		return true
	default:
		return false
	}
}

// writeChunks writes rest and messages that are too many bytes for one buffer, each time that the buffer is full.
func (out *streamWriter) writeChunks(msgs [][]byte, framing Framing) error {
	out.begin(maxCoalesced)
	defer out.finish()
	out.buf = append(out.buf, out.rest...)
	for _, m := range msgs {
		if len(m) == 0 {
			continue
		}
		out.buf = framing.appendHead(out.buf, len(m))
		for len(out.buf)+len(m) > maxCoalesced {
			n := max(0, maxCoalesced-len(out.buf))
			out.buf = append(out.buf, m[:n]...)
			if _, err := out.dst.Write(out.buf); err != nil {
				return err
			}
			out.buf, m = out.buf[:0], m[n:]
		}
		out.buf = append(out.buf, m...)
	}
	_, err := out.dst.Write(out.buf)
	return err
}

// gather writes messages that are too many bytes to be copied: the short ones and the lengths from buf, the long ones
// from where they are.
func (out *streamWriter) gather(msgs [][]byte, framing Framing) error {
	copied := 0
	for _, m := range msgs {
		copied += maxLengthDigits + 1
		if len(m) < longSent {
			copied += len(m)
		}
	}
	out.begin(min(copied, maxCoalesced))
	defer out.finish()
	if cap(out.buf) < copied {
		out.buf = make([]byte, 0, copied)
	}
	// From here buf has room for everything, so the pieces that point into it stay where they are.
	buf, start := out.buf[:0], 0
	pieces := out.pieces[:0]
	if len(out.rest) > 0 {
		pieces = append(pieces, out.rest)
	}
	for _, m := range msgs {
		switch {
		case len(m) == 0:
		case len(m) < longSent:
			buf = append(framing.appendHead(buf, len(m)), m...)
		default:
			buf = framing.appendHead(buf, len(m))
			pieces = append(pieces, buf[start:], m)
			start = len(buf)
		}
	}
	if start < len(buf) {
		pieces = append(pieces, buf[start:])
	}
	// WriteTo empties the slice that it is called on.
	out.pieces = pieces
	_, err := out.pieces.WriteTo(out.dst)
	clear(pieces)
	out.pieces = pieces[:0]
	return err
}
