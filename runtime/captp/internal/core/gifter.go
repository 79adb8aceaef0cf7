package core

import (
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// This file is the gifter's part of a handoff: a message to one peer holds a reference to an object of another one.
//
// The gift is deposited at the moment at which its certificate is written. So it is behind everything that was sent to the object
// before, in the one session in which all of that travels, and whatever the receiver sends to its gift arrives behind that.
//
// A promise that a peer settles is no gift: it is exported as a promise of ours, which passes on what is sent to it. What it becomes
// is handed off when the outcome is told.

// canGive returns why the object behind i cannot be handed off to the peer of s, or nil.
func (s *Session) canGive(i *Import) error {
	if !hasIdentity(i.session.peerID()) {
		return s.giveError(i, errNotDialable)
	}
	if err := i.session.roomForOutput(depositBytes); err != nil {
		return s.giveError(i, err)
	}
	return nil
}

// How long the deposit of a gift and its certificate are, about.
const (
	depositBytes = 128
	giveBytes    = 512
)

func (s *Session) giveError(i *Import, err error) error {
	return &ThirdPartyError{
		Stage: StageGive, Gifter: s.location.ID(), Receiver: s.peerID(), Exporter: i.session.peerID(), Err: err,
	}
}

// give deposits the object behind i as a gift for the peer of s, and returns the certificate with which that peer can take it.
//
// Spec: CapTP#handoffs-from-the-gifters-perspective, CapTP#deschandoff-give
func (s *Session) give(i *Import) wire.Desc {
	exporter := i.session
	gift := exporter.key.GiftID(exporter.gifts)
	exporter.gifts++
	exporter.sendDeposit(gift, i)
	s.vat.work += workCertificate
	give := handoff.SignGive(exporter.key, handoff.Give{
		ReceiverKey:      s.hello.Key,
		ExporterLocation: exporter.hello.Location,
		Session:          exporter.id,
		GifterSide:       exporter.key.Public().ID(),
		GiftID:           gift,
	})
	return wire.Desc{Kind: wire.Give, Raw: give.AppendSyrup(nil)}
}

// sendDeposit deposits an object of the peer itself.
//
// Spec: CapTP#depositing-the-gift
func (s *Session) sendDeposit(gift handoff.GiftID, i *Import) {
	args := syrup.AppendSymbol([]byte{syrup.ListStart}, methodDepositGift)
	args = gift.AppendSyrup(args)
	slot := Slot{Start: len(args), End: len(args) + len(Placeholder), Cap: i}
	args = append(append(args, Placeholder...), syrup.ListEnd)
	s.sendDeliver(wire.Desc{Kind: wire.Export, Pos: 0}, Body{Data: args, Slots: []Slot{slot}}, nil, nil)
}
