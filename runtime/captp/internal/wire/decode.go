package wire

import (
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// Decode decodes the first operation of data, in whatever dialect it is; n is its length. The zero Limits are the defaults.
//
// It returns a *[DecodeError], with n zero, or an *[UnknownOpError], with the length of the record. Bodies and signed handoffs
// in op are parts of data.
func Decode(data []byte, lim Limits) (op Op, n int, err error) {
	r := reader{data: data, lim: lim.orDefault()}
	r.d.Reset(data, syrup.Options{Limits: r.lim.syrup()})
	op = r.read()
	switch {
	case r.err != nil:
		return nil, 0, &DecodeError{Op: r.op, Field: r.field, Err: r.err}
	case r.d.Err() != nil:
		return nil, 0, &DecodeError{Op: r.op, Field: r.field, Err: r.d.Err()}
	case op == nil:
		return nil, r.d.Offset(), &UnknownOpError{Label: r.op}
	}
	return op, r.d.Offset(), nil
}

// reader decodes one operation. After an error it reads zeros, so that the fields of an operation are read in one go.
type reader struct {
	d    syrup.Decoder
	data []byte
	lim  Limits
	// op and field say where an error belongs.
	op, field string
	// err is the first error that is not d's own.
	err error
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

// fail records an error, if there is none yet.
func (r *reader) fail(err error) {
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
