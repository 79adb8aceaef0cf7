package wire

import "github.com/ocapn-go/ocapn/runtime/syrup"

// Listen asks for the outcome of a promise of the receiver.
//
// Spec: CapTP#oplisten
type Listen struct {
	// To is an Export or an Answer.
	To Desc
	// Resolver is told the outcome, once: an ImportObject or an ImportPromise.
	Resolver Desc
	// WantsPartial asks older peers to report also that the promise now follows another one. The draft has no such field;
	// a message without it leaves WantsPartial false.
	WantsPartial bool
}

func (*Listen) op() {}

// appendListen appends the form with three fields in every dialect: a message with two ends the session of most peers, and the
// third field ends nobody's.
func appendListen(dst []byte, op *Listen) []byte {
	dst = append(dst, headListen...)
	dst = AppendDesc(dst, op.To)
	dst = AppendDesc(dst, op.Resolver)
	dst = syrup.AppendBool(dst, op.WantsPartial)
	return append(dst, syrup.RecordEnd)
}

func (r *reader) listen() Op {
	op := new(Listen)
	op.To = r.target("to-desc")
	op.Resolver = r.resolver("listen-desc")
	r.at("wants-partial")
	if r.d.More() {
		op.WantsPartial = r.d.Bool()
		r.end()
	}
	return op
}
