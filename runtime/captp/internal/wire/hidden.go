package wire

import (
	"bytes"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// Some peers take a record for a descriptor if its label spells one, be it a symbol, a string or a byte array. Where a body is
// passed on to such a peer, a descriptor that is not a slot would be read as a reference that we gave, to an object of the
// sender's choice. So a body with a descriptor in disguise is refused.

// mayHide says whether data may hold a descriptor in disguise. It is quick, and right when it says no.
func mayHide(data []byte) bool {
	return bytes.Contains(data, []byte(`"desc:`)) || bytes.Contains(data, []byte(`:desc:`))
}

// refuseHidden fails if there is a descriptor in disguise in the well-formed value at start.
func (r *reader) refuseHidden(start int) {
	in := reader{data: r.data, lim: r.lim}
	in.d.Reset(r.data, syrup.Options{Limits: r.inner()})
	in.d.Seek(start)
	in.findHidden()
	if err := in.failure(); err != nil {
		r.refuse(err)
	}
}

// findHidden reads a value and fails at the first descriptor in disguise in it. It is as deep as the limits allow.
func (r *reader) findHidden() {
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
			r.label(r.d.StringBytes())
		case syrup.Bytes:
			r.label(r.d.RawBytes())
		}
	default:
		r.d.Skip()
		return
	}
	for r.d.More() {
		r.findHidden()
	}
}

func (r *reader) label(label []byte) {
	if isDescriptor(label) {
		r.fail("a symbol as the label of a descriptor")
	}
}
