package coretest

import (
	"bytes"
	"io"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// This file is what the hostile peer does with handoffs. It is gifter, receiver and exporter at once, and has copied certificates.

// copied is what the hostile peer has seen of handoffs.
type copied struct {
	gives       [][]byte // certificates
	withdrawals [][]byte // arguments of withdraw-gift
}

// away is what the vat wants of peers that are not there.
type away struct {
	proposed []*core.Introduction
	dials    []locator.Peer
	sessions []*core.Session // with strangers, who say hello and nothing else
	number   int
}

// handoffOp makes an operation of a handoff. Most are well-formed, so that they come far.
func (s *siege) handoffOp(n int) wire.Op {
	bootstrap := wire.Desc{Kind: wire.Export}
	op := &wire.Deliver{To: bootstrap, Answer: s.newAnswer(), HasAnswer: s.choose(4) > 0, Resolver: s.resolver()}
	switch {
	case n < 3: // deposits
		b := wire.Body{Data: []byte("[12'deposit-gift")}
		b.Data = s.giftID().AppendSyrup(b.Data)
		if s.choose(8) == 0 {
			b.Data = b.Data[:len("[12'deposit-gift")]
		}
		s.add(&b)
		b.Data = append(b.Data, ']')
		op.Args = b
	case n < 6: // withdrawals
		op.Args.Data = s.withdrawal()
	default: // gives
		op.To, op.Args = s.target(), s.args()
		b := &op.Args
		b.Data = b.Data[:len(b.Data)-1]
		raw := s.give()
		b.Slots = append(b.Slots, wire.Slot{Start: len(b.Data), End: len(b.Data) + len(raw), Desc: wire.Desc{Kind: wire.Give, Raw: raw}})
		b.Data = append(append(b.Data, raw...), ']')
	}
	return op
}

func (s *siege) hostileKey() handoff.KeyPair { return key(s.sessions, 2) }

// giftID is one of few, so that deposits and withdrawals meet.
func (s *siege) giftID() handoff.GiftID { return s.hostileKey().GiftID(uint64(s.choose(6))) }

// give makes a certificate: mostly one that the hostile peer may give, otherwise one that is not for us, is copied, or is broken.
func (s *siege) give() []byte {
	n := s.choose(16)
	if gives := s.copied.gives; n == 0 && len(gives) > 0 {
		return gives[s.choose(len(gives))]
	}
	where := []string{"elsewhere", "honest", "vat", "hostile", "somewhere", "unreachable"}[s.choose(6)]
	receiver := key(s.sessions, 1)
	if n == 1 {
		receiver = key(s.sessions, 3)
	}
	raw := s.signedGive(receiver, where).AppendSyrup(nil)
	if n == 2 {
		raw[s.choose(len(raw))] ^= 1
	}
	if n == 3 {
		raw = []byte(core.Placeholder)
	}
	return raw
}

// signedGive makes a certificate for the owner of a key, that is for a gift of this session.
func (s *siege) signedGive(receiver handoff.KeyPair, where string) handoff.SignedGive {
	signer := s.hostileKey()
	g := handoff.Give{
		ReceiverKey: receiver.Public(), ExporterLocation: at(where), Session: s.hostile.ID(), GifterSide: signer.Public().ID(), GiftID: s.giftID(),
	}
	switch s.choose(32) {
	case 0:
		g.Session = s.honest.theirs.ID()
	case 1:
		g.Session = handoff.SessionID{1}
	case 2:
		g.GifterSide = key(s.sessions, 1).Public().ID()
	case 3:
		signer = key(s.sessions, 3)
	}
	return handoff.SignGive(signer, g)
}

// withdrawal makes the arguments of a withdrawal. The hostile peer is its own gifter.
func (s *siege) withdrawal() []byte {
	n := s.choose(16)
	if seen := s.copied.withdrawals; n == 0 && len(seen) > 0 {
		return seen[s.choose(len(seen))]
	}
	receiver := key(s.sessions, 3)
	give := s.signedGive(receiver, "vat")
	if gives := s.copied.gives; n == 1 && len(gives) > 0 {
		if copy, err := handoff.ParseGive(gives[s.choose(len(gives))]); err == nil {
			give, receiver = copy, s.hostileKey()
		}
	}
	r := handoff.Receive{
		ReceivingSession: s.hostile.ID(), ReceivingSide: s.hostileKey().Public().ID(), HandoffCount: uint64(s.ops), SignedGive: give,
	}
	switch n {
	case 2:
		r.ReceivingSession = s.honest.theirs.ID()
	case 3:
		r.ReceivingSide = key(s.sessions, 1).Public().ID()
	case 4:
		r.HandoffCount = uint64(s.choose(4))
	case 5:
		receiver = s.hostileKey()
	}
	raw := handoff.SignReceive(receiver, r).AppendSyrup([]byte("[13'withdraw-gift"))
	if n == 6 {
		raw[s.choose(len(raw)-17)+17] ^= 1
	}
	return append(raw, ']')
}

// lookAtHandoffs copies what is sent to the hostile peer of handoffs.
func (s *siege) lookAtHandoffs(op *wire.Deliver) {
	for _, slot := range op.Args.Slots {
		if slot.Desc.Kind == wire.Give {
			s.copied.gives = append(s.copied.gives, bytes.Clone(slot.Desc.Raw))
		}
	}
	if bytes.HasPrefix(op.Args.Data, []byte("[13'withdraw-gift")) {
		s.copied.withdrawals = append(s.copied.withdrawals, bytes.Clone(op.Args.Data))
	}
	s.copied.gives = s.copied.gives[max(0, len(s.copied.gives)-8):]
	s.copied.withdrawals = s.copied.withdrawals[max(0, len(s.copied.withdrawals)-8):]
}

// decide makes the oldest decision about a peer that is not there.
func (s *siege) decide(how int) {
	a := &s.away
	switch {
	case len(a.proposed) > 0:
		i := a.proposed[0]
		a.proposed = a.proposed[1:]
		if how > 0 {
			s.vat.Introduce(i)
		} else {
			s.vat.Decline(i, errDeclined)
		}
	case len(a.dials) > 0:
		peer := a.dials[0]
		a.dials = a.dials[1:]
		if how < 2 || len(a.sessions) > 1 {
			s.vat.DialFailed(peer, errNobodyThere)
			return
		}
		a.number++
		stranger := s.vat.Open(core.Opening{Dialled: &peer, Location: at("vat"), Key: key(a.number, 4), Dialect: &wire.Modern})
		s.vat.Receive(stranger, hello(peer.Designator, key(a.number, 5)))
		a.sessions = append(a.sessions, stranger)
	case len(a.sessions) > 0 && how == 0:
		s.vat.Lost(a.sessions[0], io.EOF)
		a.sessions = a.sessions[1:]
	}
}

// ageSometimes lets the time pass that handoffs may take.
func (s *siege) ageSometimes() {
	if s.choose(8) == 0 {
		s.vat.Age()
		s.honest.vat.Age()
	}
}

// checkHandoffBounds checks that the tables of handoffs are no larger than their limits. An introduction may outlive the session that
// it came by.
func (s *siege) checkHandoffBounds() {
	st, lim := s.vat.Stats(), hostileLimits
	if st.Gifts > lim.Gifts*st.Sessions || st.Withdrawals > lim.Withdrawals*st.Sessions || st.Introductions > lim.Handoffs*(s.sessions+1) {
		s.t.Fatalf("over the limits: %+v", st)
	}
}

// endHandoffs ends what is under way, and lets the time pass until nothing lies anywhere.
func (s *siege) endHandoffs() {
	for len(s.away.proposed)+len(s.away.dials)+len(s.away.sessions) > 0 {
		s.decide(0)
		s.carryOut()
	}
	for range 2 {
		s.vat.Age()
		s.honest.vat.Age()
		s.carryOut()
	}
	if s.vat.Aging() || s.honest.vat.Aging() {
		s.t.Fatal("handoffs that are older than they may be")
	}
}
