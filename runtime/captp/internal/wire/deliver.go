package wire

import "github.com/ocapn-go/ocapn/runtime/syrup"

// Deliver sends a message to an object or a promise of the receiver.
//
// Spec: CapTP#opdeliver
type Deliver struct {
	// To is an Export or an Answer.
	To Desc
	// Args is a list.
	Args Body
	// Answer is the position at which the receiver keeps the answer, if HasAnswer is set.
	Answer    uint64
	HasAnswer bool
	// Resolver is told the outcome: an ImportObject, an ImportPromise, or None. Whatever it is, it is called as an object.
	Resolver Desc
}

func (*Deliver) op() {}

// appendDeliver appends the message. A dialect with op:deliver-only has no other form for a message without a resolver: an
// answer position without one is not sent, as its peers lose such a message.
func (d *Dialect) appendDeliver(dst []byte, op *Deliver) []byte {
	if op.Resolver.Kind == None && (d.DeliverOnly || !op.HasAnswer) {
		dst = append(dst, d.sendOnlyHead()...)
		dst = AppendDesc(dst, op.To)
		dst = AppendBody(dst, op.Args.Data, op.Args.Slots)
		return d.appendSendOnlyEnd(dst)
	}
	dst = append(dst, headDeliver...)
	dst = AppendDesc(dst, op.To)
	dst = AppendBody(dst, op.Args.Data, op.Args.Slots)
	if op.HasAnswer {
		dst = syrup.AppendUint(dst, op.Answer)
	} else {
		dst = append(dst, 'f')
	}
	dst = AppendDesc(dst, op.Resolver)
	return append(dst, syrup.RecordEnd)
}

// sendOnlyHead returns how a message begins whose outcome nobody is told.
func (d *Dialect) sendOnlyHead() string {
	if d.DeliverOnly {
		return headDeliverOnly
	}
	return headDeliver
}

// appendSendOnlyEnd appends how such a message ends.
func (d *Dialect) appendSendOnlyEnd(dst []byte) []byte {
	if d.DeliverOnly {
		return append(dst, syrup.RecordEnd)
	}
	return append(dst, "ff>"...)
}

func (r *reader) deliver() Op {
	op := new(Deliver)
	op.To = r.target("to-desc")
	op.Args = r.list("args")
	op.Answer, op.HasAnswer = r.optionalPos("answer-pos")
	op.Resolver = r.optionalResolver("resolve-me-desc")
	r.end()
	return op
}

func (r *reader) deliverOnly() Op {
	op := new(Deliver)
	op.To = r.target("to-desc")
	op.Args = r.list("args")
	r.end()
	return op
}

// optionalPos reads a position, or false for none.
//
// Spec: CapTP#answer-pos
func (r *reader) optionalPos(field string) (pos uint64, ok bool) {
	r.at(field)
	if r.d.Kind() == syrup.Bool {
		r.absent("a position or false")
		return 0, false
	}
	return r.d.Uint64(), true
}

// optionalResolver reads a resolver, or false for none.
func (r *reader) optionalResolver(field string) Desc {
	r.at(field)
	if r.d.Kind() == syrup.Bool {
		r.absent(wantResolver)
		return Desc{}
	}
	return r.desc(resolvers)
}

const wantResolver = descImportObject + ", " + descImportPromise + " or false"

// absent reads the false that stands for a missing value.
func (r *reader) absent(want string) {
	if r.d.Bool() {
		r.fail(want)
	}
}
