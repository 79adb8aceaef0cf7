package core

import (
	"errors"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// This file is the exporter's part of a handoff: gifts are deposited and withdrawn, in any order, each by methods of the bootstrap
// object of another session.

// gifts are what was deposited and not withdrawn yet, and the answers to withdrawals that wait for a deposit.
type gifts = handoff.Gifts[gift, withdrawal]

// gift is a capability that was deposited. The peer that deposited it holds it as it would hold an export, until it is withdrawn.
type gift struct {
	cap    Cap
	gifter *Session
}

// withdrawal is the answer to a withdrawal of the peer of by, or of our own at the word of that peer.
type withdrawal struct {
	result *Promise
	by     *Session
}

// letGo says that the gift lies here no longer.
func (g gift) letGo() { g.gifter.unholdCap(g.cap) }

// depositGift keeps an object, which may be a promise, for whoever the gifter has made a certificate for.
//
// Spec: CapTP#deposit-gift-method
func (s *Session) depositGift(args Body, rest []syrup.Span) Outcome {
	bad := broken(&TargetError{Reason: "deposit-gift wants a gift id and a reference"})
	if len(rest) < 2 {
		return bad
	}
	var d syrup.Decoder
	d.Reset(args.Data[rest[0].Start:rest[0].End], syrup.Options{})
	id := handoff.DecodeGiftID(&d)
	c, ok := args.part(rest[1]).Cap()
	if d.Finish() != nil || !ok {
		return bad
	}
	v := s.vat
	waiter, waits, err := v.gifts.Deposit(s.id, id, gift{c, s})
	if oldest, dropped := v.makeRoom(s.id, err); dropped {
		oldest.letGo()
		waiter, waits, err = v.gifts.Deposit(s.id, id, gift{c, s})
	}
	switch {
	case err != nil:
		return broken(s.exporterError(StageDeposit, err))
	case waits:
		v.resolve(waiter.result, Outcome{Value: CapBody(c)})
	default:
		s.holdCap(c)
	}
	return Outcome{Value: Body{Data: []byte("t")}}
}

// makeRoom drops the oldest gift of a session, if err says that it has too many.
func (v *Vat) makeRoom(session handoff.SessionID, err error) (gift, bool) {
	if !errors.Is(err, handoff.ErrTooManyGifts) {
		return gift{}, false
	}
	return v.gifts.DropOldest(session)
}

// withdrawGift makes result, which may be nil, the gift that the peer has a certificate for. If the gift was not deposited yet, the
// peer waits for it.
//
// Spec: CapTP#withdraw-gift-method, CapTP#handoffs-from-the-exporters-perspective
func (s *Session) withdrawGift(args Body, rest []syrup.Span, result *Promise) {
	if result == nil {
		return // a gift is no use to one who cannot be told
	}
	if len(rest) < 1 {
		s.vat.breakWith(result, &TargetError{Reason: "withdraw-gift wants a certificate"})
		return
	}
	receive, err := handoff.ParseReceive(args.Data[rest[0].Start:rest[0].End])
	if err != nil {
		err = errBadReceive
	} else {
		err = s.withdrawn(receive, result)
	}
	if err != nil {
		s.vat.breakWith(result, s.exporterError(StageWithdraw, err))
	}
}

// withdrawn makes result the gift that the peer asks for, if the certificate is good for it.
func (s *Session) withdrawn(receive handoff.SignedReceive, result *Promise) error {
	v := s.vat
	if s.counts == nil {
		s.counts = handoff.NewCounts(v.limits.Gifters)
	}
	exporter := handoff.Exporter{Session: s.id, Receiver: s.hello.Key.ID(), Counts: s.counts, Gifter: v.gifter}
	v.work += workCertificate
	verified, err := exporter.Verify(receive)
	if err != nil {
		return err
	}
	v.up[verified.Gifter()].addWithdrawer(s)
	return v.handOver(verified, withdrawal{result, s})
}

// handOver makes the answer to a withdrawal that is verified the gift, now or when that is deposited.
func (v *Vat) handOver(verified handoff.Withdrawal, w withdrawal) error {
	gift, found, err := v.gifts.Withdraw(verified, w)
	if err != nil || !found {
		return err
	}
	v.resolve(w.result, Outcome{Value: CapBody(gift.cap)})
	if _, isObject := gift.cap.(*Object); isObject {
		// Once the peer was told, which holds it from then on.
		v.due = append(v.due, dueReaction{&reaction{kind: reactUnhold, waiter: gift}, w.result})
	} else {
		gift.letGo()
	}
	return nil
}

// gifter returns what is known of the peer of a session that is up.
func (v *Vat) gifter(id handoff.SessionID) (handoff.Gifter, bool) {
	s, ok := v.up[id]
	if !ok {
		return handoff.Gifter{}, false
	}
	return handoff.Gifter{Key: s.hello.Key, Location: s.location}, true
}

// withdrawOwn gives this vat a gift that was deposited here: a gifter took us for two peers.
func (i *Introduction) withdrawOwn() {
	i.stage = StageWithdraw
	v := i.gifter.vat
	v.work += workCertificate
	verified, err := handoff.Exporter{Session: i.gifter.id, Gifter: v.gifter}.VerifyOwn(i.give, i.receiver.Public())
	if err == nil {
		err = v.handOver(verified, withdrawal{i.promise, i.gifter})
	}
	if err != nil {
		v.breakWith(i.promise, &handoffError{err})
	}
}

// exporterError returns err as one of a handoff in which this vat is the exporter, and the peer of the session has the other part.
func (s *Session) exporterError(stage HandoffStage, err error) error {
	e := &ThirdPartyError{Stage: stage, Exporter: s.location.ID(), Err: &handoffError{err}}
	if stage == StageWithdraw {
		e.Receiver = s.peerID()
	} else {
		e.Gifter = s.peerID()
	}
	return e
}

// endHandoffs ends what goes with a session that ended: what was deposited by it cannot be withdrawn any longer, and who waited for
// that, or withdrew by it, waits no longer; nor is anybody called any longer at its word.
func (v *Vat) endHandoffs(s *Session, reason error) {
	delete(v.up, s.id)
	s.forgetCounts()
	gifts, waiting := v.gifts.Forget(s.id)
	v.dropGifts(gifts, waiting, s.peerID(), reason)
	s.endIntroductions(reason)
}

// addWithdrawer takes note that the peer of another session has used a handoff count for the peer of s.
func (s *Session) addWithdrawer(other *Session) {
	if s.withdrawers == nil {
		s.withdrawers = make(map[*Session]struct{})
	}
	s.withdrawers[other] = struct{}{}
}

// forgetCounts has the handoff counts forgotten that were used for the peer of a session that ended, and those that its peer has used.
func (s *Session) forgetCounts() {
	for other := range s.withdrawers {
		other.counts.Forget(s.id)
	}
	s.withdrawers = nil
	if s.counts == nil {
		return
	}
	for gifter := range s.counts.Gifters() {
		if g := s.vat.up[gifter]; g != nil {
			delete(g.withdrawers, s)
		}
	}
	s.counts = nil
}

// dropGifts lets go of what was in the table of gifts. The gifter is zero if it is not known, or not one alone.
func (v *Vat) dropGifts(gifts []gift, waiting []withdrawal, gifter locator.PeerID, reason error) {
	for _, gift := range gifts {
		gift.letGo()
	}
	for _, w := range waiting {
		if w.result.introduction != nil { // ours, which says more
			v.breakWith(w.result, reason)
			continue
		}
		v.breakWith(w.result, &ThirdPartyError{
			Stage: StageDeposit, Gifter: gifter, Receiver: w.by.peerID(), Exporter: w.by.location.ID(), Err: reason,
		})
	}
}

// Age is to be called once in every period T while [Vat.Aging] says so. Gifts, withdrawals that wait and introductions are given up
// when they are as old as T, and not yet as 2T.
func (v *Vat) Age() {
	gifts, waiting := v.gifts.Age()
	v.dropGifts(gifts, waiting, locator.PeerID{}, errHandoffTime)
	v.expireIntroductions()
	v.happen()
}

// Aging says whether there is anything that [Vat.Age] may give up.
func (v *Vat) Aging() bool {
	gifts, withdrawals := v.gifts.Len()
	return gifts+withdrawals+len(v.introductions) > 0
}
