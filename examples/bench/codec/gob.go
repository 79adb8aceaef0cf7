package codec

import (
	"bytes"
	"encoding/gob"
)

// Gob is encoding/gob as it is in a long stream: what types look like was said before, and is not said again.
type Gob struct {
	value   Value
	decoded Value
	streams [3]gobStream // by kind
}

// gobStream is both ends of a stream.
type gobStream struct {
	sent    bytes.Buffer
	encoder *gob.Encoder
	coming  bytes.Reader
	decoder *gob.Decoder
}

// NewGob returns the encoding.
func NewGob() *Gob { return &Gob{value: Sample()} }

// Name returns "gob".
func (*Gob) Name() string { return "gob" }

// stream returns the stream for a kind, in which one value was sent already.
func (g *Gob) stream(k Kind) (*gobStream, error) {
	s := &g.streams[k]
	if s.encoder != nil {
		return s, nil
	}
	s.encoder, s.decoder = gob.NewEncoder(&s.sent), gob.NewDecoder(&s.coming)
	if err := g.send(s, k); err != nil {
		return nil, err
	}
	s.coming.Reset(bytes.Clone(s.sent.Bytes()))
	return s, g.receive(s, k)
}

func (g *Gob) send(s *gobStream, k Kind) error {
	s.sent.Reset()
	switch k {
	case OneRecord:
		return s.encoder.Encode(&g.value.One)
	case ManyRecords:
		return s.encoder.Encode(g.value.Many)
	default:
		return s.encoder.Encode(g.value.Blob)
	}
}

// receive reads a value into fresh memory: gob would use what is there.
func (g *Gob) receive(s *gobStream, k Kind) error {
	switch k {
	case OneRecord:
		g.decoded.One = Record{}
		return s.decoder.Decode(&g.decoded.One)
	case ManyRecords:
		g.decoded.Many = nil
		return s.decoder.Decode(&g.decoded.Many)
	default:
		g.decoded.Blob = nil
		return s.decoder.Decode(&g.decoded.Blob)
	}
}

// Encode sends one more value.
func (g *Gob) Encode(k Kind) ([]byte, error) {
	s, err := g.stream(k)
	if err != nil {
		return nil, err
	}
	err = g.send(s, k)
	return s.sent.Bytes(), err
}

// Decode receives one more value.
func (g *Gob) Decode(k Kind, data []byte) error {
	s, err := g.stream(k)
	if err != nil {
		return err
	}
	s.coming.Reset(data)
	return g.receive(s, k)
}

// Decoded returns what was last decoded.
func (g *Gob) Decoded(Kind) Value { return g.decoded }
