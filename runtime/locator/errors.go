package locator

import (
	"fmt"
	"strings"
)

// A ParseError says what keeps a text from being an ocapn: URI. [ParsePeer] and [ParseSturdyRef] return it.
//
// It quotes one character of the text at most, and none of a swiss number or of a text that may be one, so it can be
// logged and shown.
type ParseError struct {
	Offset int    // the byte of the text at which reading stopped, from 0
	Part   string // "URI", "scheme", "designator", "transport", "path", "swiss number", "hints", "hint name" or "hint value"
	Want   string // what was expected there
	Got    string // the character that stands there, quoted, or "the end"; empty when it is not for showing
}

// Error returns one line that names the part, the place, and what was expected.
func (e *ParseError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "locator: %s at byte %d: want %s", e.Part, e.Offset, e.Want)
	if e.Got != "" {
		b.WriteString(", got ")
		b.WriteString(e.Got)
	}
	return b.String()
}

// A FieldError says which field of a peer or sturdyref breaks a rule, and which rule. [NewPeer], [Peer.Validate]
// and [SturdyRef.Validate] return it; the Decode functions record it in the decoder, wrapped in a [*syrup.ValueError]
// that adds the place.
type FieldError struct {
	Field string // "record label", "transport", "designator", "hints", "hint name", "hint value", "record" or "swiss number"
	Want  string // what was expected
}

// Error returns one line that names the field and what was expected.
func (e *FieldError) Error() string { return "locator: " + e.Field + ": want " + e.Want }
