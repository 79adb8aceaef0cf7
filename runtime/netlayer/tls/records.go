package tls

import (
	"encoding/binary"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// headSize is the size, in bytes, of what stands before a record of TLS: its type, a version, and its length.
const headSize = 5

// records follows the records in a stream of bytes, from its beginning.
type records struct {
	head [headSize]byte // of the record that has begun
	have int            // bytes of head
	left int            // bytes of the record behind its head, once that is whole
}

// begun reports whether part of a record has been read.
func (r *records) begun() bool { return r.have > 0 }

// follow takes notice of what was read, and reports whether a record has become whole by it.
func (r *records) follow(p []byte) (whole bool) {
	for len(p) > 0 {
		if r.have < headSize {
			n := copy(r.head[r.have:], p)
			r.have, p = r.have+n, p[n:]
			if r.have < headSize {
				return whole
			}
			r.left = int(binary.BigEndian.Uint16(r.head[headSize-2:]))
		}
		n := min(r.left, len(p))
		r.left, p = r.left-n, p[n:]
		if r.left == 0 {
			r.have, whole = 0, true
		}
	}
	return whole
}

// watchRecords sees to it from now on that a record that has begun to arrive goes on arriving, as a message does: see
// netlayer.StreamOptions. Its time is that of a message.
func (b *bottom) watchRecords(limit time.Duration) {
	if limit == 0 {
		limit = netlayer.DefaultMessageTime
	}
	b.watching = true
	b.watch.Init(limit, netlayer.MinRate, func() { _ = b.Conn.SetReadDeadline(time.Unix(1, 0)) })
}
