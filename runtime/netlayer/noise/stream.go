package noise

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/arrival"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
)

// stream is a stream of bytes in records. It is a netlayer.ImmediateWriter, too. One goroutine reads while another writes; CloseWrite and
// Close are for any.
//
// Each direction begins when the handshake is over. It ends well with the record that holds nothing, and otherwise with an error, which
// stays.
type stream struct {
	socket net.Conn // immutable

	// Owned by the reading goroutine.
	in reader

	// Owned by whoever has the turn of outgoing.
	outgoing *tcp.Outgoing
	out      writer
}

// newStream returns the stream that the agreement allows. A record that has begun to arrive may take so much time, as a message may: see
// netlayer.StreamOptions.
func newStream(c net.Conn, a agreement, recordTime time.Duration) (*stream, error) {
	receive, err := newDirection(a.receive)
	if err != nil {
		return nil, err
	}
	send, err := newDirection(a.send)
	if err != nil {
		return nil, err
	}
	s := &stream{
		socket: c,
		in:     reader{src: c, keys: receive},
		out:    writer{dst: netlayer.NewImmediateWriter(c), keys: send},
	}
	s.outgoing = tcp.NewOutgoing(s.end)
	if recordTime == 0 {
		recordTime = netlayer.DefaultMessageTime
	}
	s.in.watch.Init(recordTime, netlayer.MinRate, func() { _ = c.SetReadDeadline(time.Unix(1, 0)) })
	return s, nil
}

// Read reads what has arrived, and blocks while that is nothing. After the other side's end it returns io.EOF, and
// io.ErrUnexpectedEOF if the connection ends without that.
func (s *stream) Read(p []byte) (int, error) { return s.in.read(p) }

// SetReadDeadline ends a Read that is under way.
func (s *stream) SetReadDeadline(t time.Time) error { return s.socket.SetReadDeadline(t) }

// Write writes all of p. It blocks while the other side does not read.
func (s *stream) Write(p []byte) (int, error) {
	if err := s.outgoing.Begin(); err != nil {
		return 0, err
	}
	defer s.outgoing.Done()
	return s.out.write(p)
}

// WriteNow implements netlayer.ImmediateWriter. It waits for CloseWrite at most, which does not take long.
func (s *stream) WriteNow(p []byte) (int, error) {
	if err := s.outgoing.Begin(); err != nil {
		return 0, err
	}
	defer s.outgoing.Done()
	return s.out.writeNow(p)
}

// CloseWrite says that no more comes. It does not wait for a Write that is under way, behind which the end comes.
func (s *stream) CloseWrite() error {
	s.outgoing.End()
	return nil
}

// Close ends both directions. The other side hears of an end that is no accident, unless a Write is under way.
func (s *stream) Close() error {
	s.in.watch.Stop()
	s.outgoing.End()
	return s.socket.Close()
}

// end writes the record that holds nothing.
func (s *stream) end() {
	if last, err := s.out.last(); err == nil {
		tcp.WriteLast(s.socket, last)
	}
}

// reader reads records. What has arrived and is not read lies in buf[r:w].
type reader struct {
	src    io.Reader
	keys   *direction
	buf    []byte // of minBuffer or maxRecord bytes, once there is one
	r, w   int
	filled bool   // the last read filled buf: a larger one would have brought more
	rest   []byte // of what the last record holds, in buf before r
	err    error  // what every further read returns

	watch   arrival.Watch // over the record at r
	watched bool          // more of it has been waited for
}

// read is Read of the stream.
func (in *reader) read(p []byte) (n int, err error) {
	for len(p) > 0 {
		n = copy(p, in.rest)
		in.rest = in.rest[n:]
		n = in.openAll(p, n)
		if n > 0 || in.err != nil {
			break
		}
		in.fill()
	}
	if n > 0 {
		return n, nil
	}
	return 0, in.err
}

// openAll opens the records that have arrived, as long as p has room for what they hold behind the n bytes there. It returns how many
// bytes are in p then.
func (in *reader) openAll(p []byte, n int) int {
	for len(in.rest) == 0 && in.err == nil {
		sealed := in.sealed()
		if sealed == nil {
			return n
		}
		size := len(sealed) - tagSize
		var content []byte
		switch {
		case size <= len(p)-n:
			content, in.err = in.keys.open(p[n:n], sealed)
			n += len(content)
		case n > 0:
			return n
		default:
			content, in.err = in.keys.open(sealed[:0], sealed)
			n = copy(p, content)
			in.rest = content[n:]
		}
		in.r += headSize + len(sealed)
		if in.watched {
			in.watched = false
			in.watch.Done()
		}
		if in.err == nil && size == 0 {
			in.err = io.EOF
		}
	}
	return n
}

// sealed returns the record at r without its head, or nil if it has not arrived whole or is none.
func (in *reader) sealed() []byte {
	if in.w-in.r < headSize {
		return nil
	}
	size := int(binary.BigEndian.Uint16(in.buf[in.r:]))
	if size < tagSize {
		in.err = ErrRecord
		return nil
	}
	if in.w-in.r < headSize+size {
		return nil
	}
	return in.buf[in.r+headSize : in.r+headSize+size]
}

