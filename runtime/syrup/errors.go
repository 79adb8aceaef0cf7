package syrup

import (
	"errors"
	"fmt"
)

// What a [*SyntaxError] or an [*UnsupportedError] may wrap, beside io.ErrUnexpectedEOF for input that ends too early.
var (
	ErrUnexpectedByte = errors.New("unexpected octet")
	ErrBracket        = errors.New("wrong closing bracket")
	ErrMissingValue   = errors.New("key without a value")
	ErrMissingLabel   = errors.New("record without a label")
	ErrInvalidUTF8    = errors.New("invalid UTF-8")
	ErrDuplicateKey   = errors.New("duplicate key or member")
	ErrNotCanonical   = errors.New("not canonical")
	ErrTrailing       = errors.New("octets after the value")
)

// A SyntaxError says that the input is not Syrup, or, in strict mode, not canonical Syrup.
type SyntaxError struct {
	Offset int    // of the value or octet in question
	Path   string // to the same, from the outermost value: see the package documentation
	Err    error  // why
}

// Error returns the reason, the path and the offset.
func (e *SyntaxError) Error() string { return "syrup: " + e.Err.Error() + at(e.Path, e.Offset) }

// Unwrap returns the reason.
func (e *SyntaxError) Unwrap() error { return e.Err }

// A TypeError says that the input holds a value of another kind than the reader asks for.
type TypeError struct {
	Offset int    // of the value
	Path   string // to the value
	Want   string // what was asked for, in words
	Got    Kind   // what is there
}

// Error returns the kinds, the path and the offset.
func (e *TypeError) Error() string {
	return "syrup: " + e.Got.String() + " where " + e.Want + " is expected" + at(e.Path, e.Offset)
}

// A RangeError says that the input holds a number that the Go type asked for cannot.
type RangeError struct {
	Offset int    // of the number
	Path   string // to the number
	Type   string // the Go type
}

// Error returns the type, the path and the offset.
func (e *RangeError) Error() string {
	return "syrup: integer out of the range of " + e.Type + at(e.Path, e.Offset)
}

// A ValueError says that the program refuses a value that is sound Syrup. [Decoder.Fail] makes it.
type ValueError struct {
	Offset int    // where the decoder stood
	Path   string // to the same
	Err    error  // what the program said
}

// Error returns the reason, the path and the offset.
func (e *ValueError) Error() string { return "syrup: " + e.Err.Error() + at(e.Path, e.Offset) }

// Unwrap returns what the program said.
func (e *ValueError) Unwrap() error { return e.Err }

// A LimitError says that the input exceeds one of the [Limits], or a value the depth that [Append] goes to.
type LimitError struct {
	Name   string // the field of Limits, such as "MaxDepth"
	Limit  int    // its value
	Offset int    // where in the input it was exceeded
}

// Error returns the limit and the offset.
func (e *LimitError) Error() string {
	return fmt.Sprintf("syrup: more than %s = %d at offset %d", e.Name, e.Limit, e.Offset)
}

// An UnsupportedError says that a Go value has no form in Syrup.
type UnsupportedError struct {
	Path string // to the value, inside the one given
	Err  error  // why
}

// Error returns the reason and the path.
func (e *UnsupportedError) Error() string {
	if e.Path == "" {
		return "syrup: cannot encode: " + e.Err.Error()
	}
	return "syrup: cannot encode " + e.Path + ": " + e.Err.Error()
}

// Unwrap returns the reason.
func (e *UnsupportedError) Unwrap() error { return e.Err }

// unexpectedByte says that c can begin no value, or follow no digits.
func unexpectedByte(c byte) error { return fmt.Errorf("%w %q", ErrUnexpectedByte, c) }

// at says where in the input an error is.
func at(path string, offset int) string {
	if path == "" {
		return fmt.Sprintf(" at offset %d", offset)
	}
	return fmt.Sprintf(" at %s (offset %d)", path, offset)
}
