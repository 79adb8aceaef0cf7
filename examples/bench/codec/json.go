package codec

import (
	"bytes"

	"github.com/go-json-experiment/json"
)

// JSON is the second version of encoding/json, as the module that it is developed in has it.
type JSON struct {
	value   Value
	decoded Value
	buf     bytes.Buffer
}

// NewJSON returns the encoding.
func NewJSON() *JSON { return &JSON{value: Sample()} }

// Name returns "json-v2".
func (*JSON) Name() string { return "json-v2" }

// Encode writes the value to a buffer.
func (j *JSON) Encode(k Kind) ([]byte, error) {
	j.buf.Reset()
	var err error
	switch k {
	case OneRecord:
		err = json.MarshalWrite(&j.buf, &j.value.One)
	case ManyRecords:
		err = json.MarshalWrite(&j.buf, &j.value.Many)
	case LongBlob:
		err = json.MarshalWrite(&j.buf, &j.value.Blob)
	}
	return j.buf.Bytes(), err
}

// Decode reads the value.
func (j *JSON) Decode(k Kind, data []byte) error {
	switch k {
	case OneRecord:
		j.decoded.One = Record{}
		return json.Unmarshal(data, &j.decoded.One)
	case ManyRecords:
		j.decoded.Many = nil
		return json.Unmarshal(data, &j.decoded.Many)
	default:
		j.decoded.Blob = nil
		return json.Unmarshal(data, &j.decoded.Blob)
	}
}

// Decoded returns what was last decoded.
func (j *JSON) Decoded(Kind) Value { return j.decoded }
