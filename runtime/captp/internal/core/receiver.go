package core

import (
	"cmp"
	"maps"
	"slices"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// This file is the receiver's part of a handoff: a certificate stands in a message where a reference would.
//
// A promise takes its place at once, and the message is delivered. The promise is the answer to the withdrawal, so what is sent to it
// goes along behind the withdrawal, and waits for the gift at the exporter.

// Introduction is a handoff to this vat that is under way.
//
// States: queued (others of the same gifter come first), proposed (the driver was asked whether the exporter may be called),
// waiting (for a session with the exporter, or until it can be dialled), withdrawing (the exporter was asked for the gift), over. An
// introduction to a peer that there is a session with is withdrawing from the beginning. Whatever settles the promise, or makes it
// follow another one, ends it.
type Introduction struct {
	number   uint64
	gifter   *Session
	receiver handoff.KeyPair // ours in the session with the gifter
	exporter locator.Peer    // where the gift is to be had, as the gifter says
	promise  *Promise
	stage    HandoffStage

	certificate []byte             // until it is read: a part of the message
	give        handoff.SignedGive // until it is over, and
	charged     int                // what the gifter is charged for it, in bytes
	calling     bool               // it counts among the introductions for which the gifter's word may have a peer called
	old         bool               // it was under way when Age was called last
}

// Gifter returns the peer that gave.
func (i *Introduction) Gifter() locator.PeerID { return i.gifter.peerID() }

// Exporter returns where the gift is to be had, as the gifter says.
func (i *Introduction) Exporter() locator.Peer { return i.exporter }

// isUnderWay says whether i is not over.
func (i *Introduction) isUnderWay() bool { return i.promise.introduction == i }

// failure returns err as one of the handoff. An error that says so already is left alone.
func (i *Introduction) failure(err error) error {
	if _, ok := err.(*ThirdPartyError); ok {
		return err
	}
	return &ThirdPartyError{
		Stage: i.stage, Gifter: i.Gifter(), Receiver: i.gifter.location.ID(), Exporter: i.Exporter().ID(), Err: err,
	}
}

// receiveGift returns the promise of what the peer hands off by a certificate. Nothing is done for it before it is known what the
// message is for: see introduce.
//
// Spec: CapTP#handoffs-from-the-receivers-perspective
func (s *Session) receiveGift(raw []byte) *Promise {
	p := &Promise{vat: s.vat, answer: true, given: true}
	s.vat.given = append(s.vat.given, &Introduction{
		number: s.vat.introduced, gifter: s, receiver: s.key, certificate: raw, promise: p, stage: StageGive,
	})
	s.vat.introduced++
	return p
}

// takeGiven returns the introductions that stand in the message that was just read.
func (v *Vat) takeGiven() []*Introduction {
	given := v.given
	v.given = nil
	return given
}

// introduce starts the introductions that stand in a message. What is wrong with one breaks its promise, and is no reason to refuse
// the message.
func (v *Vat) introduce(given []*Introduction) {
	for n, i := range given {
		err := error(&LimitError{Limit: "Gives", Max: v.limits.Gives})
		if n < v.limits.Gives {
			err = i.begin()
		}
		i.certificate = nil // it would keep the buffer in which it came
		if err != nil {
			v.settle(i.promise, broken(i.failure(err)))
		}
	}
}

// refuse breaks the introductions that stand in a message that everybody may send.
func (v *Vat) refuse(given []*Introduction) {
	for _, i := range given {
		i.certificate = nil
		v.settle(i.promise, broken(i.failure(errFreeTarget)))
	}
}

// begin starts an introduction. The one thing that the receiver can check of the certificate is that it is meant for it.
//
// Spec: CapTP#validating-the-record
func (i *Introduction) begin() error {
	v := i.gifter.vat
	var err error
	if i.give, err = handoff.ParseGive(i.certificate); err != nil {
		return err
	}
	i.exporter = i.give.Give().ExporterLocation
	if i.give.Give().ReceiverKey != i.receiver.Public() {
		return errOtherReceiver
	}
	if lim := v.limits.Handoffs; i.gifter.introductions >= lim {
		return &LimitError{Limit: "Handoffs", Max: lim}
	}
	v.introductions[i.number] = i
	i.gifter.introductions++
	i.charged = len(i.certificate)
	i.gifter.charge(i.charged)
	i.promise.introduction = i
	switch p := v.peers[i.exporter.ID()]; {
	case v.isOwn(i.exporter.ID()):
		i.withdrawOwn()
	case p != nil && p.session != nil:
		p.session.request(request{introduction: i, result: i.promise})
	default:
		i.stage = StageDial
		i.gifter.proposed = append(i.gifter.proposed, i)
		i.gifter.propose()
	}
	return nil
}

// propose asks the driver about as many introductions as a gifter may have peers called at once.
func (s *Session) propose() {
	for len(s.proposed) > 0 && s.state != stateEnded && s.calling < s.vat.limits.Introductions {
		i := s.proposed[0]
		s.proposed[0] = nil
		s.proposed = s.proposed[1:]
		if !i.isUnderWay() {
			continue // it is over
		}
		i.calling = true
		s.calling++
		s.vat.emit(Effect{Kind: Introduce, Introduction: i})
	}
}

// notCalling says that i no longer waits for a session.
func (i *Introduction) notCalling() {
	if i.calling {
		i.calling = false
		i.gifter.calling--
		i.gifter.propose()
	}
}

// Introduce lets an introduction go on that an Introduce effect asked for: the exporter is called, if there is no session with it by
// now.
func (v *Vat) Introduce(i *Introduction) {
	if i.isUnderWay() {
		v.ask(i.Exporter(), request{introduction: i, result: i.promise})
	}
	v.happen()
}

// Decline ends an introduction that an Introduce effect asked for.
func (v *Vat) Decline(i *Introduction, err error) {
	if i.isUnderWay() {
		v.breakWith(i.promise, err)
	}
	v.happen()
}

// withdraw asks the peer, the exporter, for the gift.
//
// Spec: CapTP#withdraw-gift-method, CapTP#deschandoff-receive
func (s *Session) withdraw(i *Introduction) {
	i.stage = StageWithdraw
	i.notCalling()
	s.vat.work += workCertificate
	receive := handoff.SignReceive(i.receiver, handoff.Receive{
		ReceivingSession: s.id,
		ReceivingSide:    s.key.Public().ID(),
		HandoffCount:     s.handoffs,
		SignedGive:       i.give,
	})
	s.handoffs++
	args := syrup.AppendSymbol([]byte{syrup.ListStart}, methodWithdrawGift)
	args = append(receive.AppendSyrup(args), syrup.ListEnd)
	s.sendDeliver(wire.Desc{Kind: wire.Export, Pos: 0}, Body{Data: args}, i.promise, nil)
}

// dropCertificate lets go of the certificate, which is not needed any longer.
func (i *Introduction) dropCertificate() {
	i.gifter.charge(-i.charged)
	i.charged, i.give = 0, handoff.SignedGive{}
}

// withdrawAgain asks for the gifts anew that the session, which ended, was asked for in vain, if there is another one with the peer:
// then two crossed, or the peer called anew, and the other one lives. A gift that was taken before that is lost. Where messages were
// sent to the gift already, these are lost, and so is the gift.
func (s *Session) withdrawAgain(lost []*Introduction) {
	v := s.vat
	for _, i := range lost {
		p := v.peers[s.peerID()]
		if p == nil || p.session == nil || i.promise.sentAlong() > 0 {
			v.breakWith(i.promise, s.err)
			continue
		}
		i.promise.state, i.promise.route = stateOpen, nil
		p.session.withdraw(i)
	}
}

// over ends the introduction that p is the promise of, if there is one, and returns the outcome as one of a handoff.
func (p *Promise) over(o Outcome) Outcome {
	i := p.introduction
	if i == nil {
		return o
	}
	p.introduction = nil
	delete(i.gifter.vat.introductions, i.number)
	i.gifter.introductions--
	i.notCalling()
	i.dropCertificate()
	if o.Broken {
		o.Err = i.failure(o.Err)
	}
	return o
}

// underWay returns the introductions that are not over, the oldest first.
func (v *Vat) underWay() []*Introduction {
	byNumber := func(a, b *Introduction) int { return cmp.Compare(a.number, b.number) }
	return slices.SortedFunc(maps.Values(v.introductions), byNumber)
}

// endIntroductions ends what a session that ended wanted us to call others for. What was asked of an exporter already is between that
// peer and us.
func (s *Session) endIntroductions(err error) {
	if s.introductions == 0 {
		return
	}
	s.proposed = nil
	for _, i := range s.vat.underWay() {
		if i.gifter == s && i.stage == StageDial {
			s.vat.breakWith(i.promise, err)
		}
	}
}

// expireIntroductions breaks the introductions that were under way when Age was called last.
func (v *Vat) expireIntroductions() {
	underWay := v.underWay()
	slices.Reverse(underWay) // so that none is proposed that is about to be given up
	for _, i := range underWay {
		if i.old {
			v.breakWith(i.promise, errHandoffTime)
		}
		i.old = true
	}
}
