package captp

import (
	"slices"
	"sync"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
)

// used is what a vat has used and will use again, so that a call costs few allocations. What is larger than usual is left to the
// garbage collector, and so is what a vat at rest does not need.
type used struct {
	encoders sync.Pool // of *Encoder
	decoders sync.Pool // of *Decoder
	parkers  sync.Pool // of *parker
	batches  sync.Pool // of *batch
	parcels  sync.Pool // of *parcel
	chunks   sync.Pool // of *chunk, as large as usual
	long     sync.Pool // of *chunk, larger ones
}

// take returns something that was used before, or something new.
func take[T any](from *sync.Pool) *T {
	if x, ok := from.Get().(*T); ok {
		return x
	}
	return new(T)
}

// encoder returns an encoder, to be given to putEncoder. A method that has kept its own may have written to it since: what it wrote
// is not to be part of another message.
func (v *Vat) encoder() *Encoder {
	e := take[Encoder](&v.used.encoders)
	e.vat = v
	e.reset()
	return e
}

// putEncoder takes back an encoder that nobody uses any longer.
func (v *Vat) putEncoder(e *Encoder) {
	if e.long != nil {
		e.long.buf = e.buf
		v.putChunk(e.long)
		e.buf, e.long, e.short = e.short, nil, nil
	}
	if cap(e.buf) > maxPooled {
		e.buf = nil
	}
	if cap(e.slots) > maxPooledSlots {
		e.slots = nil
	}
	e.reset()
	v.used.encoders.Put(e)
}

// decoder returns a decoder of b, to be given to putDecoder.
func (v *Vat) decoder(b core.Body) *Decoder {
	d := take[Decoder](&v.used.decoders)
	d.vat = v
	d.reset(b, v.decoding, v.limits.DecodedBytes)
	return d
}

// putDecoder takes back a decoder that nobody uses any longer.
func (v *Vat) putDecoder(d *Decoder) {
	d.reset(core.Body{}, v.decoding, 0)
	v.used.decoders.Put(d)
}

// batch is what a reader read at once.
type batch struct {
	ops     []wire.Op
	length  int    // of the messages, in bytes
	decoded int    // what they became takes up beside them, in bytes
	then    func() // called on the loop when ops were handled; nil if there is nothing to do then
	decoder wire.Decoder
	buf     []byte // that the messages are in, or some of them
	isLong  bool   // some of it was given to the core
}

func (v *Vat) batch() *batch { return take[batch](&v.used.batches) }

// putBatch takes back a batch of which the core has had everything.
func (v *Vat) putBatch(b *batch) {
	if b.isLong {
		b.buf = nil
	}
	b.ops = recycled(b.ops)
	b.length, b.decoded, b.isLong, b.then = 0, 0, false, nil
	b.decoder.Reset()
	v.used.batches.Put(b)
}

// size is what the batch takes up, in bytes.
func (b *batch) size() int { return b.length + b.decoded + batchBytes }

// minBatch is how long the buffer of a batch is at least, in bytes.
const minBatch = 512

// room returns an empty buffer for messages of so many bytes, at most 64 KiB.
func (b *batch) room(size int) []byte {
	if size > cap(b.buf) {
		b.buf = make([]byte, 0, max(size, minBatch))
	}
	return b.buf[:0]
}

// chunk returns an empty chunk for output that has about so many bytes for a start, to be given to putChunk.
func (v *Vat) chunk(size int) *chunk {
	if size <= maxChunk {
		return take[chunk](&v.used.chunks)
	}
	c := take[chunk](&v.used.long)
	if cap(c.buf) > maxSlack*size { // somebody else needs it more, and this one may be kept for long
		v.used.long.Put(c)
		c = new(chunk)
	}
	c.buf = slices.Grow(c.buf, size)
	return c
}

// putChunk takes back a chunk that was sent.
func (v *Vat) putChunk(c *chunk) {
	n := cap(c.buf)
	*c = chunk{buf: c.buf[:0], ends: c.ends[:0]}
	switch {
	case n <= maxChunk:
		v.used.chunks.Put(c)
	case n <= maxPooledLong:
		v.used.long.Put(c)
	}
}

// parcel is a body that a turn has for itself.
type parcel struct {
	core.Body
	data []byte // that Data is in, unless it is the parcel's own
}

// size returns what the parcel takes up, in bytes.
func (p *parcel) size() int {
	return max(len(p.Data), cap(p.data)) + turnReference*len(p.Slots)
}

// parcel returns a copy of b, which the core has lent, to be given to putParcel.
func (v *Vat) parcel(b core.Body) *parcel {
	p := take[parcel](&v.used.parcels)
	p.Slots = append(p.Slots[:0], b.Slots...)
	if p.Own = b.Own; b.Own {
		p.Data = b.Data
		return p
	}
	p.data = append(p.data[:0], b.Data...)
	p.Data = p.data
	return p
}

// putParcel takes back a parcel that nobody looks into any longer.
func (v *Vat) putParcel(p *parcel) {
	p.Data, p.Own = nil, false
	if cap(p.data) > maxPooled {
		p.data = nil
	}
	if clear(p.Slots); cap(p.Slots) > maxPooledSlots {
		p.Slots = nil
	}
	v.used.parcels.Put(p)
}
