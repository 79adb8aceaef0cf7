package netlayer

import (
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/arrival"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// streamReader cuts what arrives into messages. All of it is owned by the receiving goroutine.
//
// What has arrived lies in buf[r:w]. Messages that are whole there are copied out together. A message of which longReceived bytes
// have arrived, and that is not whole, moves to a buffer of its own and is completed there.
type streamReader struct {
	src     io.Reader
	socket  *socketReader // what src reads from, nil if that is no socket
	limit   int           // in bytes, of one message
	framing Framing       // Detect until the first byte has arrived
	answer  func(Framing) // called with framing when that is known
	buf     []byte        // of minReadBuffer or maxReadBuffer bytes, once there is one; nil while a socketReader waits
	r, w    int
	rest    []byte // what buf[r:w] would be while a socketReader waits
	before  int64  // bytes of the stream that were before buf[0]
	filled  bool   // the last read filled buf: a larger one would have brought more
	err     error  // what the last read returned: the end of the stream once buf holds no whole message
	over    error  // what every further receive returns

	// watch watches over the message at r, if watched, of which more has been waited for.
	watch   arrival.Watch
	watched bool

	// Framed: the message at r that has not arrived whole.
	head   int // bytes before it; zero when its length has not arrived
	length int

	holding   int              // bytes of the buffer of a long message that is not whole
	onHolding func(change int) // called when that changes, if not nil

	// Raw: the message at r that has not arrived whole.
	scanner syrup.Scanner
	scanned int // bytes of it that the scanner has seen
}

// hold says how many bytes the buffer of a long message that is not whole has.
func (in *streamReader) hold(n int) {
	change := n - in.holding
	in.holding = n
	if change != 0 && in.onHolding != nil {
		in.onHolding(change)
	}
}

// setLimit bounds the messages from the next on. What the scanner has seen of that under another limit, it sees again.
func (in *streamReader) setLimit(n int) {
	in.limit = n
	in.rescan()
}

// rescan makes the scanner begin at r.
func (in *streamReader) rescan() {
	in.scanner.Reset(syrup.Limits{MaxBytes: in.limit})
	in.scanned = 0
}

// receive appends at least one message, or returns why there will be none. Messages that are not long are put into a buffer that is asked for.
func (in *streamReader) receive(dst [][]byte, buffer func(size int) []byte) ([][]byte, error) {
	if in.over == nil {
		dst, in.over = in.next(dst, buffer)
	}
	return dst, in.over
}

// next is receive while the stream is not over.
func (in *streamReader) next(dst [][]byte, buffer func(size int) []byte) ([][]byte, error) {
	first := len(dst)
	for {
		dst, err := in.take(dst)
		switch {
		case len(dst) > first:
			in.whole()
			// A bad message behind good ones is found again by the next call, by then perhaps under another limit.
			moveOut(dst[first:], buffer)
			return dst, nil
		case err != nil:
			return dst, err
		case in.err != nil:
			return dst, in.ended()
		case !in.isLong():
			in.fill()
			continue
		}
		long, err := in.readLong()
		if err != nil {
			return dst, err
		}
		in.whole()
		dst = append(dst, long)
		dst, _ = in.take(dst)
		moveOut(dst[first+1:], buffer)
		return dst, nil
	}
}

// take appends the whole messages in buf, as slices of it. The error is about what follows them.
func (in *streamReader) take(dst [][]byte) ([][]byte, error) {
	if in.r == in.w {
		return dst, nil
	}
	if in.framing == Detect {
		f, err := framingOf(in.buf[in.r])
		if err != nil {
			return dst, in.malformed(err)
		}
		in.framing = f
		in.answer(f)
		in.rescan()
	}
	if in.framing == Raw {
		return in.takeValues(dst)
	}
	return in.takeFrames(dst)
}

// takeFrames is take for Framed.
func (in *streamReader) takeFrames(dst [][]byte) ([][]byte, error) {
	for {
		head, length, err := frameHead(in.buf[in.r:in.w], in.limit)
		if err != nil {
			return dst, in.malformed(err)
		}
		if head == 0 || in.w-in.r-head < length {
			in.head, in.length = head, length
			return dst, nil
		}
		end := in.r + head + length
		if length > 0 {
			dst = append(dst, in.buf[in.r+head:end])
		}
		in.r = end
	}
}

// takeValues is take for Raw.
func (in *streamReader) takeValues(dst [][]byte) ([][]byte, error) {
	for in.r+in.scanned < in.w {
		done, err := in.scan(in.buf[in.r+in.scanned : in.w])
		if err != nil {
			in.rescan()
			return dst, err
		}
		if !done {
			break
		}
		end := in.r + in.scanned
		dst = append(dst, in.buf[in.r:end])
		in.r, in.scanned = end, 0
	}
	return dst, nil
}

// scan shows the scanner more of the message at r.
func (in *streamReader) scan(data []byte) (done bool, err error) {
	if in.scanned == 0 && data[0] != '<' {
		return false, in.malformed(fmt.Errorf("%q does not begin a record", data[0]))
	}
	n, done, err := in.scanner.Scan(data)
	in.scanned += n
	if err == nil && in.scanned > in.limit {
		err = errTooLarge
	}
	if err != nil {
		return false, in.malformed(err)
	}
	return done, nil
}

// malformed returns the error for what is wrong with the message at r.
func (in *streamReader) malformed(err error) error {
	var limit *syrup.LimitError
	if errors.Is(err, errTooLarge) || errors.As(err, &limit) && limit.Name == "MaxBytes" {
		return &MessageTooLargeError{Limit: in.limit}
	}
	return &FrameError{Offset: in.before + int64(in.r), Err: err}
}

// ended returns why nothing more comes. The stream ends well only between two messages.
func (in *streamReader) ended() error { return in.endedIn(in.r < in.w) }

// endedIn is ended for who knows whether a message has begun.
func (in *streamReader) endedIn(message bool) error {
	switch {
	case in.watch.Expired():
		return ErrStalled
	case message && errors.Is(in.err, io.EOF):
		return io.ErrUnexpectedEOF
	default:
		return in.err
	}
}

// wait says that the rest of a message is waited for, and arrived that so much of it, or nothing, has come.
func (in *streamReader) wait() {
	in.watched = true
	in.watch.Wait()
}

func (in *streamReader) arrived(n int) {
	if in.watched {
		in.watch.Arrived(n)
	}
}

// whole says that the message that was waited for is whole.
func (in *streamReader) whole() {
	if in.watched {
		in.watched = false
		in.watch.Done()
	}
}

// fill reads once, behind what is in buf, of which it keeps the beginning of one message that is not long.
func (in *streamReader) fill() {
	if in.socket != nil {
		var n int
		n, in.err = in.socket.readInto(in)
		in.arrived(n)
		if in.w += n; in.buf == nil { // it waited in vain
			in.buf = in.rest
		}
		return
	}
	size := max(len(in.buf), minReadBuffer)
	if in.filled {
		size = maxReadBuffer
	}
	if size > len(in.buf) {
		in.moveTo(make([]byte, size))
	} else if in.r > 0 {
		in.moveTo(in.buf)
	}
	if in.w > 0 {
		in.wait()
	}
	n, err := in.src.Read(in.buf[in.w:])
	in.arrived(n)
	in.filled = in.w+n == len(in.buf)
	in.w += n
	in.err = err
}

// readBuffers are the buffers of readers of sockets, of maxReadBuffer bytes. A stream has none while it waits for something to read, so
// that many idle ones cost little.
var readBuffers = sync.Pool{New: func() any { return new([maxReadBuffer]byte) }}

// borrow returns where the next bytes that arrive belong. There is room for the rest of any message that is not long.
func (in *streamReader) borrow() []byte {
	if in.buf == nil {
		in.buf = readBuffers.Get().(*[maxReadBuffer]byte)[:]
		in.w = copy(in.buf, in.rest)
	} else if in.r > 0 {
		in.moveTo(in.buf)
	}
	return in.buf[in.w:]
}

// giveBack ends the use of what borrow returned, because nothing more is there, unless much of a message has arrived, which is kept there.
func (in *streamReader) giveBack() {
	n := in.w - in.r
	if n > 0 {
		in.wait()
	}
	switch {
	case n > maxRest:
		return
	case n == 0:
		in.rest = nil
	default:
		in.rest = append(in.rest[:0], in.buf[in.r:in.w]...) // in the same memory, however often the message grows by an octet
	}
	readBuffers.Put((*[maxReadBuffer]byte)(in.buf))
	in.before += int64(in.r)
	in.buf, in.r, in.w = nil, 0, len(in.rest)
}

// moveTo moves what has arrived to the beginning of buf, which becomes the read buffer.
func (in *streamReader) moveTo(buf []byte) {
	n := copy(buf, in.buf[in.r:in.w])
	in.before += int64(in.r)
	in.buf, in.r, in.w = buf, 0, n
}

// moveOut moves the messages, which are slices of the read buffer, to where the next read leaves them alone.
func moveOut(msgs [][]byte, buffer func(size int) []byte) {
	if len(msgs) == 0 {
		return
	}
	size := 0
	for _, m := range msgs {
		size += len(m)
	}
	buf := buffer(size)
	for i, m := range msgs {
		start := len(buf)
		buf = append(buf, m...)
		msgs[i] = buf[start:len(buf):len(buf)]
	}
}
