package core

import (
	"errors"
	"fmt"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

// SessionError says that a session ended, and with it everything that was reached through it.
type SessionError struct {
	// Peer is the other side, zero if it never said who it was.
	Peer locator.PeerID
	// Remote is set if the peer ended the session, with an op:abort or by closing its connection.
	Remote bool
	// Reason is the text of the op:abort, or what happened to the connection. A peer's text is cut to a bounded length.
	Reason string
	// Err is why this vat ended the session, such as a [*ProtocolError] or a [*LimitError]; nil if the peer did.
	Err error

	closed error
}

func (e *SessionError) Error() string {
	who := "the session"
	if e.Peer != (locator.PeerID{}) {
		who = fmt.Sprintf("the session with %s.%s", e.Peer.Designator, e.Peer.Transport)
	}
	if e.Remote {
		return fmt.Sprintf("captp: %s was ended by the peer: %q", who, e.Reason)
	}
	return fmt.Sprintf("captp: %s ended: %s", who, e.Reason)
}

// Unwrap returns net.ErrClosed, and Err if there is one.
func (e *SessionError) Unwrap() []error {
	if e.Err == nil {
		return []error{e.closed}
	}
	return []error{e.closed, e.Err}
}

// PublicReason says no more than that a session was lost.
func (e *SessionError) PublicReason() string { return "session lost" }

// ProtocolError says that a peer broke the protocol. The session that it happened in is aborted.
type ProtocolError struct {
	// Op is the operation, "" if none could be read.
	Op string
	// Spec is the clause that was broken, as an anchor of the drafts.
	Spec string
	// Reason says what was wrong, in words that may be sent to the peer.
	Reason string
}

func (e *ProtocolError) Error() string {
	if e.Op == "" {
		return "captp: protocol error: " + e.Reason
	}
	return fmt.Sprintf("captp: protocol error in %s: %s", e.Op, e.Reason)
}

// PublicReason returns the reason.
func (e *ProtocolError) PublicReason() string { return e.Reason }

// LimitError says that more of something was wanted than [Limits] allows; its fields say what happens then.
type LimitError struct {
	// Limit is the name of the field of [Limits].
	Limit string
	// Max is its value.
	Max int
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("captp: limit %s (%d) exceeded", e.Limit, e.Max)
}

// PublicReason names the limit.
func (e *LimitError) PublicReason() string { return fmt.Sprintf("limit %s exceeded", e.Limit) }

// shutdownError ends the sessions of a vat that is closed.
type shutdownError struct{ reason string }

func (e *shutdownError) Error() string { return "captp: " + e.reason }

// PublicReason returns the reason.
func (e *shutdownError) PublicReason() string { return e.reason }

// TargetError says that a message was sent to something that is not an object: a number, a list, a position that is no
// longer in use.
type TargetError struct {
	Reason string
}

func (e *TargetError) Error() string { return "captp: " + e.Reason }

// PublicReason returns the reason.
func (e *TargetError) PublicReason() string { return e.Reason }

// StepError says that a path step (op:get, op:index, op:untag) found nothing.
type StepError struct {
	Step   Step
	Reason string
}

func (e *StepError) Error() string { return fmt.Sprintf("captp: %v: %s", e.Step, e.Reason) }

// PublicReason returns the reason.
func (e *StepError) PublicReason() string { return e.Reason }

// HandoffStage is a stage of a third-party handoff: the one in which it failed.
type HandoffStage uint8

const (
	// StageGive: the gifter wrote the certificate, or the receiver read it.
	StageGive HandoffStage = iota + 1
	// StageDeposit: the gifter deposits the gift with the exporter.
	StageDeposit
	// StageDial: the receiver wants a session with the exporter.
	StageDial
	// StageWithdraw: the receiver asks the exporter for the gift.
	StageWithdraw
)

func (s HandoffStage) String() string {
	switch s {
	case StageGive:
		return "give"
	case StageDeposit:
		return "deposit"
	case StageDial:
		return "dial"
	case StageWithdraw:
		return "withdraw"
	default:
		return fmt.Sprintf("HandoffStage(%d)", uint8(s))
	}
}

// ThirdPartyError says that a reference to an object of one peer, the exporter, could not be handed off by another one, the gifter,
// to a third one, the receiver. One of the three is this vat.
type ThirdPartyError struct {
	// Stage is where it failed.
	Stage HandoffStage
	// Gifter, Receiver and Exporter are the peers, each zero if it is not known.
	Gifter, Receiver, Exporter locator.PeerID
	// Err is why; nil if the exporter refused, and what it said goes with the outcome of the promise.
	Err error
}

func (e *ThirdPartyError) Error() string {
	err := e.Err
	if err == nil {
		err = errRefused
	}
	return fmt.Sprintf("captp: handoff of an object at %s from %s to %s failed (%v): %v",
		peerName(e.Exporter), peerName(e.Gifter), peerName(e.Receiver), e.Stage, err)
}

// Unwrap returns Err.
func (e *ThirdPartyError) Unwrap() error { return e.Err }

// PublicReason names the stage, and says of the cause what may be said, but not the peers. Of a dial it says nothing more: who answers
// where from here is none of a peer's business.
func (e *ThirdPartyError) PublicReason() string {
	if e.Stage == StageDial {
		return "third-party handoff failed (dial)"
	}
	return fmt.Sprintf("third-party handoff failed (%v): %s", e.Stage, publicReason(e.Err))
}

// handoffError is a cause of a [*ThirdPartyError] whose text peers may read.
type handoffError struct{ err error }

func (e *handoffError) Error() string { return e.err.Error() }

// Unwrap returns the error.
func (e *handoffError) Unwrap() error { return e.err }

// PublicReason returns the text.
func (e *handoffError) PublicReason() string { return e.err.Error() }

// The causes that are found here.
var (
	errNotDialable   = &handoffError{errors.New("the exporter cannot be dialled")}
	errOtherReceiver = &handoffError{errors.New("the gift is for another receiver")}
	errBadReceive    = errors.New("the certificate cannot be read")
	errFreeTarget    = &handoffError{errors.New("the bootstrap object takes no gifts of others")}
	errRefused       = errors.New("the exporter refused")
	errHandoffTime   = &handoffError{errors.New("it took too long")}
)

// peerName returns how a peer is named in errors.
func peerName(id locator.PeerID) string {
	if id == (locator.PeerID{}) {
		return "an unknown peer"
	}
	return id.Designator + "." + id.Transport
}

// CycleError says that a promise was resolved to itself, directly or by way of others.
type CycleError struct{}

func (e *CycleError) Error() string { return "captp: a promise was resolved to itself" }

// PublicReason returns the same text.
func (e *CycleError) PublicReason() string { return "a promise was resolved to itself" }

// ReleasedError says that a reference was used after the program released it.
type ReleasedError struct{}

func (e *ReleasedError) Error() string { return "captp: the reference was released" }

// PublicReason returns the same text.
func (e *ReleasedError) PublicReason() string { return "the reference was released" }

// ForeignError says that a reference of another vat of this process was used: references do not move between vats, they
// are sent in messages.
type ForeignError struct{}

func (e *ForeignError) Error() string { return "captp: the reference belongs to another vat" }

// UnknownSwissError says that no object is registered under a swiss number. It does not hold the number.
type UnknownSwissError struct{}

func (e *UnknownSwissError) Error() string { return "captp: unknown swiss number" }

// PublicReason returns the same text.
func (e *UnknownSwissError) PublicReason() string { return "unknown swiss number" }

// DialError says that a peer could not be reached.
type DialError struct {
	Peer locator.PeerID
	Err  error
}

func (e *DialError) Error() string {
	return fmt.Sprintf("captp: dial %s.%s: %v", e.Peer.Designator, e.Peer.Transport, e.Err)
}

// Unwrap returns what the netlayer said.
func (e *DialError) Unwrap() error { return e.Err }

// PublicReason does not say why.
func (e *DialError) PublicReason() string { return "the peer could not be reached" }
