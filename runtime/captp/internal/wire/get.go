package wire

import (
	"math"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// Get asks for a field of the struct that a promise of the receiver turns out to be.
//
// Spec: CapTP#opget
type Get struct {
	// To is an Export or an Answer.
	To    Desc
	Field string
	// Answer is the position at which the receiver keeps the answer.
	Answer uint64
}

// Index asks for an element of the list that a promise of the receiver turns out to be.
//
// Spec: CapTP#opindex
type Index struct {
	// To is an Export or an Answer.
	To Desc
	// Index counts from zero. A number that does not fit is received as the nearest one that does: no list has it either.
	Index int64
	// Answer is the position at which the receiver keeps the answer.
	Answer uint64
}

// Untag asks for the payload of the tagged value that a promise of the receiver turns out to be.
//
// Spec: CapTP#opuntag
type Untag struct {
	// To is an Export or an Answer.
	To Desc
	// Tag is the tag that the value must have.
	Tag string
	// Answer is the position at which the receiver keeps the answer.
	Answer uint64
}

func (*Get) op()   {}
func (*Index) op() {}
func (*Untag) op() {}

func appendGet(dst []byte, op *Get) []byte {
	dst = append(dst, headGet...)
	dst = AppendDesc(dst, op.To)
	dst = appendText(dst, op.Field)
	dst = syrup.AppendUint(dst, op.Answer)
	return append(dst, syrup.RecordEnd)
}

func appendIndex(dst []byte, op *Index) []byte {
	dst = append(dst, headIndex...)
	dst = AppendDesc(dst, op.To)
	dst = syrup.AppendInt(dst, op.Index)
	dst = syrup.AppendUint(dst, op.Answer)
	return append(dst, syrup.RecordEnd)
}

func appendUntag(dst []byte, op *Untag) []byte {
	dst = append(dst, headUntag...)
	dst = AppendDesc(dst, op.To)
	dst = appendText(dst, op.Tag)
	dst = syrup.AppendUint(dst, op.Answer)
	return append(dst, syrup.RecordEnd)
}

func (r *reader) get() Op {
	op := new(Get)
	op.To = r.target("receiver-desc")
	op.Field = r.string("field-name")
	op.Answer = r.pos("new-answer-pos")
	r.end()
	return op
}

func (r *reader) index() Op {
	op := new(Index)
	op.To = r.target("receiver-desc")
	op.Index = r.nearestInt("index")
	op.Answer = r.pos("new-answer-pos")
	r.end()
	return op
}

func (r *reader) untag() Op {
	op := new(Untag)
	op.To = r.target("receiver-desc")
	op.Tag = r.string("tag")
	op.Answer = r.pos("new-answer-pos")
	r.end()
	return op
}

// nearestInt reads an integer of any size.
func (r *reader) nearestInt(field string) int64 {
	r.at(field)
	i := r.d.BigInt()
	switch {
	case i == nil:
		return 0
	case i.IsInt64():
		return i.Int64()
	case i.Sign() < 0:
		return math.MinInt64
	default:
		return math.MaxInt64
	}
}
