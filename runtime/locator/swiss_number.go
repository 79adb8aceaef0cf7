package locator

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"io"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// redacted is what stands for a swiss number in everything that is printed. It is not in the alphabet of swiss numbers
// in URIs, so nothing that was printed is taken for a real one.
const redacted = "(redacted)"

// A SwissNumber names an object at a peer, and knowing it is all that it takes to reach that object: it is a secret like
// a key. Only [SwissNumber.Bytes], [SwissNumber.AppendSyrup] and [SturdyRef.URI] show it; everything that prints values,
// package fmt with any verb, encoders of JSON and loggers among them, shows "(redacted)" or nothing.
//
// A SwissNumber is a value that does not change. Its zero value is none, which names no object. It cannot be compared
// with ==: see [SwissNumber.Equal], and [SwissNumber.Digest] for keys of maps.
//
// Spec: Locators#sturdyref-locator.
type SwissNumber struct {
	// reveal returns the bytes. A printer that walks through unexported fields by reflection shows the address of a
	// function, where it would show a string or a slice in full.
	reveal func() string
}

// NewSwissNumber returns the swiss number of the bytes, which it copies. No bytes make the zero SwissNumber.
func NewSwissNumber(b []byte) SwissNumber {
	if len(b) == 0 {
		return SwissNumber{}
	}
	secret := string(b)
	return SwissNumber{func() string { return secret }}
}

// GenerateSwissNumber returns a swiss number of 32 bytes from r, which must be a source of secrets: [crypto/rand.Reader]
// in programs. It blocks as r does, and returns the error of r.
func GenerateSwissNumber(r io.Reader) (SwissNumber, error) {
	var b [32]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return SwissNumber{}, fmt.Errorf("locator: generating a swiss number: %w", err)
	}
	return NewSwissNumber(b[:]), nil
}

// IsZero reports whether s is no swiss number.
func (s SwissNumber) IsZero() bool { return s.reveal == nil }

// Bytes returns a copy of the secret bytes, or nil when s is zero.
func (s SwissNumber) Bytes() []byte { return append([]byte(nil), s.secret()...) }

// secret returns the bytes, or nothing when s is zero.
func (s SwissNumber) secret() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// Equal reports whether s and o have the same bytes. How long it takes depends on their lengths only.
func (s SwissNumber) Equal(o SwissNumber) bool {
	return subtle.ConstantTimeCompare([]byte(s.secret()), []byte(o.secret())) == 1
}

// Digest returns the SHA-256 of the bytes: the key under which to look up or store what s names. The time that a look-up
// takes then says nothing about s, and whoever reads the table learns no random swiss number from it. That of a guessable
// one can be guessed.
func (s SwissNumber) Digest() [sha256.Size]byte { return sha256.Sum256([]byte(s.secret())) }

// AppendSyrup appends the swiss number to dst as a byte array, as in the fetch method, and returns the extended slice.
//
// Spec: CapTP#fetch-method.
func (s SwissNumber) AppendSyrup(dst []byte) []byte {
	return syrup.AppendBytes(dst, []byte(s.secret()))
}

// DecodeSwissNumber reads a swiss number, which is a byte array. A string is taken as its UTF-8 bytes: the drafts say
// the one in CapTP#fetch-method and the other in Locators#sturdyref-locator, and writers differ. When d has an error,
// before or after, it returns the zero SwissNumber; an error about the length wraps a [*FieldError].
func DecodeSwissNumber(d *syrup.Decoder) SwissNumber {
	var b []byte
	if d.Kind() == syrup.String {
		b = d.StringBytes()
	} else {
		b = d.RawBytes()
	}
	if d.Err() != nil {
		return SwissNumber{}
	}
	if err := checkSwiss(b); err != nil {
		d.Fail(err)
		return SwissNumber{}
	}
	return NewSwissNumber(b)
}

func checkSwiss(b []byte) *FieldError {
	if len(b) == 0 || len(b) > MaxSwissBytes {
		return &FieldError{"swiss number", fmt.Sprintf("1 to %d bytes", MaxSwissBytes)}
	}
	return nil
}

// String returns "(redacted)", or nothing when s is zero.
func (s SwissNumber) String() string {
	if s.IsZero() {
		return ""
	}
	return redacted
}

// GoString returns what String returns, with the name of the type around it.
func (s SwissNumber) GoString() string { return "locator.SwissNumber" + redacted }

// Format writes what String returns, whatever the verb: also %x and %d.
func (s SwissNumber) Format(f fmt.State, verb rune) {
	if verb == 'v' && f.Flag('#') {
		io.WriteString(f, s.GoString())
		return
	}
	io.WriteString(f, s.String())
}

// MarshalText returns what String returns, for encoders of JSON and for loggers. There is no way back: to store a swiss
// number on purpose, see [SwissNumber.Bytes] and [SturdyRef.URI].
func (s SwissNumber) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
