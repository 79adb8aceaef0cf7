package handoff

// A FormError says that a value is not what it should be: not in the one form in which keys and signatures are written,
// or a key that must not be used. The Decode functions record it in the decoder, wrapped in an error that adds the place.
// None of the value is in it.
type FormError struct {
	What string // "public key", "signature" or "record label"
	Want string // what was expected
}

// Error returns one line that names the value and what was expected.
func (e *FormError) Error() string { return "handoff: " + e.What + ": want " + e.Want }
