package codec

import (
	"google.golang.org/protobuf/proto"

	"github.com/ocapn-go/ocapn/examples/bench/peer/benchpb"
)

// Protobuf is Protocol Buffers with generated messages.
type Protobuf struct {
	value   [3]proto.Message // by kind
	decoded [3]proto.Message // by kind
	buf     []byte
}

// NewProtobuf returns the encoding.
func NewProtobuf() *Protobuf {
	v := Sample()
	many := &benchpb.Records{}
	for _, r := range v.Many {
		many.All = append(many.All, ToProto(r))
	}
	return &Protobuf{value: [3]proto.Message{
		OneRecord: ToProto(v.One), ManyRecords: many, LongBlob: &benchpb.Blob{Data: v.Blob},
	}}
}

// Name returns "protobuf".
func (*Protobuf) Name() string { return "protobuf" }

// Encode appends the message to a buffer.
func (p *Protobuf) Encode(k Kind) ([]byte, error) {
	var err error
	p.buf, err = proto.MarshalOptions{}.MarshalAppend(p.buf[:0], p.value[k])
	return p.buf, err
}

// Decode reads the message.
func (p *Protobuf) Decode(k Kind, data []byte) error {
	var m proto.Message
	switch k {
	case OneRecord:
		m = &benchpb.Record{}
	case ManyRecords:
		m = &benchpb.Records{}
	case LongBlob:
		m = &benchpb.Blob{}
	}
	p.decoded[k] = m
	return proto.Unmarshal(data, m)
}

// Decoded returns what was last decoded of the kind.
func (p *Protobuf) Decoded(k Kind) Value {
	var v Value
	switch m := p.decoded[k].(type) {
	case *benchpb.Record:
		v.One = OfProto(m)
	case *benchpb.Records:
		for _, r := range m.GetAll() {
			v.Many = append(v.Many, OfProto(r))
		}
	case *benchpb.Blob:
		v.Blob = m.GetData()
	}
	return v
}

// ToProto returns the record as a message.
func ToProto(r Record) *benchpb.Record {
	return &benchpb.Record{Name: r.Name, Id: r.ID, Tags: r.Tags, Blob: r.Blob}
}

// OfProto returns the record that a message is.
func OfProto(m *benchpb.Record) Record {
	return Record{Name: m.GetName(), ID: m.GetId(), Tags: m.GetTags(), Blob: m.GetBlob()}
}