// fill reads once, behind what has arrived.
func (in *reader) fill() {
	buf := in.buf
	if size := in.wanted(); size > len(buf) {
		buf = make([]byte, size)
	}
	in.w = copy(buf, in.buf[in.r:in.w])
	in.r, in.buf = 0, buf
	if in.w > 0 {
		in.watched = true
		in.watch.Wait()
	}
	n, err := in.src.Read(buf[in.w:])
	if in.watched {
		in.watch.Arrived(n)
	}
	in.w += n
	in.filled = in.w == len(buf)
	switch {
	case n > 0 || err == nil:
	case in.watch.Expired():
		in.err = netlayer.ErrStalled
	default:
		in.err = tcp.Unexpected(err)
	}
}

// wanted returns how large buf is to be. That a record says that it is long is no reason: it has to come.
func (in *reader) wanted() int {
	if in.filled {
		return maxRecord
	}
	return minBuffer
}

// writer writes records.
//
// What writeNow has encrypted and the socket has not taken is unsent. Its records cannot be taken back, so what they hold is not written
// twice when it comes again: see netlayer.ImmediateWriter.
type writer struct {
	dst    netlayer.ImmediateWriter
	keys   *direction
	buf    []byte // reused while it is short; a long one is borrowed until nothing is unsent
	unsent []byte // in buf
	begun  int    // bytes that come again, and that records in unsent or before it hold
	err    error  // of the first write that failed
}

// write writes all of p.
func (out *writer) write(p []byte) (int, error) {
	if out.err != nil {
		return 0, out.err
	}
	if len(out.unsent) > 0 {
		if _, out.err = out.dst.Write(out.unsent); out.err != nil {
			return 0, out.err
		}
		out.unsent = nil
	}
	if err := out.seal(p[out.skip(p):]); err != nil {
		return 0, err
	}
	if len(out.buf) > 0 {
		_, out.err = out.dst.Write(out.buf)
	}
	out.finish()
	if out.err != nil {
		return 0, out.err
	}
	return len(p), nil
}

// writeNow writes what the socket takes of p, and of what is unsent before it.
func (out *writer) writeNow(p []byte) (int, error) {
	if out.err != nil {
		return 0, out.err
	}
	if done := out.flush(); !done {
		return 0, out.err
	}
	n := out.skip(p)
	if err := out.seal(p[n:]); err != nil {
		return 0, err
	}
	out.unsent = out.buf
	if done := out.flush(); !done {
		out.begun = len(p) - n
		return n, out.err
	}
	return len(p), nil
}

// flush writes what is unsent, as far as the socket takes it, and reports whether that is all.
func (out *writer) flush() bool {
	if len(out.unsent) > 0 {
		var n int
		n, out.err = out.dst.WriteNow(out.unsent)
		out.unsent = out.unsent[n:]
	}
	if len(out.unsent) > 0 {
		return false
	}
	out.finish()
	return out.err == nil
}

// sealBuffers are the buffers of writers that have much to write, of sealBuffer bytes. A stream has none while it has nothing to write.
var sealBuffers = sync.Pool{New: func() any { return new([sealBuffer]byte) }}

// begin makes buf an empty buffer for records that hold so many bytes.
func (out *writer) begin(size int) {
	if size > keptSealed && size <= sealBuffer-2*(headSize+tagSize) && cap(out.buf) < sealBuffer {
		out.buf = sealBuffers.Get().(*[sealBuffer]byte)[:]
	}
	out.buf = out.buf[:0]
}

// finish gives up buf, which is not used any more, unless it is short.
func (out *writer) finish() {
	switch n := cap(out.buf); {
	case n <= keptSealed:
		return
	case n == sealBuffer:
		sealBuffers.Put((*[sealBuffer]byte)(out.buf[:n]))
	}
	out.buf, out.unsent = nil, nil
}

// skip returns how many bytes at the beginning of p were encrypted before.
func (out *writer) skip(p []byte) int {
	n := min(out.begun, len(p))
	out.begun -= n
	return n
}

// seal puts records that hold p into buf, all of about one size.
func (out *writer) seal(p []byte) error {
	out.begin(len(p))
	for records := (len(p) + maxContent - 1) / maxContent; records > 0; records-- {
		n := (len(p) + records - 1) / records
		if out.buf, out.err = out.keys.seal(out.buf, p[:n]); out.err != nil {
			return out.err
		}
		p = p[n:]
	}
	return nil
}

// last returns what is unsent and the end. Nothing is written afterwards.
func (out *writer) last() ([]byte, error) {
	if out.err != nil {
		return nil, out.err
	}
	last, err := out.keys.seal(append([]byte(nil), out.unsent...), nil)
	out.err = errors.Join(err, net.ErrClosed)
	return last, err
}
