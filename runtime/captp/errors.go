package captp

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"unicode/utf8"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// The errors that arise in the protocol itself.
type (
	// SessionError says that a session ended, and with it everything that was reached through it. It unwraps to
	// [net.ErrClosed].
	SessionError = core.SessionError
	// ProtocolError says that a peer broke the protocol.
	ProtocolError = core.ProtocolError
	// LimitError says that a peer wanted more of something than [Limits] gives it.
	LimitError = core.LimitError
	// TargetError says that a message was sent to something that is not an object.
	TargetError = core.TargetError
	// StepError says that a path step, such as [Promise.Get], found nothing.
	StepError = core.StepError
	// ThirdPartyError says that a reference to an object of one peer could not be handed off by another to a third. If the exporter
	// refused, it wraps a *[BrokenError] with what the exporter said.
	ThirdPartyError = core.ThirdPartyError
	// HandoffStage is the stage of a handoff in which it failed.
	HandoffStage = core.HandoffStage
	// CycleError says that a promise was resolved to itself.
	CycleError = core.CycleError
	// ReleasedError says that a reference was used after [Release].
	ReleasedError = core.ReleasedError
	// ForeignError says that a reference of another vat of this process was used.
	ForeignError = core.ForeignError
	// UnknownSwissError says that this vat has no object under a swiss number. A peer that has none breaks the promise:
	// *[BrokenError].
	UnknownSwissError = core.UnknownSwissError
	// DialError says that a peer could not be reached.
	DialError = core.DialError
)

// The stages of a handoff.
const (
	StageGive     = core.StageGive     // the gifter wrote the certificate, or the receiver read it
	StageDeposit  = core.StageDeposit  // the gifter deposits the gift with the exporter
	StageDial     = core.StageDial     // the receiver wants a session with the exporter
	StageWithdraw = core.StageWithdraw // the receiver asks the exporter for the gift
)

// ErrClosed says that the vat is closed. It wraps [net.ErrClosed].
var ErrClosed = fmt.Errorf("captp: the vat is closed: %w", net.ErrClosed)

// BrokenError says that whoever was to settle a promise broke it: the method that was called failed, or it was passed on
// that another one had.
//
// Spec: CapTP#break.
type BrokenError struct {
	// Reason is the value that the promise was broken with: the declared error, if the method raises it, and otherwise what
	// [Decoder.Any] reads, which is often a *[RemoteError], but any value is legal.
	Reason any

	body core.Body
	vat  *Vat // nil if not known
}

func (e *BrokenError) Error() string {
	switch r := e.Reason.(type) {
	case error:
		return "captp: broken promise: " + r.Error()
	case string:
		return fmt.Sprintf("captp: broken promise: %q", cut(r))
	case Symbol:
		return fmt.Sprintf("captp: broken promise: '%s", cut(string(r)))
	case Tagged:
		return fmt.Sprintf("captp: broken promise: tagged %q", cut(r.Tag))
	default:
		return fmt.Sprintf("captp: broken promise (reason of type %T)", r)
	}
}

// Unwrap returns the reason, if it is an error.
func (e *BrokenError) Unwrap() error {
	err, _ := e.Reason.(error)
	return err
}

// DecodeReason reads the reason of the *[BrokenError] in err's tree with decode. It reports whether there is one that decode
// understands. It is for what a method does not say that it raises: a declared error of type Banned is read by Decode[Banned].
func DecodeReason[T any](err error, decode func(*Decoder) T) (T, bool) {
	var (
		zero T
		b    *BrokenError
	)
	if !errors.As(err, &b) || b.body.Data == nil {
		return zero, false
	}
	d := b.decoder()
	v := decode(d)
	if d.Err() != nil {
		return zero, false
	}
	return v, true
}

// Reason is an error whose text peers may read. See [Public].
type Reason struct {
	err error
}

// Public marks err as one whose text may be sent to peers: a method that returns it breaks its promise with that text, while
// any other error is replaced by "internal error". It returns nil for nil.
//
// Spec: CapTP#break.
func Public(err error) error {
	if err == nil {
		return nil
	}
	return &Reason{err}
}

func (r *Reason) Error() string { return r.err.Error() }

// Unwrap returns the error that was marked.
func (r *Reason) Unwrap() error { return r.err }

// PublicReason returns the text that is sent, which is bounded.
func (r *Reason) PublicReason() string { return cut(r.err.Error()) }

