package handoff

import "github.com/ocapn-go/ocapn/runtime/syrup"

// envelopeLabel is the label of an envelope's record.
const envelopeLabel = syrup.Symbol("desc:sig-envelope")

// An Envelope is a value with a signature of it. The signature is over the bytes of the value as they were sent, so
// Object is bytes, and stays the same however it came to be spelt.
//
// Spec: CapTP#descsig-envelope.
type Envelope struct {
	Object    []byte // one encoded value
	Signature Signature
}

// SignEnvelope returns the envelope of an encoded value signed by k. The envelope refers to object, which must not change
// after.
func SignEnvelope(k KeyPair, object []byte) Envelope { return Envelope{object, k.Sign(object)} }

// AppendSyrup appends the desc:sig-envelope record to dst and returns the extended slice.
//
// Spec: CapTP#descsig-envelope.
func (e Envelope) AppendSyrup(dst []byte) []byte {
	dst = append(dst, syrup.RecordStart)
	dst = syrup.AppendSymbol(dst, envelopeLabel)
	dst = append(dst, e.Object...)
	dst = e.Signature.AppendSyrup(dst)
	return append(dst, syrup.RecordEnd)
}

// DecodeEnvelope reads a desc:sig-envelope record around any value. Object is a part of what d decodes, not a copy. When
// d has an error, before or after, it returns the zero Envelope; what is wrong with label or signature is a
// [*FormError]. The signature is not verified: that takes a key, see [Envelope.Verify].
//
// Spec: CapTP#descsig-envelope.
func DecodeEnvelope(d *syrup.Decoder) Envelope { return decodeEnvelope(d, (*syrup.Decoder).Skip) }

// decodeEnvelope is DecodeEnvelope with a function that reads the one value in the envelope.
func decodeEnvelope(d *syrup.Decoder, object func(*syrup.Decoder)) Envelope {
	d.Record()
	expectLabel(d, envelopeLabel)
	start := d.Offset()
	object(d)
	end := d.Offset()
	signature := DecodeSignature(d)
	d.End()
	if d.Err() != nil {
		return Envelope{}
	}
	return Envelope{d.Data()[start:end:end], signature}
}

// Verify reports whether the signature is one of Object by the holder of k.
func (e Envelope) Verify(k PublicKey) bool { return k.Verify(e.Object, e.Signature) }
