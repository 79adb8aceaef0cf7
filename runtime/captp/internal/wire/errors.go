package wire

import (
	"errors"
	"fmt"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// DecodeError says that an operation could not be decoded.
type DecodeError struct {
	// Op is the label of the operation, "" if not even that could be read.
	Op string
	// Field is the field of the operation, as the draft calls it; "" if it is not about a field.
	Field string
	// Err is what was wrong: a *[FieldError], or an error of package syrup, locator or handoff.
	Err error
}

// Error names the operation and the field, and says what was wrong.
func (e *DecodeError) Error() string { return fmt.Sprintf("wire: %s: %v", e.where(), e.Err) }

// Unwrap returns what was wrong.
func (e *DecodeError) Unwrap() error { return e.Err }

// PublicReason returns a text for the peer. It names the operation, the field and a limit that was exceeded, and nothing that is not
// the peer's own.
func (e *DecodeError) PublicReason() string {
	var limit *syrup.LimitError
	if errors.As(e.Err, &limit) {
		return fmt.Sprintf("limit %s (%d) exceeded in %s", limit.Name, limit.Limit, e.where())
	}
	return "malformed " + e.where()
}

func (e *DecodeError) where() string {
	switch {
	case e.Op == "":
		return "operation"
	case e.Field == "":
		return e.Op
	default:
		return e.Op + ", " + e.Field
	}
}

// FieldError says that a field is well-formed Syrup, but not what the operation wants there.
type FieldError struct {
	// Want is what may stand there.
	Want string
}

func (e *FieldError) Error() string { return "want " + e.Want }

// UnknownOpError says that a record is no operation.
type UnknownOpError struct {
	// Label is the label of the record, shortened to 64 bytes.
	Label string
}

func (e *UnknownOpError) Error() string { return fmt.Sprintf("wire: unknown operation %q", e.Label) }

// PublicReason returns a text for the peer.
func (e *UnknownOpError) PublicReason() string { return fmt.Sprintf("unknown operation %q", e.Label) }

// StepError says that a value has no part of the kind that was asked for.
type StepError struct {
	// Reason says why. It holds nothing of the value but the kind that it is.
	Reason string
}

func (e *StepError) Error() string { return e.Reason }
