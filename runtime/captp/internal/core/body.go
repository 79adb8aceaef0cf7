package core

import (
	"cmp"
	"slices"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// Placeholder stands in [Body.Data] for a capability of a body that was made in this vat. It is a well-formed Syrup
// record, so that whoever walks over the bytes needs no special case; its content is never looked at.
const Placeholder = "<t>"

// Slot says where in a body a capability stands.
type Slot struct {
	// Start and End are offsets into the body's data.
	Start, End int
	// Cap is the capability. It was resolved when the message arrived, so that nothing that arrives later can pull it away.
	Cap Cap
}

// Body is one Syrup value and the capabilities that occur in it, in order: a list of arguments, a result, the reason of a
// broken promise. Bodies are never changed once they are made.
type Body struct {
	Data  []byte
	Slots []Slot
	// Own says that the data is not used again by whoever made the body, which can be kept without a copy. Slots never are.
	Own bool
}

// slotBytes is what a capability in a body takes up beside its bytes, about.
const slotBytes = 48

// size returns what the body takes up, about, in bytes.
func (b Body) size() int { return len(b.Data) + slotBytes*len(b.Slots) }

// placeholder is Placeholder for bodies that are a capability alone. Nobody writes to it.
var placeholder = []byte(Placeholder)

// CapBody returns the body that is c alone.
func CapBody(c Cap) Body {
	return Body{Data: placeholder, Slots: []Slot{{End: len(Placeholder), Cap: c}}, Own: true}
}

// Cap returns the capability that the whole value is, if it is one.
func (b Body) Cap() (Cap, bool) {
	if len(b.Slots) == 1 && b.Slots[0].Start == 0 && b.Slots[0].End == len(b.Data) {
		return b.Slots[0].Cap, true
	}
	return nil, false
}

// Kept returns b for keeping: what is lent is copied.
func (b Body) Kept() Body {
	if !b.Own {
		b.Data, b.Own = slices.Clone(b.Data), true
	}
	b.Slots = slices.Clone(b.Slots)
	return b
}

// part returns the part of b at span, with the capabilities in it. It shares the bytes, and costs in proportion to the part. Who keeps it
// copies it, so that it does not hold on to the whole.
func (b Body) part(span syrup.Span) Body {
	out := Body{Data: b.Data[span.Start:span.End:span.End]}
	first, n := b.slotsFrom(span.Start), b.slotsFrom(span.End)
	if n -= first; n == 0 {
		return out
	}
	out.Slots = make([]Slot, n)
	for i, s := range b.Slots[first : first+n] {
		out.Slots[i] = Slot{Start: s.Start - span.Start, End: s.End - span.Start, Cap: s.Cap}
	}
	return out
}

// narrow is part for a body that nobody looks at any longer: its slots become those of the part, and its data as well, if the part is most
// of it.
func (b Body) narrow(span syrup.Span) Body {
	first, end := b.slotsFrom(span.Start), b.slotsFrom(span.End)
	out := Body{Data: b.Data[span.Start:span.End:span.End], Slots: b.Slots[first:end:end]}
	out.Own = b.Own && 2*len(out.Data) >= len(b.Data)
	for i := range out.Slots {
		out.Slots[i].Start -= span.Start
		out.Slots[i].End -= span.Start
	}
	return out
}

// slotsFrom returns the index of the first slot at or behind the offset.
func (b Body) slotsFrom(at int) int {
	i, _ := slices.BinarySearchFunc(b.Slots, at, func(s Slot, at int) int { return cmp.Compare(s.Start, at) })
	return i
}