// reasonValue is an error that breaks a promise with an arbitrary value.
type reasonValue struct {
	value any
}

// ReasonValue returns an error with which a method breaks its promise with v itself, without an error around it. v is what
// [Encoder.Any] accepts.
func ReasonValue(v any) error { return &reasonValue{v} }

func (r *reasonValue) Error() string { return fmt.Sprintf("captp: reason of type %T", r.value) }

// EncodeOCapN writes the value.
func (r *reasonValue) EncodeOCapN(e *Encoder) { e.Any(r.value) }

// EncodeError says that a value could not be written. Nothing was sent.
type EncodeError struct {
	// Path is where the value stands: an argument is [0], [1] and so on, a part of it [0].name, [0][2] or [0].<tag>. It is "" for a
	// value that is no part of another one, and for a message as a whole.
	Path string
	// Reason says what was wrong.
	Reason string
}

func (e *EncodeError) Error() string {
	if e.Path == "" {
		return "captp: cannot be encoded: " + e.Reason
	}
	return fmt.Sprintf("captp: %s cannot be encoded: %s", e.Path, e.Reason)
}

// ArgError says that a value that was received is not what the interface says: an argument, a result, or a part of one.
type ArgError struct {
	// Path is where the value stands, such as who.name or [2].
	Path string
	// Want and Got say what was expected there and what was found.
	Want, Got string
	// Err is set if the value is of the right kind but malformed.
	Err error
}

func (e *ArgError) Error() string { return "captp: " + e.PublicReason() }

// Unwrap returns what was wrong with a malformed value.
func (e *ArgError) Unwrap() error { return e.Err }

// PublicReason says what was wrong: it holds nothing that the sender does not know.
func (e *ArgError) PublicReason() string {
	where := "the value"
	if e.Path != "" {
		where = e.Path
	}
	if e.Err != nil {
		return fmt.Sprintf("%s: want %s: malformed", where, e.Want)
	}
	return fmt.Sprintf("%s: want %s, got %s", where, e.Want, e.Got)
}

// NoMethodError says that an object was sent a message that it has no method for.
type NoMethodError struct {
	// Selector is the name, "" if the message had none. It is what a peer sent, cut to a bounded length.
	Selector string
}

func (e *NoMethodError) Error() string { return "captp: " + e.PublicReason() }

// PublicReason returns the text that is sent back.
func (e *NoMethodError) PublicReason() string {
	if e.Selector == "" {
		return "no method: the message has no selector"
	}
	return fmt.Sprintf("no method %q", e.Selector)
}

// NoMethod returns the *[NoMethodError] for the message that args belongs to.
func NoMethod(args *Decoder) error {
	return &NoMethodError{Selector: cut(string(args.selector))}
}

// thrown is what a method that failed says to its caller. The text has passed the filter: a caller in the same vat is told
// no more than one across the network.
type thrown struct{ text string }

func (t *thrown) Error() string        { return t.text }
func (t *thrown) PublicReason() string { return t.text }

const internalError = "internal error"

// publicText returns what a peer may be told of err.
func publicText(err error) string {
	var (
		remote *RemoteError
		public interface{ PublicReason() string }
	)
	declared := asDeclared(err)
	switch {
	case declared != nil:
		return cut(declared.Error())
	case errors.As(err, &remote):
		return cut(remote.Message)
	case errors.As(err, &public):
		return cut(public.PublicReason())
	default:
		return internalError
	}
}

// outcomeError returns the error that an awaiter of a broken promise gets.
func outcomeError(o *core.Outcome) error {
	switch err := o.Err.(type) {
	case nil:
	case *thrown:
		return &BrokenError{Reason: &RemoteError{Message: err.text}, body: thrownBody(err)}
	case *ThirdPartyError:
		if o.Value.Data == nil {
			return err
		}
		refused := *err
		refused.Err = brokenError(o.Value)
		return &refused
	default:
		return err
	}
	return brokenError(o.Value)
}

// brokenError returns the error for a promise that was broken with a reason.
func brokenError(reason core.Body) error {
	d := newDecoder(reason)
	v := d.Any()
	if d.Err() != nil {
		v = &RemoteError{Message: "a reason that cannot be read"}
	}
	return &BrokenError{Reason: v, body: reason}
}

// cut returns s, shortened to maxText bytes.
func cut(s string) string {
	if len(s) <= maxText {
		return s
	}
	end := maxText
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return strings.ToValidUTF8(s[:end], "\uFFFD") + "…"
}
