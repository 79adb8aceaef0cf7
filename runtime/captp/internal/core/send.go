package core

import (
	"errors"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// descBytes is how long a descriptor is at the most, in bytes. A placeholder may become one.
const descBytes = len("<19'desc:import-promise18446744073709551615+>")

// sentSize returns how long the body is in a message, in bytes, at the most.
func (b Body) sentSize() int { return len(b.Data) + descBytes*len(b.Slots) }

// roomForOutput returns an error if n bytes more are too much output for the peer, with what is not sent yet. What frames a value
// in an operation is left out.
func (s *Session) roomForOutput(n int) error {
	if lim := s.vat.limits.OutputBytes; s.unsent()+len(s.out)+n > lim {
		return &LimitError{Limit: "OutputBytes", Max: lim}
	}
	return nil
}

// sendMessage sends a message of the program's, or one that the peer of from has passed on, if there is room for it.
func (s *Session) sendMessage(to wire.Desc, args Body, result *Promise, from *Session) {
	if err := s.roomForOutput(args.sentSize()); err != nil && s.state != stateEnded {
		s.vat.undelivered(result, err, from)
		return
	}
	s.sendDeliver(to, args, result, from)
}

// sendDeliver sends the list args to an object or promise of the peer. If result is not nil, the peer is asked to tell the
// outcome to a resolver, and for an answer position if messages may be sent to result before that. from is the session that the
// message came from, nil if the program sent it.
//
// Spec: CapTP#opdeliver (Sending)
func (s *Session) sendDeliver(to wire.Desc, args Body, result *Promise, from *Session) {
	if s.state == stateEnded {
		s.vat.undelivered(result, s.err, from)
		return
	}
	resolvers := 0
	if result != nil {
		resolvers = 1
	}
	slots, err := s.describe(args.Slots, resolvers)
	if err != nil {
		s.vat.undelivered(result, err, from)
		return
	}
	s.sendDescribed(to, wire.Body{Data: args.Data, Slots: slots}, result)
}

// sendDescribed sends a message to the peer's object or promise to, for which there is room in the tables.
func (s *Session) sendDescribed(to wire.Desc, args wire.Body, result *Promise) {
	s.exchanged = true
	op := &s.scratch
	*op = wire.Deliver{To: to, Args: args}
	defer func() { *op = wire.Deliver{} }()
	s.vat.left = s
	if result == nil {
		s.send(op)
		return
	}
	if result.session.Load() == nil {
		result.session.Store(s)
	}
	e := s.question(result)
	if result.answer {
		e.number, e.hasQuestion = uint64(s.newQuestion()), true
		op.Answer, op.HasAnswer = e.number, true
	}
	s.questions++
	op.Resolver = s.exportResolver(e)
	s.send(op)
	if e.hasQuestion {
		s.vat.attach(result, s, wire.Desc{Kind: wire.Answer, Pos: e.number})
	}
}

// newQuestion returns a fresh position for an answer of the peer. Positions are not used twice.
func (s *Session) newQuestion() QuestionPos {
	q := s.nextQuest
	s.nextQuest++
	return q
}

// sendFetch asks the peer's bootstrap object for the object of a swiss number.
//
// Spec: CapTP#fetch-method
func (s *Session) sendFetch(swiss locator.SwissNumber, result *Promise) {
	s.sendDeliver(wire.Desc{Kind: wire.Export, Pos: 0}, Body{Data: fetchArgs(swiss)}, result, nil)
}

// fetchArgs returns the message that asks a bootstrap object for the object of a swiss number.
func fetchArgs(swiss locator.SwissNumber) []byte {
	args := syrup.AppendSymbol([]byte{syrup.ListStart}, methodFetch)
	return append(syrup.AppendBytes(args, swiss.Bytes()), syrup.ListEnd)
}

// listenFor asks the peer to tell the outcome of one of its promises to the resolver e, and returns the resolver's position.
//
// Spec: CapTP#oplisten (Sending)
func (s *Session) listenFor(to wire.Desc, e *export) ExportPos {
	resolver := s.exportResolver(e)
	s.send(&wire.Listen{To: to, Resolver: resolver})
	return ExportPos(resolver.Pos)
}

// errUnreadable stands for the reason of a broken promise that the peer could not read.
var errUnreadable = errors.New("captp: a reason in another dialect")

// tell tells a resolver of the peer the outcome of a promise, and lets go of it.
//
// Spec: CapTP#fulfill, CapTP#break
func (s *Session) tell(resolver ImportPos, o Outcome) {
	if s.state == stateEnded {
		return
	}
	s.listeners--
	s.countEntry(-listenerBytes)
	if o.Err != nil {
		o.Value = Body{} // what another vat said is not passed on with it
	} else if o.Broken && !s.dialect.ReadsReason(o.Value.Data) {
		o = broken(errUnreadable)
	}
	if err := s.roomForOutput(o.Value.sentSize()); err != nil {
		s.abort(err)
		return
	}
	slots, err := s.describe(o.Value.Slots, 0)
	if err != nil {
		o, slots = broken(err), nil
	}
	op := &wire.Resolve{To: wire.Desc{Kind: wire.Export, Pos: uint64(resolver)}, Broken: o.Broken}
	if o.Err != nil {
		op.Value.Data = s.dialect.AppendError(nil, publicReason(o.Err))
	} else {
		op.Value = wire.Body{Data: o.Value.Data, Slots: slots}
	}
	s.send(op)
	s.letGo(resolver, 1)
}
