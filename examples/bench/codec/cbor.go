package codec

import (
	"bytes"

	"github.com/fxamacker/cbor/v2"
)

// CBOR is fxamacker/cbor, the usual one in Go, at its defaults. R is how a record looks.
type CBOR[R cborRecord] struct {
	name    string
	mode    cbor.UserBufferEncMode
	one     R
	many    []R
	value   Value
	decoded struct {
		one  R
		many []R
		blob []byte
	}
	buf bytes.Buffer
}

// cborArray is a record without field names.
type cborArray struct {
	_    struct{} `cbor:",toarray"`
	Name string
	ID   int64
	Tags []string
	Blob []byte
}

// cborRecord is a way to write records.
type cborRecord interface{ cborArray | Record }

// NewCBOR returns the encoding that makes records arrays.
func NewCBOR() *CBOR[cborArray] {
	return newCBOR("cbor", func(r Record) cborArray { return cborArray{Name: r.Name, ID: r.ID, Tags: r.Tags, Blob: r.Blob} })
}

// NewCBORMap returns the encoding that makes records maps.
func NewCBORMap() *CBOR[Record] { return newCBOR("cbor-map", func(r Record) Record { return r }) }

func newCBOR[R cborRecord](name string, of func(Record) R) *CBOR[R] {
	mode, err := cbor.EncOptions{}.UserBufferEncMode()
	if err != nil {
		panic(err) // the options are constant
	}
	c := &CBOR[R]{name: name, mode: mode, value: Sample()}
	c.one = of(c.value.One)
	for _, r := range c.value.Many {
		c.many = append(c.many, of(r))
	}
	return c
}

// Name returns "cbor" or "cbor-map".
func (c *CBOR[R]) Name() string { return c.name }

// Encode writes the value to a buffer.
func (c *CBOR[R]) Encode(k Kind) ([]byte, error) {
	c.buf.Reset()
	var err error
	switch k {
	case OneRecord:
		err = c.mode.MarshalToBuffer(&c.one, &c.buf)
	case ManyRecords:
		err = c.mode.MarshalToBuffer(c.many, &c.buf)
	case LongBlob:
		err = c.mode.MarshalToBuffer(c.value.Blob, &c.buf)
	}
	return c.buf.Bytes(), err
}

// Decode reads the value.
func (c *CBOR[R]) Decode(k Kind, data []byte) error {
	switch k {
	case OneRecord:
		var one R
		err := cbor.Unmarshal(data, &one)
		c.decoded.one = one
		return err
	case ManyRecords:
		c.decoded.many = nil
		return cbor.Unmarshal(data, &c.decoded.many)
	default:
		c.decoded.blob = nil
		return cbor.Unmarshal(data, &c.decoded.blob)
	}
}

// Decoded returns what was last decoded.
func (c *CBOR[R]) Decoded(Kind) Value {
	v := Value{One: cborPlain(c.decoded.one), Blob: c.decoded.blob}
	for _, r := range c.decoded.many {
		v.Many = append(v.Many, cborPlain(r))
	}
	return v
}

func cborPlain[R cborRecord](r R) Record {
	switch r := any(r).(type) {
	case cborArray:
		return Record{Name: r.Name, ID: r.ID, Tags: r.Tags, Blob: r.Blob}
	case Record:
		return r
	}
	return Record{}
}
