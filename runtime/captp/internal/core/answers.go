package core

import "github.com/ocapn-go/ocapn/runtime/captp/internal/wire"

// The answer table of a session holds the promises of our answers to the peer's messages, under the positions that the peer
// chose. An entry lives from the message that asked for it until the peer lets go of the position; the promise is settled
// in between, or not.

// addAnswer enters a new promise under a position of the peer's choice.
//
// Spec: CapTP#answer-pos
func (s *Session) addAnswer(pos AnswerPos) (*Promise, error) {
	if s.answers.at(pos) != nil {
		return nil, &ProtocolError{Op: "op:deliver", Spec: "CapTP#answer-pos", Reason: "an answer position that is in use"}
	}
	if lim := s.vat.limits.Answers; s.answers.len() >= lim {
		return nil, &LimitError{Limit: "Answers", Max: lim}
	}
	p := &Promise{vat: s.vat, answer: true}
	s.answers.add(pos, p)
	s.countEntry(answerBytes)
	s.hold(p, 1)
	return p, nil
}

// dropAnswer lets go of an answer on the word of the peer.
func (s *Session) dropAnswer(pos AnswerPos) {
	p := s.answers.at(pos)
	if p == nil {
		return
	}
	s.answers.remove(pos)
	s.countEntry(-answerBytes)
	s.hold(p, -1)
}

// answered returns the promise that the peer means by an answer position.
//
// Spec: CapTP#descanswer
func (s *Session) answered(pos AnswerPos) (Cap, error) {
	if p := s.answers.at(pos); p != nil {
		return p, nil
	}
	return nil, &ProtocolError{Op: "desc:answer", Spec: "CapTP#descanswer", Reason: "an answer position that is not in use"}
}

// addTeller lets the peer's resolver be told the outcome of c.
//
// Spec: CapTP#promise-and-resolver-objects
func (s *Session) addTeller(c Cap, resolver wire.Desc) error {
	if err := s.countListener(); err != nil {
		return err
	}
	s.vat.listen(c, &reaction{kind: reactTell, session: s, pos: ImportPos(resolver.Pos)})
	return nil
}

// countListener counts one more resolver of the peer that is to be told an outcome.
func (s *Session) countListener() error {
	s.listeners++
	s.countEntry(listenerBytes)
	if lim := s.vat.limits.Listeners; s.listeners > lim {
		return &LimitError{Limit: "Listeners", Max: lim}
	}
	return nil
}
