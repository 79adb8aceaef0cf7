package locator

import (
	"maps"
	"slices"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// peerLabel is the label of a peer's record.
const peerLabel = syrup.Symbol("ocapn-peer")

// AppendSyrup appends the ocapn-peer record of p to dst and returns the extended slice.
//
// A peer that was decoded, and not changed since, is written as the very bytes it came in: others may have signed them,
// or compare them. Any other is written with false for no hints, and with hints sorted by the bytes of their names. Its
// fields must be valid, see [Peer.Validate].
//
// Spec: Locators#syrup-serialization.
func (p Peer) AppendSyrup(dst []byte) []byte {
	if p.record != "" && p.unchanged() {
		return append(dst, p.record...)
	}
	dst = append(dst, syrup.RecordStart)
	dst = syrup.AppendSymbol(dst, peerLabel)
	dst = syrup.AppendSymbol(dst, p.Transport)
	dst = syrup.AppendString(dst, p.Designator)
	dst = p.Hints.appendSyrup(dst)
	return append(dst, syrup.RecordEnd)
}

func (h Hints) appendSyrup(dst []byte) []byte {
	if len(h) == 0 {
		return syrup.AppendBool(dst, false)
	}
	dst = append(dst, syrup.DictStart)
	for _, name := range h.names() {
		dst = syrup.AppendString(dst, name)
		dst = syrup.AppendString(dst, h[name])
	}
	return append(dst, syrup.DictEnd)
}

// names returns the names of the hints, sorted by their bytes.
func (h Hints) names() []string { return slices.Sorted(maps.Keys(h)) }

// DecodePeer reads an ocapn-peer record and returns the peer, which keeps a copy of the bytes. When d has an error,
// before or after, it returns the zero Peer; an error about a field wraps a [*FieldError].
//
// Hints may be false or a dictionary of strings, sorted or not.
//
// Spec: Locators#syrup-serialization.
func DecodePeer(d *syrup.Decoder) Peer {
	start := d.Offset()
	p := decodePeerFields(d)
	if d.Err() != nil {
		return Peer{}
	}
	record := d.Data()[start:d.Offset()]
	if len(record) > MaxRecordBytes {
		d.Fail(recordTooLong())
		return Peer{}
	}
	p.record = string(record)
	return p
}

func decodePeerFields(d *syrup.Decoder) Peer {
	d.Record()
	expectLabel(d, peerLabel)
	transport := decodeChecked(d, d.SymbolBytes(), checkTransport)
	designator := decodeChecked(d, d.StringBytes(), checkDesignator)
	hints := decodeHints(d)
	d.End()
	return Peer{Transport: transport, Designator: designator, Hints: hints}
}

// decodeHints returns nil for no hints, however they are spelt. That no name comes twice is the decoder's rule.
func decodeHints(d *syrup.Decoder) Hints {
	if d.Kind() == syrup.Bool {
		if d.Bool() {
			d.Fail(&FieldError{"hints", "false or a dictionary"})
		}
		return nil
	}
	var hints Hints
	d.Dict()
	for d.More() {
		name := decodeChecked(d, d.StringBytes(), checkHintName)
		value := decodeChecked(d, d.StringBytes(), checkHintValue)
		if len(hints) == MaxHints {
			d.Fail(tooManyHints())
		}
		if d.Err() != nil {
			return nil
		}
		if hints == nil {
			hints = make(Hints)
		}
		hints[name] = value
	}
	return hints
}

// decodeChecked returns a copy of a text that the decoder has just read, or fails the decoder and returns nothing.
// Checking comes before copying, so nothing is allocated for a text that is too long.
func decodeChecked(d *syrup.Decoder, text []byte, check func([]byte) *FieldError) string {
	if d.Err() != nil {
		return ""
	}
	if err := check(text); err != nil {
		d.Fail(err)
		return ""
	}
	return string(text)
}

// expectLabel reads the label of a record, which must be the given one.
func expectLabel(d *syrup.Decoder, label syrup.Symbol) {
	got := d.SymbolBytes()
	if d.Err() == nil && string(got) != string(label) {
		d.Fail(&FieldError{"record label", string(label)})
	}
}
