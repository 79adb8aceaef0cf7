package codec

import (
	"errors"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// errLabel is for a record of another kind than the expected one.
var errLabel = errors.New("another label")

// Syrup is package syrup, used as generated code uses it. Records are Syrup records, without field names.
type Syrup struct {
	name   string
	append func(dst []byte, r *Record) []byte
	read   func(d *syrup.Decoder, r *Record)

	value   Value
	decoded Value
	buf     []byte
	decoder syrup.Decoder
}

// NewSyrup returns the encoding with records.
func NewSyrup() *Syrup {
	return &Syrup{name: "syrup", append: appendSyrupRecord, read: readSyrupRecord, value: Sample()}
}

// NewSyrupDict returns the encoding with dictionaries, which have field names, as structs of an interface description are sent.
func NewSyrupDict() *Syrup {
	return &Syrup{name: "syrup-dict", append: appendSyrupDict, read: readSyrupDict, value: Sample()}
}

// Name returns "syrup" or "syrup-dict".
func (s *Syrup) Name() string { return s.name }

// Encode appends the value to a buffer.
func (s *Syrup) Encode(k Kind) ([]byte, error) {
	s.buf = s.buf[:0]
	switch k {
	case OneRecord:
		s.buf = s.append(s.buf, &s.value.One)
	case ManyRecords:
		s.buf = append(s.buf, syrup.ListStart)
		for i := range s.value.Many {
			s.buf = s.append(s.buf, &s.value.Many[i])
		}
		s.buf = append(s.buf, syrup.ListEnd)
	case LongBlob:
		s.buf = syrup.AppendBytes(s.buf, s.value.Blob)
	}
	return s.buf, nil
}

// Decode reads the value, and nothing may follow.
func (s *Syrup) Decode(k Kind, data []byte) error {
	d := &s.decoder
	d.Reset(data, syrup.Options{})
	switch k {
	case OneRecord:
		s.decoded.One = Record{}
		s.read(d, &s.decoded.One)
	case ManyRecords:
		var all []Record
		for d.List(); d.More(); {
			all = append(all, Record{})
			s.read(d, &all[len(all)-1])
		}
		s.decoded.Many = all
	case LongBlob:
		s.decoded.Blob = d.Bytes()
	}
	return d.Finish()
}

// Decoded returns what was last decoded.
func (s *Syrup) Decoded(Kind) Value { return s.decoded }

func appendSyrupRecord(dst []byte, r *Record) []byte {
	dst = append(dst, "<4'file"...)
	dst = syrup.AppendString(dst, r.Name)
	dst = syrup.AppendInt(dst, r.ID)
	dst = append(dst, syrup.ListStart)
	for _, tag := range r.Tags {
		dst = syrup.AppendString(dst, tag)
	}
	dst = append(dst, syrup.ListEnd)
	dst = syrup.AppendBytes(dst, r.Blob)
	return append(dst, syrup.RecordEnd)
}

func readSyrupRecord(d *syrup.Decoder, r *Record) {
	d.Record()
	if string(d.SymbolBytes()) != "file" {
		d.Fail(errLabel)
	}
	r.Name = d.String()
	r.ID = d.Int64()
	r.Tags = readSyrupTags(d)
	r.Blob = d.Bytes()
	d.End()
}

func appendSyrupDict(dst []byte, r *Record) []byte {
	dst = append(dst, `{2"id`...)
	dst = syrup.AppendInt(dst, r.ID)
	dst = append(dst, `4"blob`...)
	dst = syrup.AppendBytes(dst, r.Blob)
	dst = append(dst, `4"name`...)
	dst = syrup.AppendString(dst, r.Name)
	dst = append(dst, `4"tags[`...)
	for _, tag := range r.Tags {
		dst = syrup.AppendString(dst, tag)
	}
	return append(dst, "]}"...)
}

func readSyrupDict(d *syrup.Decoder, r *Record) {
	for d.Dict(); d.More(); {
		switch string(d.StringBytes()) {
		case "name":
			r.Name = d.String()
		case "id":
			r.ID = d.Int64()
		case "tags":
			r.Tags = readSyrupTags(d)
		case "blob":
			r.Blob = d.Bytes()
		default:
			d.Skip()
		}
	}
}

func readSyrupTags(d *syrup.Decoder) []string {
	tags := make([]string, 0, 4)
	for d.List(); d.More(); {
		tags = append(tags, d.String())
	}
	return tags
}
