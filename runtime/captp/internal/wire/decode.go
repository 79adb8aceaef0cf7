package wire

import (
	"errors"
	"io"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// Decoder decodes operations. It makes them of memory that it uses again after Reset, as far as they are messages in their usual
// form. The zero Decoder is ready for use.
type Decoder struct {
	given    Limits
	limits   Limits       // given, complete
	inner    syrup.Limits // of a value inside of an operation
	delivers []*Deliver
	used     int    // of delivers
	slots    []Slot // of the messages in use, one behind the other
}

// Reset takes back what Decode has returned: none of it is needed any longer.
func (d *Decoder) Reset() {
	for _, op := range d.delivers[:d.used] {
		*op = Deliver{}
	}
	clear(d.slots)
	d.used, d.slots = 0, d.slots[:0]
	if len(d.delivers) > maxKept || cap(d.slots) > maxKept {
		d.delivers, d.slots = nil, nil
	}
}

// maxKept is how many messages, or slots, a decoder keeps for the next use.
const maxKept = 4 << 10

// Decode is [Decoder.Decode] into memory that is not used again.
func Decode(data []byte, lim Limits) (op Op, n int, err error) { return new(Decoder).Decode(data, lim) }

// Decode decodes the first operation of data, in whatever dialect it is; n is its length. The zero Limits are the defaults.
//
// It returns a *[DecodeError], with n zero, or an *[UnknownOpError], with the length of the record. Bodies and signed handoffs
// in op are parts of data.
func (d *Decoder) Decode(data []byte, lim Limits) (op Op, n int, err error) {
	d.limit(lim)
	lim = d.limits
	isCut := len(data) > lim.MessageBytes
	if isCut {
		data = data[:lim.MessageBytes]
	}
	if op, n := d.quickDeliver(data); op != nil {
		return op, n, nil
	}
	r := reader{data: data, lim: lim}
	r.d.Reset(data, syrup.Options{Limits: lim.syrup()})
	op = r.read()
	if err := r.failure(); err != nil {
		if isCut && errors.Is(err, io.ErrUnexpectedEOF) {
			err = &syrup.LimitError{Name: "MessageBytes", Limit: lim.MessageBytes, Offset: lim.MessageBytes}
		}
		return nil, 0, &DecodeError{Op: r.op, Field: r.field, Err: err}
	}
	if op == nil {
		return nil, r.d.Offset(), &UnknownOpError{Label: r.op}
	}
	return op, r.d.Offset(), nil
}

// limit makes lim the limits from now on.
func (d *Decoder) limit(lim Limits) {
	if lim == d.given && d.limits != (Limits{}) {
		return
	}
	d.given, d.limits = lim, lim.orDefault()
	d.inner = d.limits.syrup()
	d.inner.MaxDepth--
}

// reader decodes one operation. After an error it reads zeros, so that the fields of an operation are read in one go.
type reader struct {
	d    syrup.Decoder
	data []byte
	lim  Limits
	// op and field say where an error belongs.
	op, field string
	// err is the first error if it was not d that found it, and d knows no more than that there is one.
	err error
}

// failure returns the first error.
func (r *reader) failure() error {
	if r.err != nil {
		return r.err
	}
	return r.d.Err()
}

// read reads an operation. It returns nil if the label is unknown.
func (r *reader) read() Op {
	r.d.Record()
	label := r.d.SymbolBytes()
	switch string(label) {
	case opDeliver:
		r.op = opDeliver
		return r.deliver()
	case opDeliverOnly:
		r.op = opDeliverOnly
		return r.deliverOnly()
	case opListen:
		r.op = opListen
		return r.listen()
	case opGet:
		r.op = opGet
		return r.get()
	case opIndex:
		r.op = opIndex
		return r.index()
	case opUntag:
		r.op = opUntag
		return r.untag()
	case opGCExports, opGCExport:
		r.op = opGCExports
		return r.gcExports()
	case opGCAnswers, opGCAnswer:
		r.op = opGCAnswers
		return r.gcAnswers()
	case opStartSession:
		r.op = opStartSession
		return r.startSession()
	case opAbort:
		r.op = opAbort
		return r.abort()
	default:
		r.op = string(cut(label, 64))
		r.d.SkipRest()
		return nil
	}
}

// at says which field is read next.
func (r *reader) at(field string) {
	if r.d.Err() == nil {
		r.field = field
	}
}

// fail refuses the value that was just read, or that comes next, if there is no error yet.
func (r *reader) fail(want string) { r.d.Fail(&FieldError{Want: want}) }

// refuse records an error that says itself where it is, if there is no error yet.
func (r *reader) refuse(err error) {
	if r.d.Err() == nil {
		r.err = err
		r.d.Fail(err)
	}
}

// end reads the end of the operation.
func (r *reader) end() {
	r.at("")
	r.d.End()
}

// pos reads a position. Zero is one, whatever the draft says: every family of peers sends it somewhere.
func (r *reader) pos(field string) uint64 {
	r.at(field)
	return r.d.Uint64()
}

func (r *reader) string(field string) string {
	r.at(field)
	return r.d.String()
}
