package core

import "github.com/ocapn-go/ocapn/runtime/captp/internal/wire"

// handleListen lets a resolver of the peer be told the outcome of a promise of ours, once, when it is settled to something
// other than a promise, or turns out to be a promise of that peer. A target that is no promise is its own outcome.
//
// Spec: CapTP#oplisten (Receiving)
func (s *Session) handleListen(op *wire.Listen) {
	target, err := s.capability(op.To)
	if s.abortUnlessMild(err) {
		return
	}
	if err != nil {
		p := &Promise{vat: s.vat}
		s.vat.breakWith(p, err)
		target = p
	}
	if err := s.addTeller(target, op.Resolver); err != nil {
		s.abort(err)
	}
}
