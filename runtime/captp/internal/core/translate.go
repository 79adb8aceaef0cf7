package core

import "github.com/ocapn-go/ocapn/runtime/captp/internal/wire"

// This file is the only place where positions change sides: a descriptor is written from the point of view of its receiver,
// so what comes in as desc:import-object is an import of ours, and an import of ours goes out as desc:export.
//
// Spec: CapTP#descriptors

// capabilities returns the body with the capabilities that its descriptors mean, and counts the references in it. All
// references are counted, even if one of them is bad. An error of type [*TargetError] concerns this message alone, any other
// the whole session.
func (s *Session) capabilities(b wire.Body) (Body, error) {
	out := Body{Data: b.Data}
	if len(b.Slots) == 0 {
		return out, nil
	}
	if lim := s.vat.limits.Imports; len(s.imports)+len(b.Slots) > lim {
		return out, &LimitError{Limit: "Imports", Max: lim}
	}
	out.Slots = make([]Slot, len(b.Slots))
	var failed error
	for i, slot := range b.Slots {
		c, err := s.capability(slot.Desc)
		if err != nil {
			if _, mild := failed.(*TargetError); failed == nil || mild {
				failed = err
			}
		}
		out.Slots[i] = Slot{Start: slot.Start, End: slot.End, Cap: c}
	}
	return out, failed
}

// capability returns what a descriptor of the peer means.
func (s *Session) capability(d wire.Desc) (Cap, error) {
	switch d.Kind {
	case wire.ImportObject, wire.ImportPromise:
		return s.importAt(d), nil
	case wire.Export:
		return s.exported(ExportPos(d.Pos))
	case wire.Answer:
		return s.answered(AnswerPos(d.Pos))
	default:
		// A handoff. The object behind it cannot be had, which is no reason to refuse the message that carries it.
		p := &Promise{vat: s.vat}
		s.vat.settle(p, broken(&ThirdPartyError{Receiver: s.location.ID()}))
		return p, nil
	}
}

// describe returns how the capabilities in slots are named in messages to the peer, and counts the references. If one of
// them cannot be sent, nothing is counted.
func (s *Session) describe(slots []Slot) ([]wire.Slot, error) {
	if len(slots) == 0 {
		return nil, nil
	}
	exports := 0
	for _, slot := range slots {
		export, err := s.sendable(slot.Cap)
		if err != nil {
			return nil, err
		}
		if export {
			exports++
		}
	}
	if lim := s.vat.limits.Exports; len(s.exports)+exports > lim {
		return nil, &LimitError{Limit: "Exports", Max: lim}
	}
	out := make([]wire.Slot, len(slots))
	for i, slot := range slots {
		out[i] = wire.Slot{Start: slot.Start, End: slot.End, Desc: s.desc(shorten(slot.Cap))}
	}
	return out, nil
}

// sendable returns an error if c cannot be sent to the peer, and whether it is sent as an export of ours.
func (s *Session) sendable(c Cap) (export bool, err error) {
	i, ok := shorten(c).(*Import)
	switch {
	case !ok:
		return true, nil
	case i.usable() != nil:
		return false, i.usable()
	case i.session != s:
		return false, &ThirdPartyError{Holder: i.session.peerID(), Receiver: s.peerID()}
	}
	return false, nil
}

// desc returns the descriptor of c, which is sendable and shortened.
//
// An unsettled promise that the peer itself exported goes home as that export. Any other unsettled promise, the answer to a
// question of ours included, is sent as a promise of ours: not every peer understands desc:answer as an argument.
func (s *Session) desc(c Cap) wire.Desc {
	switch c := c.(type) {
	case *Import:
		return c.desc()
	case *Promise:
		if c.belongsTo(s) {
			return c.route.to
		}
	}
	return s.export(c)
}
