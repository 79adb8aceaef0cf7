package syrup

import (
	"errors"
	"fmt"
	"io"
	"math"
)

// inlineFrames is how many open containers a Decoder describes without allocating.
const inlineFrames = 12

// Options say how to decode. The zero value is tolerant mode with the default limits.
type Options struct {
	Limits Limits
	// Strict refuses what is not canonical. See the package documentation for what tolerant mode admits.
	Strict bool
	// Order is the order of keys that strict mode demands. In tolerant mode it is the order that dictionaries are expected
	// in; others are accepted and cost a little more.
	Order KeyOrder
}

// A Decoder pulls values from one slice. The zero value has no input; give it some by [Decoder.Reset]. It is usable as a
// field of another struct, and allocates nothing but what its methods return, unless containers are nested more than 12
// deep or, in tolerant mode, the dictionaries and sets that are open have more than 16 keys and members so far.
//
// Errors are sticky: after the first, every method returns the zero value, [Decoder.More] returns false, and
// [Decoder.Err] returns the error. So a record is read in a straight line and Err is asked once. It is a [*SyntaxError],
// [*TypeError], [*RangeError], [*LimitError], or the [*ValueError] of [Decoder.Fail].
//
// A Decoder must not be used by two goroutines at once. It reads the slice and never writes to it; the slice must not
// change while the Decoder, or anything that aliases the slice, is in use.
type Decoder struct {
	data  []byte
	off   int // after an error: len(data), so that every method finds nothing to read
	depth int
	top   frame // the innermost open container

	limits Limits
	order  KeyOrder

	err    error
	errOff int

	texts  texts
	keys   keyStack
	frames [inlineFrames]frame // the others, from the outside in
	spill  []frame             // and those that frames has no room for
}

// A frame describes one open container, or, outermost, the input.
type frame struct {
	start  int32 // of its opening bracket
	n      int32 // values read, keys included
	bound  int32 // n above it needs attention: an order to keep, or a limit
	prev   keySpan
	keys   keyRegion
	close  byte     // its closing bracket; 0 for the input
	strict bool     // what it holds must be canonical
	order  KeyOrder // that its keys are in so far
	mixed  bool     // its keys are in neither order
}

// Reset gives the decoder new input and forgets the old, and its error.
func (d *Decoder) Reset(data []byte, opts Options) {
	d.data, d.off, d.depth = data, 0, 0
	d.limits, d.order = opts.Limits.orDefaults(), opts.Order
	d.err, d.errOff = nil, 0
	d.texts = texts{}
	d.keys.reset()
	d.spill = d.spill[:0]
	d.top = frame{bound: math.MaxInt32, strict: opts.Strict}
	if len(data) > d.limits.MaxBytes {
		d.limit("MaxBytes", d.limits.MaxBytes, d.limits.MaxBytes)
	}
}

// Err returns the first error, or nil.
func (d *Decoder) Err() error { return d.err }

// Fail records err, which is about the value to come, with its offset and path, as a [*ValueError]. If there is an error
// already, or err is nil, it does nothing.
func (d *Decoder) Fail(err error) { d.FailAt(d.off, err) }

// FailAt is Fail about the value at off, which was read already: off is what [Decoder.Offset] returned before.
func (d *Decoder) FailAt(off int, err error) {
	if d.err != nil || err == nil {
		return
	}
	off = max(0, min(off, d.off))
	d.stop(&ValueError{Offset: off, Path: d.path(off), Err: err}, off)
}

// Offset returns the offset of the next token in the input, or that of the error if there is one.
func (d *Decoder) Offset() int {
	if d.err != nil {
		return d.errOff
	}
	return d.off
}

// Seek continues at off, which must lie further on and inside the present container, between two values. What lies in
// between counts as one item. It is for passing over a value whose end is known, such as by [Skim].
func (d *Decoder) Seek(off int) {
	if d.err != nil {
		return
	}
	if off <= d.off || off > len(d.data) {
		d.Fail(fmt.Errorf("seek to offset %d", off))
		return
	}
	start := d.off
	d.off = off
	d.done(start)
}

// Data returns the input: the slice given to Reset, not a copy.
func (d *Decoder) Data() []byte { return d.data }

// Depth returns how many containers are open.
func (d *Decoder) Depth() int { return d.depth }

// Finish returns the error if there is one. If there is none, it demands that no container is open and nothing is left.
func (d *Decoder) Finish() error {
	switch {
	case d.err != nil:
	case d.depth > 0 && d.off == len(d.data):
		d.syntax(d.off, io.ErrUnexpectedEOF)
	case d.depth > 0 || d.off < len(d.data):
		d.syntax(d.off, ErrTrailing)
	}
	return d.err
}

// Kind returns what comes next. It consumes nothing and never fails; after an error it returns Invalid. That an integer,
// text or byte array is complete, it does not promise.
func (d *Decoder) Kind() Kind {
	if d.err != nil {
		return Invalid
	}
	return kindAt(d.data, d.off)
}

// IsFloat64 reports whether a Float64 comes next. Kind says so too, but looks at an integer to its end, to tell it from a text.
func (d *Decoder) IsFloat64() bool {
	return d.err == nil && d.off < len(d.data) && d.data[d.off] == 'D'
}

// stop records the error, which must be the first, and leaves nothing to read.
func (d *Decoder) stop(err error, off int) {
	d.err, d.errOff = err, off
	d.off = len(d.data)
}

// syntax records a syntax error.
func (d *Decoder) syntax(off int, err error) {
	if d.err == nil {
		d.stop(&SyntaxError{Offset: off, Path: d.path(off), Err: err}, off)
	}
}

// limit records that a limit is exceeded.
func (d *Decoder) limit(name string, limit, off int) {
	if d.err == nil {
		d.stop(&LimitError{Name: name, Limit: limit, Offset: off}, off)
	}
}

// mismatch records that the value to come is not what is wanted, or is no value at all.
func (d *Decoder) mismatch(want string) {
	if d.err != nil {
		return
	}
	kind := kindAt(d.data, d.off)
	if kind == Close && d.depth > 0 {
		if err := closeError(d.data[d.off], d.top.close, d.top.n); err != nil {
			d.syntax(d.off, err)
			return
		}
	}
	switch {
	case kind == EndOfInput, kind == Invalid, kind == Close && d.depth == 0:
		d.unexpected(d.off)
	default:
		d.stop(&TypeError{Offset: d.off, Path: d.path(d.off), Want: want, Got: kind}, d.off)
	}
}

// unexpected records that no value begins at off, but digits may.
func (d *Decoder) unexpected(off int) {
	p := scanPrefix(d.data, off)
	switch err := checkDigits(off, p, d.limits); {
	case err != nil:
		d.refuse(off, err)
	case p.end == len(d.data):
		d.syntax(p.end, io.ErrUnexpectedEOF)
	default:
		d.syntax(p.end, unexpectedByte(p.marker))
	}
}

// refuse records err, which is a LimitError or else becomes a SyntaxError.
func (d *Decoder) refuse(off int, err error) {
	if limit, ok := errors.AsType[*LimitError](err); ok {
		d.limit(limit.Name, limit.Limit, limit.Offset)
		return
	}
	d.syntax(off, err)
}

// path returns the path to off, with nothing of the values before the one that holds it.
func (d *Decoder) path(off int) string { return pathTo(d.data, 0, off) }
