package netlayer

import (
	"io"
	"net"
)

// streamWriter writes messages. All of it is owned by the sending goroutine.
type streamWriter struct {
	dst    io.Writer
	buf    []byte      // reused, up to maxCoalesced
	pieces net.Buffers // reused
	err    error       // of the first write that failed: the other side may have part of a message
}

// send writes the messages in the framing.
func (out *streamWriter) send(msgs [][]byte, framing Framing) error {
	switch {
	case out.err != nil:
	case framing == Raw:
		out.err = out.writeEach(msgs)
	default:
		out.err = out.writeFrames(msgs)
	}
	return out.err
}

// writeEach writes once for each message.
func (out *streamWriter) writeEach(msgs [][]byte) error {
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

// writeFrames writes all messages at once.
func (out *streamWriter) writeFrames(msgs [][]byte) error {
	total := 0
	for _, m := range msgs {
		total += len(m)
	}
	if total == 0 {
		return nil
	}
	if total > maxCoalesced {
		return out.gather(msgs)
	}
	out.buf = out.buf[:0]
	for _, m := range msgs {
		if len(m) > 0 {
			out.buf = append(appendFrameHead(out.buf, len(m)), m...)
		}
	}
	_, err := out.dst.Write(out.buf)
	return err
}

// gather writes messages that are too many bytes to be copied: the short ones and the lengths from buf, the long ones
// from where they are.
func (out *streamWriter) gather(msgs [][]byte) error {
	copied := 0
	for _, m := range msgs {
		copied += maxLengthDigits + 1
		if len(m) < longSent {
			copied += len(m)
		}
	}
	if cap(out.buf) < copied {
		out.buf = make([]byte, 0, copied)
	}
	// From here buf has room for everything, so the pieces that point into it stay where they are.
	buf, start := out.buf[:0], 0
	pieces := out.pieces[:0]
	for _, m := range msgs {
		switch {
		case len(m) == 0:
		case len(m) < longSent:
			buf = append(appendFrameHead(buf, len(m)), m...)
		default:
			buf = appendFrameHead(buf, len(m))
			pieces = append(pieces, buf[start:], m)
			start = len(buf)
		}
	}
	if start < len(buf) {
		pieces = append(pieces, buf[start:])
	}
	if cap(buf) > maxCoalesced {
		out.buf = nil
	}
	// WriteTo empties the slice that it is called on.
	out.pieces = pieces
	_, err := out.pieces.WriteTo(out.dst)
	clear(pieces)
	out.pieces = pieces[:0]
	return err
}
