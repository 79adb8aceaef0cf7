package core

import (
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/handoff"
)

// handleStartSession applies the peer's hello.
//
// Spec: CapTP#opstart-session (Receiving)
func (s *Session) handleStartSession(op *Hello) {
	if s.hello != nil {
		s.abort(&ProtocolError{Op: "op:start-session", Spec: "CapTP#opstart-session", Reason: "a second op:start-session"})
		return
	}
	if reason := s.checkHello(op); reason != "" {
		s.abort(&ProtocolError{Op: "op:start-session", Spec: "CapTP#opstart-session", Reason: reason})
		return
	}
	s.hello, s.signature = op.StartSession, op.signature
	p := s.vat.peers[s.peerID()]
	switch {
	case p == nil || !s.isIdentified():
		s.admit()
	case p.crossing(s) != nil:
		s.resolveCrossedHellos(p.crossing(s))
	case p.session != nil:
		s.park()
	default:
		s.admit()
	}
}

// checkHello returns why the peer's hello is refused, or "".
func (s *Session) checkHello(op *Hello) string {
	id := op.Location.ID()
	switch {
	case op.Version != s.dialect.Version:
		return "the protocol version does not match"
	case !op.isSigned:
		return "invalid location signature"
	case op.Key == s.key.Public():
		return "the session key is our own"
	case s.vat.isOwn(id):
		return "the location is our own"
	case s.isDialled() && id != s.dialled:
		return "the location is not the one that was dialled"
	case s.isProved() && id != s.proved:
		return "the location is not the one that the connection proves"
	}
	return ""
}

// admit sets the session up: from here on operations flow.
func (s *Session) admit() {
	if !s.greeting {
		s.sendHello()
	}
	s.state = stateUp
	s.removeStranger()
	s.id = handoff.NewSessionID(s.key.Public().ID(), s.hello.Key.ID())
	s.openTables()
	s.vat.up[s.id] = s
	s.vat.established(s)
	early := s.early
	s.early = nil
	for _, op := range early {
		s.chargeEarly(op, -1)
		s.handle(op)
	}
}

// wait keeps an operation of a peer that did not wait for our hello, until it is known whether the session comes up.
func (s *Session) wait(op wire.Op) {
	if lim := s.vat.limits.QueuedMessages; len(s.early) >= lim {
		s.abort(&LimitError{Limit: "QueuedMessages", Max: lim})
		return
	}
	op = keptEarly(op)
	s.chargeEarly(op, 1)
	s.early = append(s.early, op)
}

// park keeps a second connection of a peer waiting for a moment: after the peer ended its old session and called again, the
// news of the end may still be on its way on the other connection. If the peer calls once more, the last call counts.
func (s *Session) park() {
	p := s.vat.peers[s.peerID()]
	if p.parked != nil {
		p.parked.refuse()
	}
	s.state = stateParked
	p.parked = s
	s.vat.emit(Effect{Kind: Wait, Session: s})
}

// refuse aborts a parked session: the older one lives.
func (s *Session) refuse() {
	if !s.greeting {
		s.sendHello()
	}
	s.abort(&ProtocolError{Op: "op:start-session", Spec: "CapTP#opstart-session", Reason: "there is a session with this peer already"})
}

// GiveUp ends the wait that a Wait effect began. A parked session is aborted. What hoped for a session in place of one that
// ended before it was up breaks.
func (v *Vat) GiveUp(s *Session) {
	switch s.state {
	case stateParked:
		s.refuse()
	case stateEnded:
		v.stopWaiting(s)
	}
	v.happen()
}

// Expire aborts a session that is still not set up when the time for it is over.
func (v *Vat) Expire(s *Session) {
	if s.state < stateUp {
		s.abort(&ProtocolError{Spec: "CapTP#opstart-session", Reason: "the session was not set up in time"})
	}
	v.happen()
}
