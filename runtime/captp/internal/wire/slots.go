package wire

import (
	"bytes"

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
	spans, end, err := syrup.Skim(few[:0], r.data, start, r.lim.syrup(), isDescriptor)
	if err != nil {
		r.fail(err)
		return Body{}
	}
	b := Body{Data: r.data[start:end:end]}
	if len(spans) > 0 {
		b.Slots = r.slots(spans, start)
	}
	if mayHide(b.Data) {
		r.d.Seek(start)
		r.refuseHidden()
	}
	r.d.Seek(end)
	return b
}

// isDescriptor says whether a record with this label is a capability, wherever it stands.
func isDescriptor(label []byte) bool { return kindOf(label) != None }

// slots reads the descriptors at spans, for a body that starts at base. A signed object that is no handoff is data.
func (r *reader) slots(spans []syrup.Span, base int) []Slot {
	if len(spans) > r.lim.Slots {
		r.fail(&syrup.LimitError{Name: "Slots", Limit: r.lim.Slots, Offset: spans[r.lim.Slots].Start})
		return nil
	}
	slots := make([]Slot, 0, len(spans))
	for _, s := range spans {
		r.d.Seek(s.Start)
		d := r.desc(positions | 1<<Give)
		if d.Kind != None {
			slots = append(slots, Slot{Start: s.Start - base, End: s.End - base, Desc: d})
		}
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
	spans, _, err := syrup.Skim(few[:0], r.data, object, r.lim.syrup(), isPosition)
	if err != nil {
		r.fail(err)
	} else if len(spans) > 0 {
		r.fail(&FieldError{Want: "a signed object without references"})
	}
	return Desc{}
}

func isPosition(label []byte) bool { return positions.has(kindOf(label)) }

// Some peers take a record for a descriptor if its label spells one, be it a symbol, a string or a byte array. Where a body
// is passed on to such a peer, a descriptor that is not a slot would be read as a reference that we gave, to an object of the
// sender's choice. So bodies with descriptors in disguise are refused.

// mayHide says whether data may hold a descriptor in disguise. It is quick, and right when it says no.
func mayHide(data []byte) bool {
	return bytes.Contains(data, []byte(`"desc:`)) || bytes.Contains(data, []byte(`:desc:`))
}

// refuseHidden reads a value and fails if there is a descriptor in disguise in it.
func (r *reader) refuseHidden() {
	switch r.d.Kind() {
	case syrup.List:
		r.d.List()
	case syrup.SetKind:
		r.d.Set()
	case syrup.DictKind:
		r.d.Dict()
	case syrup.RecordKind:
		r.d.Record()
		switch r.d.Kind() {
		case syrup.String:
			r.refuseLabel(r.d.StringBytes())
		case syrup.Bytes:
			r.refuseLabel(r.d.RawBytes())
		}
	default:
		r.d.Skip()
		return
	}
	for r.d.More() {
		r.refuseHidden()
	}
}

func (r *reader) refuseLabel(label []byte) {
	if isDescriptor(label) {
		r.fail(&FieldError{Want: "a symbol as the label of a descriptor"})
	}
}
