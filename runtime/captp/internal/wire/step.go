package wire

import "github.com/ocapn-go/ocapn/runtime/syrup"

// The labels of tagged values. The draft has no concrete form; peers write all of these, with the tag as a symbol or as a
// string.
const (
	labelTagged     = "desc:tagged"
	labelTag        = "desc:tag"
	labelUserRecord = "user-record"
)

// Field returns the field of a struct. It returns a *[StepError] if the value is no struct or has no such field.
//
// Spec: CapTP#opget (Receiving)
func (b Body) Field(name string) (Body, error) {
	var d syrup.Decoder
	d.Reset(b.Data, syrup.Options{Limits: stepLimits})
	if d.Kind() != syrup.DictKind {
		return Body{}, &StepError{Reason: "not a struct"}
	}
	start, end := -1, -1
	for d.Dict(); d.More(); {
		found := d.Kind() == syrup.String
		if found {
			found = string(d.StringBytes()) == name
		} else {
			d.Skip()
		}
		at := d.Offset()
		d.Skip()
		if found {
			start, end = at, d.Offset()
		}
	}
	switch {
	case d.Err() != nil:
		return Body{}, &StepError{Reason: "malformed struct"}
	case start < 0:
		return Body{}, &StepError{Reason: "no such field"}
	}
	return b.part(start, end), nil
}

// Index returns an element of a list, counted from zero. It returns a *[StepError] if the value is no list or is too short.
//
// Spec: CapTP#opindex (Receiving)
func (b Body) Index(i int64) (Body, error) {
	var d syrup.Decoder
	d.Reset(b.Data, syrup.Options{Limits: stepLimits})
	if d.Kind() != syrup.List {
		return Body{}, &StepError{Reason: "not a list"}
	}
	for d.List(); d.More(); i-- {
		start := d.Offset()
		d.Skip()
		if i == 0 && d.Err() == nil {
			return b.part(start, d.Offset()), nil
		}
	}
	if d.Err() != nil {
		return Body{}, &StepError{Reason: "malformed list"}
	}
	return Body{}, &StepError{Reason: "index out of bounds"}
}

// Untag returns the payload of a tagged value with the tag. It returns a *[StepError] if the value is not tagged, or with
// another tag.
//
// Spec: CapTP#opuntag (Receiving)
func (b Body) Untag(tag string) (Body, error) {
	var d syrup.Decoder
	d.Reset(b.Data, syrup.Options{Limits: stepLimits})
	if d.Kind() != syrup.RecordKind {
		return Body{}, &StepError{Reason: "not a tagged value"}
	}
	d.Record()
	if d.Kind() != syrup.SymbolKind {
		return Body{}, &StepError{Reason: "not a tagged value"}
	}
	switch string(d.SymbolBytes()) {
	case labelTagged, labelTag, labelUserRecord:
	default:
		return Body{}, &StepError{Reason: "not a tagged value"}
	}
	var found []byte
	if d.Kind() == syrup.String {
		found = d.StringBytes()
	} else {
		found = d.SymbolBytes()
	}
	start := d.Offset()
	d.Skip()
	end := d.Offset()
	d.End()
	switch {
	case d.Err() != nil:
		return Body{}, &StepError{Reason: "malformed tagged value"}
	case string(found) != tag:
		return Body{}, &StepError{Reason: "another tag"}
	}
	return b.part(start, end), nil
}
