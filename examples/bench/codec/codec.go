// Package codec has encodings of values, each behind the same interface. All write into memory that they keep, and decode into fresh values
// that own their strings and bytes.
package codec

import "fmt"

// Kind is what is encoded.
type Kind int

const (
	// OneRecord is a small struct.
	OneRecord Kind = iota
	// ManyRecords is a list of a thousand of them.
	ManyRecords
	// LongBlob is 100 KiB of bytes.
	LongBlob
)

// Kinds returns all kinds.
func Kinds() []Kind { return []Kind{OneRecord, ManyRecords, LongBlob} }

// String returns how the kind is called in names of workloads.
func (k Kind) String() string {
	switch k {
	case OneRecord:
		return "record"
	case ManyRecords:
		return "list"
	case LongBlob:
		return "blob"
	default:
		return "unknown"
	}
}

// Codec is one encoding. It is for one goroutine.
type Codec interface {
	// Name is what tables and flags call it.
	Name() string
	// Encode returns the value of the kind, see [Value]. It is overwritten by the next call.
	Encode(k Kind) ([]byte, error)
	// Decode reads what Encode returned.
	Decode(k Kind, data []byte) error
	// Decoded returns what was last decoded of the kind.
	Decoded(k Kind) Value
}

// Value has a value of each kind.
type Value struct {
	One  Record
	Many []Record
	Blob []byte
}

// Record is a small struct with a bit of everything. Encodings with field names call the fields as the tags say.
type Record struct {
	Name string   `cbor:"name" json:"name"`
	ID   int64    `cbor:"id" json:"id"`
	Tags []string `cbor:"tags" json:"tags"`
	Blob []byte   `cbor:"blob" json:"blob"`
}

// Sample returns the values that are encoded.
func Sample() Value {
	v := Value{Many: make([]Record, 1000), Blob: make([]byte, 100<<10)}
	for i := range v.Many {
		v.Many[i] = Record{
			Name: fmt.Sprintf("file number %d", i),
			ID:   int64(i) * 7919,
			Tags: []string{"red", "green", "ultraviolet"},
			Blob: fmt.Appendf(nil, "%064d", i),
		}
	}
	for i := range v.Blob {
		v.Blob[i] = byte(i * 7)
	}
	v.One = v.Many[500]
	return v
}

// All returns the encodings, those that this is about first.
func All() []Codec {
	return []Codec{NewSyrup(), NewSyrupDict(), NewProtobuf(), NewGob(), NewCBOR(), NewCBORMap(), NewJSON()}
}
