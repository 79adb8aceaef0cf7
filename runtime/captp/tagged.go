package captp

import (
	"bytes"
	"strconv"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// The labels of the records that are tagged values and errors. What is sent is the first of each; see [Decoder.Any].
const (
	labelTagged     = "desc:tagged"
	labelTag        = "desc:tag"
	labelUserRecord = "user-record"
	labelError      = "desc:error"
	labelMystery    = "exn:fail:mystery"
)

// Tag enters a tagged value and reads its tag, a symbol or a string. The value is read next, and [Decoder.EndTag] leaves it. The
// result is valid as long as the decoder.
//
// Spec: Model#tagged.
func (d *Decoder) Tag() []byte {
	if !d.spend(anyCost) {
		return nil
	}
	switch string(d.recordLabel()) {
	case labelTagged, labelTag, labelUserRecord:
	default:
		d.mismatch("a tagged value")
		return nil
	}
	d.enterRecord()
	var tag []byte
	at := d.in.Offset()
	if d.in.Kind() == syrup.String {
		tag = d.in.StringBytes()
	} else {
		tag = d.in.SymbolBytes()
	}
	d.check("a tag", at)
	return tag
}

// Untag is [Decoder.Tag] where only one tag is right; another one is an *[ArgError].
func (d *Decoder) Untag(tag string) {
	found := d.Tag()
	if d.err != nil {
		return
	}
	if string(found) != tag {
		d.Refuse("the tag "+tag, "another tag")
		return
	}
	d.step(tagStep(tag))
}

// EndTag leaves a tagged value.
func (d *Decoder) EndTag() { d.leaveRecord() }

// Untagged reads a value behind a tag that nothing is known of, as [Decoder.Any] does, and leaves it: it is called after
// [Decoder.Tag].
func (d *Decoder) Untagged(tag []byte) Tagged {
	name := string(tag)
	d.step(tagStep(name))
	v := d.Any()
	d.EndTag()
	if d.err != nil {
		return Tagged{}
	}
	return Tagged{Tag: name, Value: v}
}

// DecodeTagged reads a value with a tag that must be this one.
func DecodeTagged[T any](d *Decoder, tag string, each func(*Decoder) T) T {
	d.Untag(tag)
	v := each(d)
	d.EndTag()
	return v
}

// EncodeTagged writes v with a tag.
func EncodeTagged[T any](e *Encoder, tag string, v T, each func(*Encoder, T)) {
	e.Raw(syntaxTagged)
	e.Symbol(Symbol(tag))
	each(e, v)
	e.Raw(">")
}

// EncodeUnion writes a variant of a union. A nil one is an error, and so is a value that holds itself.
func EncodeUnion[T Marshaler](e *Encoder, v T) {
	if any(v) == nil {
		e.Fail(&EncodeError{Reason: "nil where a variant of a union is wanted"})
		return
	}
	if e.enter() {
		v.EncodeOCapN(e)
		e.depth--
	}
}

// recordLabel returns the label of the record that comes next without entering it, nil if it has none that is a symbol.
func (d *Decoder) recordLabel() []byte {
	if d.err != nil {
		return nil
	}
	return recordLabel(d.in.Data()[d.in.Offset():])
}

// recordLabel returns the label of the record that data begins with, nil if it has none that is a symbol.
func recordLabel(data []byte) []byte {
	mark := bytes.IndexByte(data[:min(len(data), 8)], '\'')
	if mark < 0 || data[0] != syrup.RecordStart {
		return nil
	}
	n, err := strconv.Atoi(string(data[1:mark]))
	if err != nil || n < 0 || n > len(data)-mark-1 {
		return nil
	}
	return data[mark+1 : mark+1+n]
}

// enterRecord enters a record and drops its label.
func (d *Decoder) enterRecord() {
	d.in.Record()
	d.in.Skip()
	d.check("a record", d.in.Offset())
	d.enter()
}

// leaveRecord drops the fields that are left and leaves the record.
func (d *Decoder) leaveRecord() { d.SkipRest() }
