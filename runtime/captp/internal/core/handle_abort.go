package core

import "github.com/ocapn-go/ocapn/runtime/captp/internal/wire"

// handleAbort ends the session on the word of the peer. There is no reply.
//
// Spec: CapTP#opabort
func (s *Session) handleAbort(op *wire.Abort) {
	s.end(&SessionError{Remote: true, Reason: op.Reason})
}

// abort ends the session and tells the peer why, in the public words of err.
//
// Spec: CapTP#opabort
func (s *Session) abort(err error) {
	if s.state == stateEnded {
		return
	}
	reason := publicReason(err)
	s.send(&wire.Abort{Reason: reason})
	s.end(&SessionError{Reason: reason, Err: err})
}

// Fail ends a session whose messages cannot be read or are more than it may send.
func (v *Vat) Fail(s *Session, err error) {
	s.abort(err)
	v.happen()
}

// Lost ends a session whose connection is gone; err says how, io.EOF if the peer closed it.
func (v *Vat) Lost(s *Session, err error) {
	s.end(&SessionError{Remote: true, Reason: err.Error()})
	v.happen()
}

// end ends the session. Everything that waits for the peer breaks, everything that the peer held is let go of, and whatever
// the peer still has to be told does not go out.
//
// Spec: CapTP#ending-a-session
func (s *Session) end(err *SessionError) {
	if s.state == stateEnded {
		return
	}
	wasUp := s.state == stateUp
	err.Peer, err.closed = s.peerID(), s.vat.closed
	s.state, s.err = stateEnded, err
	s.vat.held -= s.held
	s.vat.entries -= s.tableBytes()
	s.removeStranger()
	s.vat.emit(Effect{Kind: Ended, Session: s, Err: err})
	s.dropWaiting(err)
	s.early = nil
	s.gcExports, s.gcAnswers = wire.GCExports{}, wire.GCAnswers{}

	exports, imports, answers := s.exports, s.imports, s.answers
	s.exports, s.imports, s.answers = table[ExportPos, *export]{}, table[ImportPos, *imported]{}, table[AnswerPos, *Promise]{}
	s.spent, s.resolvers = nil, 0
	// In the order of positions, so that what depends on no collection of garbage can be repeated.
	var withdrawing []*Introduction
	for _, pos := range exports.positions() {
		e := exports.at(pos)
		if e.kind == exportAnswer && e.promise.introduction != nil {
			withdrawing = append(withdrawing, e.promise.introduction)
			continue
		}
		s.dropExport(e, err)
	}
	for _, pos := range imports.positions() {
		if p := imports.at(pos).promise.Value(); p != nil {
			s.vat.breakWith(p, err)
		}
	}
	if wasUp {
		s.vat.endHandoffs(s, err)
	}
	for _, p := range answers.all() {
		s.hold(p, -1)
	}
	s.questions, s.listeners, s.held = 0, 0, 0
	s.vat.ended(s, wasUp)
	s.withdrawAgain(withdrawing)
}

// dropExport lets go of one entry of the export table of a session that ended.
func (s *Session) dropExport(e *export, err error) {
	switch e.kind {
	case exportCap:
		s.forgetExport(e.cap)
		s.unholdCap(e.cap)
	case exportFlush:
		s.vat.flushLost(e.promise, err)
	case exportAnswer:
		s.vat.breakWith(e.promise, err)
	}
}
