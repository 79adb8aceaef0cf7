package handoff

import (
	"strconv"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

// A Check is one of the checks that an exporter makes of a receive. They are made in this order, and the first that fails
// is reported.
//
// Spec: CapTP#checking-the-validity-of-the-deschandoff-receive.
type Check uint8

const (
	// CheckReceivingSession asks whether the receiving session is the one by which the receive came. It keeps a receive
	// that was seen elsewhere from being used by another peer, or at another exporter.
	//
	// Spec: CapTP#identifying-the-gifter-session--receiver-session.
	CheckReceivingSession Check = iota + 1
	// CheckReceivingSide asks whether the receiving side is the peer in that session, and not ourselves.
	//
	// Spec: CapTP#the-record-1.
	CheckReceivingSide
	// CheckGifterSession asks whether the session of the give is a live one of ours.
	//
	// Spec: CapTP#identifying-the-gifter-session--receiver-session.
	CheckGifterSession
	// CheckGifterSide asks whether the gifter side is the peer in that session, and not ourselves.
	//
	// Spec: CapTP#the-record.
	CheckGifterSide
	// CheckExporterLocation asks whether the exporter location is the one that we announced to the gifter. Hints may
	// differ.
	//
	// Spec: CapTP#the-record.
	CheckExporterLocation
	// CheckGiveSignature asks whether the gifter signed the give, with its key of that session.
	//
	// Spec: CapTP#checking-the-signature-on-the-deschandoff-give.
	CheckGiveSignature
	// CheckReceiveSignature asks whether whom the give is for signed the receive.
	//
	// Spec: CapTP#checking-the-signature-on-the-deschandoff-receive.
	CheckReceiveSignature
	// CheckHandoffCount asks whether the handoff count is new: see [Counts.Use].
	//
	// Spec: CapTP#checking-the-handoff-count.
	CheckHandoffCount
)

// String returns the name of the check, such as "give-signature".
func (c Check) String() string {
	switch c {
	case CheckReceivingSession:
		return "receiving-session"
	case CheckReceivingSide:
		return "receiving-side"
	case CheckGifterSession:
		return "gifter-session"
	case CheckGifterSide:
		return "gifter-side"
	case CheckExporterLocation:
		return "exporter-location"
	case CheckGiveSignature:
		return "give-signature"
	case CheckReceiveSignature:
		return "receive-signature"
	case CheckHandoffCount:
		return "handoff-count"
	default:
		return "Check(" + strconv.Itoa(int(c)) + ")"
	}
}

// A VerifyError says which check a receive fails, and nothing else: it may be told to the peer. [Exporter.Verify] and
// [Exporter.VerifyOwn] return it.
type VerifyError struct {
	Check Check
}

// Error returns one line with the name of the check.
func (e *VerifyError) Error() string {
	text := "handoff: the receive fails the check of " + e.Check.String()
	if e.Check == CheckGifterSession {
		text += ": the gifter is gone, or never was there"
	}
	return text
}

// An Exporter is what an exporter knows when a receive comes.
type Exporter struct {
	Session  SessionID // that by which the receive came
	Receiver PublicID  // the peer's side in it
	Counts   *Counts   // the handoff counts that were used in it

	// Gifter returns what is known of a live session. Of others it returns false: a gift ends with the session in which
	// it was deposited.
	Gifter func(SessionID) (Gifter, bool)
}

// A Gifter is what an exporter knows of a session in which the peer may deposit gifts.
type Gifter struct {
	Key      PublicKey    // the peer's, and not our own
	Location locator.Peer // ours, as we announced it in this session
}

// A Withdrawal is what a verified receive entitles to: one gift, which [Gifts.Withdraw] gives for it. Only
// [Exporter.Verify] and [Exporter.VerifyOwn] make one that is not zero.
type Withdrawal struct {
	gifter   SessionID // that of gifter and exporter
	receiver SessionID // that of receiver and exporter
	gift     GiftID
}

// Gifter returns the session of gifter and exporter.
func (w Withdrawal) Gifter() SessionID { return w.gifter }

// Verify makes every [Check] of a receive. If all hold, it records the handoff count as used, and returns what the
// receive entitles to. If one does not, it changes nothing, and the error is a [*VerifyError].
//
// So the count is used up by what is verified, whether or not the gift is there: a receive cannot be used again while, or
// after, it waits.
//
// Spec: CapTP#handoffs-from-the-exporters-perspective, CapTP#receiving-a-deschandoff-receive.
func (e Exporter) Verify(s SignedReceive) (Withdrawal, error) {
	if check := e.failing(s); check != 0 {
		return Withdrawal{}, &VerifyError{check}
	}
	give := s.receive.SignedGive.give
	return Withdrawal{gifter: give.Session, receiver: e.Session, gift: give.GiftID}, nil
}

// VerifyOwn makes the checks of a give that are left when the exporter finds that it is the receiver itself: there is no session of
// the two, and no receive. e.Session is the one by which the give came, and key our own in it; e.Receiver and e.Counts are not looked
// at. No count is used up: a gift can be withdrawn once.
//
// Spec: CapTP#checking-the-signature-on-the-deschandoff-give.
func (e Exporter) VerifyOwn(s SignedGive, key PublicKey) (Withdrawal, error) {
	check := e.failingGive(s)
	if check == 0 && s.give.ReceiverKey != key {
		check = CheckReceiveSignature
	}
	if check != 0 {
		return Withdrawal{}, &VerifyError{check}
	}
	return Withdrawal{gifter: s.give.Session, receiver: e.Session, gift: s.give.GiftID}, nil
}

// failing returns the first check that fails, or 0. The last one has an effect when it holds.
func (e Exporter) failing(s SignedReceive) Check {
	receive := s.receive
	give := receive.SignedGive
	switch {
	case receive.ReceivingSession != e.Session:
		return CheckReceivingSession
	case receive.ReceivingSide != e.Receiver:
		return CheckReceivingSide
	}
	if check := e.failingGive(give); check != 0 {
		return check
	}
	switch {
	case !s.signed.verify(give.give.ReceiverKey):
		return CheckReceiveSignature
	case !e.Counts.Use(give.give.Session, receive.HandoffCount):
		return CheckHandoffCount
	}
	return 0
}

// failingGive returns the first check of the give that fails, or 0.
func (e Exporter) failingGive(s SignedGive) Check {
	gifter, live := e.Gifter(s.give.Session)
	switch {
	case !live:
		return CheckGifterSession
	case s.give.GifterSide != gifter.Key.ID():
		return CheckGifterSide
	case !s.give.ExporterLocation.SameAs(gifter.Location):
		return CheckExporterLocation
	case !s.Verify(gifter.Key):
		return CheckGiveSignature
	}
	return 0
}
