package core

// Outcome is what a promise settled to. It never changes once the promise is settled.
//
//   - fulfilled: Value is the value. If the value is a capability, it is an [*Object] or an [*Import], never a promise.
//   - broken by somebody who gave a reason: Broken, and Value is the reason exactly as it came.
//   - broken by this vat (a lost session, a target that is no object): Broken, and Err says why.
//
// A peer is told Err only in the words of its PublicReason method, if it has one, and "internal error" otherwise.
type Outcome struct {
	Value  Body
	Broken bool
	Err    error
}

// broken returns the outcome of a promise that breaks for a reason that arose here.
func broken(err error) Outcome { return Outcome{Broken: true, Err: err} }

// reason returns why a promise is broken, as an error.
func (o Outcome) reason() error {
	if o.Err != nil {
		return o.Err
	}
	return &TargetError{Reason: "the target is a broken promise"}
}

// publicReason returns what a peer may be told of err.
func publicReason(err error) string {
	if r, ok := err.(interface{ PublicReason() string }); ok {
		return r.PublicReason()
	}
	return "internal error"
}
