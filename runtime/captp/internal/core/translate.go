package core

import (
	"slices"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
)

// This file is the only place where positions change sides: a descriptor is written from the point of view of its receiver,
// so what comes in as desc:import-object is an import of ours, and an import of ours goes out as desc:export.
//
// Spec: CapTP#descriptors

// capabilities returns the body with the capabilities that its descriptors mean, and counts the references in it. All
// references are counted, even if one of them is bad. An error of type [*TargetError] concerns this message alone, any other
// the whole session; either way there are slots without a capability. The slots are valid until the effects are carried out.
func (s *Session) capabilities(b wire.Body) (Body, error) {
	out := Body{Data: b.Data, Own: b.Own}
	if len(b.Slots) == 0 {
		return out, nil
	}
	s.vat.work += len(b.Slots) / workSlots
	start, end := len(s.vat.slots), len(s.vat.slots)+len(b.Slots)
	s.vat.slots = slices.Grow(s.vat.slots, len(b.Slots))[:end]
	out.Slots = s.vat.slots[start:end:end]
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
		return s.importAt(d)
	case wire.Export:
		return s.exported(ExportPos(d.Pos))
	case wire.Answer:
		return s.answered(AnswerPos(d.Pos))
	default:
		return s.receiveGift(d.Raw), nil
	}
}

// describe returns how the capabilities in slots are named in messages to the peer, and counts the references. If one of
// them cannot be sent, or the export table has no room for them and for a number of resolvers, nothing is counted. The result is
// valid until the next call.
func (s *Session) describe(slots []Slot, resolvers int) ([]wire.Slot, error) {
	fresh, gives := resolvers, 0
	for _, slot := range slots {
		how, err := s.sendable(slot.Cap)
		switch {
		case err != nil:
			return nil, err
		case how == asExport:
			fresh++
		case how == asGift:
			gives++
		}
	}
	if lim := s.vat.limits.Gives; gives > lim {
		return nil, &LimitError{Limit: "Gives", Max: lim}
	}
	if gives > 0 {
		if err := s.roomForOutput(gives * giveBytes); err != nil {
			return nil, err
		}
	}
	if fresh > 0 {
		if err := s.roomForExports(fresh); err != nil {
			return nil, err
		}
		if err := s.roomForValues(slots); err != nil {
			return nil, err
		}
	}
	if len(slots) == 0 {
		return nil, nil
	}
	out := s.slots[:0]
	for _, slot := range slots {
		out = append(out, wire.Slot{Start: slot.Start, End: slot.End, Desc: s.desc(shorten(slot.Cap))})
	}
	s.slots = out
	return out, nil
}

// sending says what sending a capability to a peer brings about. See the constants.
type sending uint8

const (
	asKnown  sending = iota // nothing: the peer has it, or was sent it before
	asExport                // a new entry of the export table
	asGift                  // a handoff
)

// sendable returns how c would be sent to the peer, or an error if it cannot be.
func (s *Session) sendable(c Cap) (sending, error) {
	switch c := shorten(c).(type) {
	case *Import:
		if err := c.usable(); err != nil {
			return 0, err
		}
		if c.session != s {
			return asGift, s.canGive(c)
		}
		return asKnown, nil
	case *Promise:
		if c.belongsTo(s) {
			return asKnown, nil
		}
	}
	if _, known := s.exportPos(shorten(c)); known {
		return asKnown, nil
	}
	return asExport, nil
}

// desc returns the descriptor of c, which is sendable and shortened.
//
// An unsettled promise that the peer itself exported goes home as that export. Any other unsettled promise, the answer to a
// question of ours included, is sent as a promise of ours: not every peer understands desc:answer as an argument.
func (s *Session) desc(c Cap) wire.Desc {
	switch c := c.(type) {
	case *Import:
		if c.session != s {
			return s.give(c)
		}
		return c.desc()
	case *Promise:
		if c.belongsTo(s) {
			return c.route.to()
		}
	}
	return s.export(c)
}
