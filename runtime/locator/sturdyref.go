package locator

import (
	"fmt"
	"io"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// sturdyRefLabel is the label of a sturdyref's record.
const sturdyRefLabel = syrup.Symbol("ocapn-sturdyref")

// A SturdyRef names one object at one peer, across sessions and restarts. It is a capability: whoever knows it can reach
// the object. So it prints without its swiss number, and only [SturdyRef.URI] and [SturdyRef.AppendSyrup] give it away.
//
// A SturdyRef is a value; its zero value names nothing. It cannot be compared with ==: see [SturdyRef.Equal].
//
// Spec: Locators#sturdyref-locator.
type SturdyRef struct {
	Peer  Peer
	Swiss SwissNumber
}

// IsZero reports whether s names nothing: it has neither peer nor swiss number.
func (s SturdyRef) IsZero() bool { return s.Peer.IsZero() && s.Swiss.IsZero() }

// Equal reports whether s and o name the same object: the same peer, whatever the hints, and the same swiss number.
func (s SturdyRef) Equal(o SturdyRef) bool { return s.Peer.SameAs(o.Peer) && s.Swiss.Equal(o.Swiss) }

// Validate returns a [*FieldError] if s is not fit to be written: if its peer is not, see [Peer.Validate], or if its
// swiss number is zero or too long. What is decoded or parsed is valid.
func (s SturdyRef) Validate() error {
	if err := s.Peer.validate(); err != nil {
		return err
	}
	if err := checkSwiss([]byte(s.Swiss.secret())); err != nil {
		return err
	}
	return nil
}

// AppendSyrup appends the ocapn-sturdyref record of s to dst and returns the extended slice: the peer as
// [Peer.AppendSyrup] writes it, and the secret swiss number as a byte array. The fields must be valid, see
// [SturdyRef.Validate].
//
// Spec: Locators#syrup-serialization-1. Deviates: the draft calls the swiss number a string; implementations write, and
// some require, the byte array that CapTP#fetch-method takes.
func (s SturdyRef) AppendSyrup(dst []byte) []byte {
	dst = append(dst, syrup.RecordStart)
	dst = syrup.AppendSymbol(dst, sturdyRefLabel)
	dst = s.Peer.AppendSyrup(dst)
	dst = s.Swiss.AppendSyrup(dst)
	return append(dst, syrup.RecordEnd)
}

// DecodeSturdyRef reads an ocapn-sturdyref record. When d has an error, before or after, it returns the zero SturdyRef;
// an error about a field wraps a [*FieldError].
//
// Spec: Locators#syrup-serialization-1.
func DecodeSturdyRef(d *syrup.Decoder) SturdyRef {
	d.Record()
	expectLabel(d, sturdyRefLabel)
	peer := DecodePeer(d)
	swiss := DecodeSwissNumber(d)
	d.End()
	if d.Err() != nil {
		return SturdyRef{}
	}
	return SturdyRef{peer, swiss}
}

// String returns the URI of s with "(redacted)" for the swiss number, which makes it a text that no parser accepts.
func (s SturdyRef) String() string {
	if s.IsZero() {
		return ""
	}
	return s.Peer.uri("/s/" + redacted)
}

// GoString returns what String returns, with the name of the type around it.
func (s SturdyRef) GoString() string { return "locator.SturdyRef(" + s.String() + ")" }

// Format writes what String returns, whatever the verb.
func (s SturdyRef) Format(f fmt.State, verb rune) {
	if verb == 'v' && f.Flag('#') {
		io.WriteString(f, s.GoString())
		return
	}
	io.WriteString(f, s.String())
}

// MarshalText returns what String returns, for encoders of JSON and for loggers. There is no way back: to store a
// sturdyref on purpose, see [SturdyRef.URI].
func (s SturdyRef) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
