package core

import "github.com/ocapn-go/ocapn/runtime/captp/internal/wire"

// handleDeliver applies a message of the peer.
//
// The references in the message are counted first, so that they are let go of again even if the message fails. A message for a
// position that the peer has let go of breaks its answer; only what no peer in its right mind sends ends the session. The answer
// position is in use only when everything else was looked up, so that a message cannot wait for its own answer.
//
// Spec: CapTP#opdeliver (Receiving)
func (s *Session) handleDeliver(op *wire.Deliver) {
	args, err := s.capabilities(op.Args)
	given := s.vat.takeGiven()
	if s.abortUnlessMild(err) {
		return
	}
	if e := s.resolverAt(op.To); e != nil {
		s.vat.introduce(given)
		s.handleResolution(ExportPos(op.To.Pos), e, op, args, err)
		return
	}
	target, targetErr := s.capability(op.To)
	if s.abortUnlessMild(targetErr) {
		return
	}
	result, fatal := s.answerTo(op)
	if fatal != nil {
		s.abort(fatal)
		return
	}
	if err == nil {
		err = targetErr
	}
	free := isFree(target)
	if result != nil {
		result.free = free
	}
	if free && isSettled(target) {
		// Everybody has the bootstrap object: to have us call others takes a capability, or a promise that may become one.
		s.vat.refuse(given)
	} else {
		s.vat.introduce(given)
	}
	if err != nil {
		s.vat.undelivered(result, err, s)
		return
	}
	s.vat.deliver(target, args, result, s)
}

// isFree says whether everybody has target: it is the bootstrap object of a session, or came from one and is no other capability, as
// far as is known.
func isFree(target Cap) bool {
	switch c := shorten(target).(type) {
	case *Object:
		return c.bootstrapOf() != nil
	case *Promise:
		p, ok := target.(*Promise)
		return ok && p.free
	default:
		return false
	}
}

// isSettled says whether target will never be anything else.
func isSettled(target Cap) bool {
	p, ok := shorten(target).(*Promise)
	return !ok || p.state == stateSettled
}

// abortUnlessMild aborts the session for an error that concerns more than one message.
func (s *Session) abortUnlessMild(err error) bool {
	if err == nil {
		return false
	}
	if _, mild := err.(*TargetError); mild {
		return false
	}
	s.abort(err)
	return true
}

// answerTo returns the promise of the answer to op, nil if the peer wants none.
func (s *Session) answerTo(op *wire.Deliver) (*Promise, error) {
	var result *Promise
	if op.HasAnswer {
		p, err := s.addAnswer(AnswerPos(op.Answer))
		if err != nil {
			return nil, err
		}
		result = p
	}
	if op.Resolver.Kind == wire.None {
		return result, nil
	}
	if result != nil {
		return result, s.addTeller(result, op.Resolver)
	}
	return &Promise{vat: s.vat, asker: s, askerAt: ImportPos(op.Resolver.Pos)}, s.countListener()
}

// handleResolution applies a message to a resolver of ours. A resolver is told once; it is gone with the first message that
// it understands. If argsErr says that there is nothing behind a reference in the message, the promise breaks for that reason.
//
// Spec: CapTP#promise-and-resolver-objects
func (s *Session) handleResolution(pos ExportPos, e *export, op *wire.Deliver, args Body, argsErr error) {
	result, fatal := s.answerTo(op)
	if fatal != nil {
		s.abort(fatal)
		return
	}
	isBroken, value, ok := wire.Resolution(args.Data)
	if !ok {
		s.vat.breakWith(result, &TargetError{Reason: "a resolver understands fulfill and break, with one argument"})
		return
	}
	s.removeResolver(pos)
	o := Outcome{Value: args.narrow(value), Broken: isBroken}
	if argsErr != nil {
		o = broken(argsErr)
	}
	switch e.kind {
	case exportAnswer:
		s.questions--
		s.vat.resolve(e.promise, o)
		if e.hasQuestion {
			s.letGoAnswer(QuestionPos(e.number))
		}
		s.forget(e)
	case exportListener:
		if p := e.listener.Value(); p != nil {
			s.vat.resolve(p, o)
		}
	case exportFlush:
		s.vat.flushedTo(e.promise, o)
	}
	if result != nil {
		s.vat.resolve(result, Outcome{Value: Body{Data: []byte("t")}})
	}
}
