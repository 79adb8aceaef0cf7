package wire

import (
	"math"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// The labels of tagged values. The draft has no concrete form; peers write all of these, with the tag as a symbol or as a
// string.
const (
	labelTagged     = "desc:tagged"
	labelTag        = "desc:tag"
	labelUserRecord = "user-record"
)

// labelError is the label of an error value.
const labelError = "desc:error"

// stepLimits are for bytes that have passed the limits of their operation, or were made in this process.
var stepLimits = syrup.Limits{MaxBytes: math.MaxInt, MaxDepth: math.MaxInt, MaxDigits: math.MaxInt, MaxItems: math.MaxInt}

// FieldOf finds the field of a struct. It returns a *[StepError] if the value is no struct or has no such field. The value must be well
// formed.
//
// Spec: CapTP#opget (Receiving)
func FieldOf(value []byte, name string) (syrup.Span, error) {
	if len(value) == 0 || value[0] != syrup.DictStart {
		return syrup.Span{}, &StepError{Reason: "not a struct"}
	}
	at, found := syrup.Span{}, 0
	i, left := 1, int64(0)
	for left == 0 && i >= 0 && i < len(value) && value[i] != syrup.DictEnd {
		marker, start, end := digits(value, i)
		if end < 0 {
			i, left = pass(value, i, 2) // the key is no text
			continue
		}
		i, left = pass(value, end, 1)
		if marker == '"' && string(value[start:end]) == name {
			at = syrup.Span{Start: end, End: i}
			found++
		}
	}
	switch {
	case left > 0 || i < 0 || i >= len(value) || found > 1:
		return syrup.Span{}, &StepError{Reason: "malformed struct"}
	case found == 0:
		return syrup.Span{}, &StepError{Reason: "no such field"}
	}
	return at, nil
}

// ElementOf finds an element of a list, counted from zero. It returns a *[StepError] if the value is no list or is too short. The value
// must be well formed.
//
// Spec: CapTP#opindex (Receiving)
func ElementOf(value []byte, n int64) (syrup.Span, error) {
	if len(value) == 0 || value[0] != syrup.ListStart {
		return syrup.Span{}, &StepError{Reason: "not a list"}
	}
	if n < 0 {
		return syrup.Span{}, &StepError{Reason: "index out of bounds"}
	}
	start, left := pass(value, 1, n)
	end := start
	if start > 0 {
		end, left = pass(value, start, 1)
	}
	switch {
	case end < 0:
		return syrup.Span{}, &StepError{Reason: "malformed list"}
	case left > 0:
		return syrup.Span{}, &StepError{Reason: "index out of bounds"}
	}
	return syrup.Span{Start: start, End: end}, nil
}

// PayloadOf finds the payload of a tagged value with the tag. It returns a *[StepError] if the value is not tagged, or with
// another tag.
//
// Spec: CapTP#opuntag (Receiving)
func PayloadOf(value []byte, tag string) (syrup.Span, error) {
	var d syrup.Decoder
	d.Reset(value, syrup.Options{Limits: stepLimits})
	if d.Kind() != syrup.RecordKind {
		return syrup.Span{}, &StepError{Reason: "not a tagged value"}
	}
	d.Record()
	if d.Kind() != syrup.SymbolKind {
		return syrup.Span{}, &StepError{Reason: "not a tagged value"}
	}
	switch string(d.SymbolBytes()) {
	case labelTagged, labelTag, labelUserRecord:
	default:
		return syrup.Span{}, &StepError{Reason: "not a tagged value"}
	}
	var found []byte
	if d.Kind() == syrup.String {
		found = d.StringBytes()
	} else {
		found = d.SymbolBytes()
	}
	at := syrup.Span{Start: d.Offset()}
	d.Skip()
	at.End = d.Offset()
	d.End()
	switch {
	case d.Err() != nil:
		return syrup.Span{}, &StepError{Reason: "malformed tagged value"}
	case string(found) != tag:
		return syrup.Span{}, &StepError{Reason: "another tag"}
	}
	return at, nil
}
