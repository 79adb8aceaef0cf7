package locator

import (
	"bytes"
	"fmt"
	"maps"
	"unicode/utf8"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// A Peer says where a peer is and how to reach it: the locator of a peer, not of an object on it.
//
// A Peer is a value: it may be copied freely, and its zero value is no peer. It cannot be compared with ==, because two
// peers with different hints may be one: see [Peer.SameAs] and, for keys of maps, [Peer.ID].
//
// A peer that was decoded remembers the bytes of its record for [Peer.AppendSyrup]. Assigning to its fields is allowed
// and makes it forget them.
//
// Spec: Locators#peer-locator.
type Peer struct {
	Transport  string // the netlayer that reaches the peer, as in "tcp-testing-only"; no dot
	Designator string // who the peer is, in the terms of the transport: a public key, or any name; case matters
	Hints      Hints  // where to look for the peer; nil when the transport needs nothing more

	record string // the record that the peer was decoded from, or empty
}

// Hints are what a transport needs to know beside the designator, such as a host and a port. They take no part in who a
// peer is. The map is shared by all copies of a [Peer] and not to be written to.
//
// Spec: Locators#hints.
type Hints map[string]string

// A PeerID is who a peer is, wherever it can be reached: a comparable value, to be used as the key of a map.
//
// Spec: Locators#peer-locator ("the only pieces of information which need to match").
type PeerID struct {
	Transport  string
	Designator string
}

// NewPeer returns the peer with a copy of the hints, which may be nil. The error is a [*FieldError]: see
// [Peer.Validate].
func NewPeer(transport, designator string, hints map[string]string) (Peer, error) {
	p := Peer{Transport: transport, Designator: designator}
	if len(hints) > 0 {
		p.Hints = maps.Clone(hints)
	}
	if err := p.Validate(); err != nil {
		return Peer{}, err
	}
	return p, nil
}

// IsZero reports whether p is no peer: it has neither transport nor designator.
func (p Peer) IsZero() bool { return p.Transport == "" && p.Designator == "" }

// ID returns who the peer is.
func (p Peer) ID() PeerID { return PeerID{p.Transport, p.Designator} }

// SameAs reports whether p and o are the same peer, whatever their hints.
func (p Peer) SameAs(o Peer) bool { return p.ID() == o.ID() }

// Equal reports whether p and o are written as the same record, byte for byte. That is more than being the same peer:
// some implementations take two peers with different hints for different ones.
func (p Peer) Equal(o Peer) bool {
	return string(p.AppendSyrup(nil)) == string(o.AppendSyrup(nil))
}

// Hint returns the value of a hint, and whether the peer has it.
func (p Peer) Hint(name string) (string, bool) {
	value, ok := p.Hints[name]
	return value, ok
}

// String returns the URI of the peer, as [Peer.URI] does. Transport, designator and hints are all public.
func (p Peer) String() string { return p.URI() }

// String returns the URI of a peer without hints.
func (id PeerID) String() string {
	return Peer{Transport: id.Transport, Designator: id.Designator}.URI()
}

// Validate returns a [*FieldError] if p is not fit to be written: if a field is empty that must not be, is not UTF-8 or
// is beyond its limit, or if the transport has a dot. What is decoded or parsed is valid.
//
// Spec: Locators#syrup-serialization.
func (p Peer) Validate() error {
	if err := p.validate(); err != nil {
		return err
	}
	return nil
}

func (p Peer) validate() *FieldError {
	if err := checkTransport([]byte(p.Transport)); err != nil {
		return err
	}
	if err := checkDesignator([]byte(p.Designator)); err != nil {
		return err
	}
	if len(p.Hints) > MaxHints {
		return tooManyHints()
	}
	for name, value := range p.Hints {
		if err := checkHintName([]byte(name)); err != nil {
			return err
		}
		if err := checkHintValue([]byte(value)); err != nil {
			return err
		}
	}
	if len(p.AppendSyrup(nil)) > MaxRecordBytes {
		return recordTooLong()
	}
	return nil
}

func checkTransport(transport []byte) *FieldError {
	if bytes.ContainsRune(transport, '.') {
		return &FieldError{"transport", "a name without a dot"}
	}
	return checkText("transport", transport, 1, MaxTransportBytes)
}

func checkDesignator(designator []byte) *FieldError {
	return checkText("designator", designator, 1, MaxDesignatorBytes)
}

func checkHintName(name []byte) *FieldError { return checkText("hint name", name, 1, MaxHintNameBytes) }

func checkHintValue(value []byte) *FieldError {
	return checkText("hint value", value, 0, MaxHintValueBytes)
}

// checkText checks that a text is UTF-8 and has between least and most bytes.
func checkText(field string, text []byte, least, most int) *FieldError {
	if len(text) < least || len(text) > most {
		return &FieldError{field, fmt.Sprintf("%d to %d bytes", least, most)}
	}
	if !utf8.Valid(text) {
		return &FieldError{field, "valid UTF-8"}
	}
	return nil
}

func tooManyHints() *FieldError {
	return &FieldError{"hints", fmt.Sprintf("%d hints at most", MaxHints)}
}

func recordTooLong() *FieldError {
	return &FieldError{"record", fmt.Sprintf("%d bytes at most", MaxRecordBytes)}
}

// unchanged reports whether p has the fields that its record was decoded into.
func (p Peer) unchanged() bool {
	var d syrup.Decoder
	d.Reset([]byte(p.record), syrup.Options{})
	was := decodePeerFields(&d)
	return d.Finish() == nil && p.SameAs(was) && maps.Equal(p.Hints, was.Hints)
}
