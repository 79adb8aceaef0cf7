package wire

import (
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// list reads a body that is a list, and its descriptors.
//
// Spec: CapTP#args
func (r *reader) list(field string) Body {
	r.at(field)
	start := r.d.Offset()
	if r.d.Kind() != syrup.List {
		r.d.List() // which says what is there instead
		return Body{}
	}
	var few [8]syrup.Span
	spans, end, err := syrup.Skim(few[:0], r.data, start, r.inner(), isDescriptor)
	if err != nil {
		r.refuse(err)
		return Body{}
	}
	b := Body{Data: r.data[start:end:end]}
	if len(spans) > 0 {
		b.Slots = r.slots(spans, start)
	}
	if mayHide(b.Data) {
		r.refuseHidden(start)
	}
	r.d.Seek(end)
	return b
}

// inner returns the limits of a value in the present container.
func (r *reader) inner() syrup.Limits {
	lim := r.lim.syrup()
	lim.MaxDepth -= r.d.Depth()
	return lim
}

// isDescriptor says whether a record with this label is a capability, wherever it stands.
func isDescriptor(label []byte) bool { return kindOf(label) != None }

// slots reads the descriptors at spans, for a body that starts at base. A signed object that is no handoff is data.
func (r *reader) slots(spans []syrup.Span, base int) []Slot {
	if len(spans) > r.lim.Slots {
		r.refuse(&syrup.LimitError{Name: "Slots", Limit: r.lim.Slots, Offset: spans[r.lim.Slots].Start})
		return nil
	}
	slots := make([]Slot, 0, len(spans))
	in := reader{data: r.data, lim: r.lim}
	in.d.Reset(r.data, syrup.Options{Limits: r.inner()})
	for _, s := range spans {
		if s.Start > in.d.Offset() {
			in.d.Seek(s.Start)
		}
		d := in.desc(positions | 1<<Give)
		if err := in.failure(); err != nil {
			r.refuse(err)
			return nil
		}
		if d.Kind != None {
			slots = append(slots, Slot{Start: s.Start - base, End: s.End - base, Desc: d})
		}
	}
	if len(slots) == 0 {
		return nil
	}
	return slots
}

// envelope reads the rest of a signed object that starts at start: a Give, or None if the object is no handoff. An object that
// is no handoff stays in the body as it is, so it cannot hold positions, which mean something else to every receiver.
//
// Spec: CapTP#descsig-envelope
func (r *reader) envelope(start int) Desc {
	object := r.d.Offset()
	isGive := false
	if r.d.Kind() == syrup.RecordKind {
		r.d.Record()
		isGive = r.d.Kind() == syrup.SymbolKind && string(r.d.SymbolBytes()) == descHandoffGive
		r.d.SkipRest()
	} else {
		r.d.Skip()
	}
	r.d.Skip() // the signature
	r.d.End()
	switch {
	case r.d.Err() != nil:
		return Desc{}
	case isGive:
		end := r.d.Offset()
		return Desc{Kind: Give, Raw: r.data[start:end:end]}
	}
	var few [1]syrup.Span
	spans, _, err := syrup.Skim(few[:0], r.data, object, r.inner(), isPosition)
	if err != nil {
		r.refuse(err)
	} else if len(spans) > 0 {
		r.fail("a signed object without references")
	}
	return Desc{}
}

func isPosition(label []byte) bool { return positions.has(kindOf(label)) }
