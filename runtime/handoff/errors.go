package handoff

// A FormError says that a value is not what it should be: not in the one form in which keys and signatures are written,
// of the wrong length, or a key that must not be used. [NewGiftID] returns it; the Decode functions record it in the decoder,
// wrapped in an error that adds the place, and the Parse functions return that. None of the value is in it.
type FormError struct {
	What string // "public key", "signature", "record label", "session identifier", "public identifier" or "gift identifier"
	Want string // what was expected
}

// Error returns one line that names the value and what was expected.
func (e *FormError) Error() string { return "handoff: " + e.What + ": want " + e.Want }
