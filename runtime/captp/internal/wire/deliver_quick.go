package wire

import (
	"bytes"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// Nearly every operation is an op:deliver in its canonical form, which is recognised by comparing bytes, in less than half of the
// time. What is not recognised here is left to the reader that knows all forms, and so is every error.

// quickDeliver reads a message that data begins with. It returns nil if it does not recognise one.
func (d *Decoder) quickDeliver(data []byte) (op *Deliver, n int) {
	isOnly, i := false, 0
	switch {
	case bytes.HasPrefix(data, []byte(headDeliver)):
		i = len(headDeliver)
	case bytes.HasPrefix(data, []byte(headDeliverOnly)):
		isOnly, i = true, len(headDeliverOnly)
	default:
		return nil, 0
	}
	to, i := quickDesc(data, i)
	if !targets.has(to.Kind) || i == len(data) || data[i] != syrup.ListStart || d.limits.Depth < 2 {
		return nil, 0
	}
	args, i, ok := d.quickBody(data, i)
	if !ok {
		return nil, 0
	}
	var answer uint64
	var hasAnswer bool
	var resolver Desc
	if !isOnly {
		answer, hasAnswer, i, ok = quickAnswer(data, i)
		if !ok {
			return nil, 0
		}
		if resolver, i = quickDesc(data, i); resolver.Kind == None {
			if i == len(data) || data[i] != 'f' {
				return nil, 0
			}
			i++
		} else if !resolvers.has(resolver.Kind) {
			return nil, 0
		}
	}
	if i == len(data) || data[i] != syrup.RecordEnd {
		return nil, 0
	}
	op = d.deliver()
	*op = Deliver{To: to, Args: args, Answer: answer, HasAnswer: hasAnswer, Resolver: resolver}
	return op, i + 1
}

// quickBody reads a value whose descriptors all have positions.
func (d *Decoder) quickBody(data []byte, start int) (b Body, end int, ok bool) {
	var few [8]syrup.Span
	spans, end, err := syrup.Skim(few[:0], data, start, d.inner, isDescriptor)
	if err != nil || len(spans) > d.limits.Slots {
		return Body{}, 0, false
	}
	b.Data = data[start:end:end]
	if mayHide(b.Data) {
		return Body{}, 0, false
	}
	if len(spans) > 0 {
		b.Slots = d.newSlots(len(spans))
	}
	for j, s := range spans {
		desc, descEnd := quickDesc(data, s.Start)
		if descEnd != s.End {
			return Body{}, 0, false
		}
		b.Slots[j] = Slot{Start: s.Start - start, End: s.End - start, Desc: desc}
	}
	return b, end, true
}

// deliver returns a message to be filled in.
func (d *Decoder) deliver() *Deliver {
	if d.used == len(d.delivers) {
		d.delivers = append(d.delivers, new(Deliver))
	}
	d.used++
	return d.delivers[d.used-1]
}

// newSlots returns n slots to be filled in.
func (d *Decoder) newSlots(n int) []Slot {
	if cap(d.slots)-len(d.slots) < n {
		d.slots = make([]Slot, 0, max(n, 2*cap(d.slots))) // messages keep those that are in use
	}
	start := len(d.slots)
	d.slots = d.slots[:start+n]
	return d.slots[start : start+n : start+n]
}

// quickAnswer reads a position or false.
func quickAnswer(data []byte, start int) (pos uint64, isPos bool, end int, ok bool) {
	if start < len(data) && data[start] == 'f' {
		return 0, false, start + 1, true
	}
	pos, end = quickPos(data, start)
	return pos, true, end, end > start
}

// quickDesc reads a descriptor with a position. It returns None, and start, if it does not recognise one.
func quickDesc(data []byte, start int) (d Desc, end int) {
	rest := data[start:]
	i := start
	switch {
	case bytes.HasPrefix(rest, []byte(headExport)):
		d.Kind, i = Export, i+len(headExport)
	case bytes.HasPrefix(rest, []byte(headImportObject)):
		d.Kind, i = ImportObject, i+len(headImportObject)
	case bytes.HasPrefix(rest, []byte(headAnswer)):
		d.Kind, i = Answer, i+len(headAnswer)
	case bytes.HasPrefix(rest, []byte(headImportPromise)):
		d.Kind, i = ImportPromise, i+len(headImportPromise)
	default:
		return Desc{}, start
	}
	pos, end := quickPos(data, i)
	if end == i || end == len(data) || data[end] != syrup.RecordEnd {
		return Desc{}, start
	}
	d.Pos = pos
	return d, end + 1
}

// maxQuickDigits is how many digits fit into 64 bits whatever they are.
const maxQuickDigits = 19

// quickPos reads a position. It returns start if it does not recognise one.
func quickPos(data []byte, start int) (pos uint64, end int) {
	i := start
	for i < len(data) && data[i]-'0' <= 9 {
		pos = pos*10 + uint64(data[i]-'0')
		i++
	}
	if digits := i - start; digits == 0 || digits > maxQuickDigits || i == len(data) || data[i] != '+' {
		return 0, start
	}
	return pos, i + 1
}
