package core

import (
	"bytes"
	"slices"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
)

// This file counts what the vat keeps for the sake of each peer, in bytes. See [Limits.HeldBytes].
//
// A peer holds a promise if it is the answer under a position of the peer, or if the peer has it as an export, or if it occurs in
// something that the vat keeps for the peer: in the value of a promise that the peer holds, or in a message that waits. A promise
// that is held counts as long as it is held in any way, but once only; its value counts from when it is there. When a promise
// comes to stand for another one, the other one is held instead.
//
// A ring of promises whose values contain each other, which nothing else holds any longer, counts on. When a peer holds too much it is
// counted anew what it holds, and rings are left out, so that nobody loses a session by the rings that others have had passed on.

// hold says in how many ways the peer of a session holds a promise. It is void if that was counted anew since.
type hold struct {
	session *Session
	times   int
	round   uint32
}

func (h hold) isVoid() bool { return h.session.state == stateEnded || h.round != h.session.round }

// promiseBytes is what a promise takes up, about, with an entry for it in a table.
const promiseBytes = 256

// charge adds to what is kept for the peer. If it is too much, the session ends with the present event, and not at once, so that
// nothing changes under whoever settles a promise.
func (s *Session) charge(n int) {
	s.held += n
	if s.state != stateEnded {
		s.vat.held += n
	}
	s.counted = min(s.counted, s.held)
	if n > 0 && s.held > s.vat.limits.HeldBytes {
		s.vat.over = append(s.vat.over, s)
	}
}

// abortOver ends the sessions whose peers hold too much. It reports whether there was any.
func (v *Vat) abortOver() bool {
	over := v.over
	v.over = nil
	for _, s := range over {
		if lim := v.limits.HeldBytes; s.held > lim && !s.leavesOutRings() {
			s.abort(&LimitError{Limit: "HeldBytes", Max: lim})
		}
	}
	return len(over) > 0
}

// Held returns what is kept for the sake of the peer, in bytes, with the entries of tables.
func (s *Session) Held() int { return s.held + s.entryBytes() }

// Held returns what is kept for the sake of all peers, in bytes, with the entries of tables.
func (v *Vat) Held() int { return v.held + v.entryBytes() }

// chargePromises adds to what is kept for the peer as promises that it holds.
func (s *Session) chargePromises(n int) {
	s.inPromises += n
	s.charge(n)
}

// leavesOutRings counts anew what the peer holds, and reports whether that is as much as may be. A quarter of that has to have been added
// since the last count, to be worth the time.
func (s *Session) leavesOutRings() bool {
	lim := s.vat.limits.HeldBytes
	if s.held-s.counted < lim/4 {
		return false
	}
	s.recount()
	return s.held <= lim
}

// LeaveOutRings counts anew what the peer of a session holds that has not ended, if enough was added since the last count to be worth the
// time.
func (s *Session) LeaveOutRings() {
	if s.state != stateEnded {
		s.leavesOutRings()
	}
}

func (s *Session) recount() {
	s.chargePromises(-s.inPromises)
	s.round++
	for _, p := range s.answers.all() {
		s.hold(p, 1)
	}
	for _, e := range s.exports.all() {
		if p, ok := e.cap.(*Promise); ok {
			s.hold(p, 1)
		}
	}
	for gift := range s.vat.gifts.All() {
		if p, ok := gift.cap.(*Promise); ok && gift.gifter == s {
			s.hold(p, 1)
		}
	}
	for r := range s.waiting.all() {
		if r.isQueued() {
			s.holdSlots(r.body(), 1)
		}
	}
	s.counted = s.held
}

// Recount counts anew what peers hold, as is done for one that holds too much. It is there for tests, as [Vat.Check] is.
func (v *Vat) Recount() {
	for s := range v.sessions {
		s.recount()
	}
	v.over = nil // who held too much was looked at in the event in which that came about
}

// chargeBody charges the peer for a body, if n is 1, or ends that, if n is -1.
func (s *Session) chargeBody(b Body, n int) {
	s.charge(n * b.size())
	s.holdSlots(b, n)
}

// holdSlots lets the peer hold the promises in a body in n more ways, or fewer.
func (s *Session) holdSlots(b Body, n int) {
	for _, slot := range b.Slots {
		if p, ok := slot.Cap.(*Promise); ok {
			s.hold(p, n)
		}
	}
}

// hold lets the peer hold p, and what p holds, in n more ways, or fewer. It costs no stack, however long the chain of values in
// values is.
func (s *Session) hold(p *Promise, n int) {
	var todo []*Promise
	for seen := 1; ; seen++ {
		p = p.end()
		isFirstOrLast := p.holdBy(s, n)
		n = max(-1, min(n, 1))
		if isFirstOrLast {
			s.chargePromises(n * (promiseBytes + p.outcome.Value.size()))
			for _, slot := range p.outcome.Value.Slots {
				if q, ok := slot.Cap.(*Promise); ok {
					todo = append(todo, q)
				}
			}
		}
		if len(todo) == 0 {
			s.vat.work += seen / workPromises
			return
		}
		p, todo = todo[len(todo)-1], todo[:len(todo)-1]
	}
}

// holdBy counts n more ways in which the peer of s holds p itself. It reports whether these are the first, or there are none left.
func (p *Promise) holdBy(s *Session, n int) bool {
	i := slices.IndexFunc(p.holds, func(h hold) bool { return h.session == s && h.round == s.round })
	switch {
	case i >= 0:
		p.holds[i].times += n
		if p.holds[i].times > 0 {
			return false
		}
		p.holds = slices.Delete(p.holds, i, i+1)
		return true
	case n < 0 || s.state == stateEnded:
		return false
	}
	s.vat.work += len(p.holds) / workHolds
	p.holds = slices.DeleteFunc(p.holds, hold.isVoid)
	p.holds = append(p.holds, hold{session: s, times: n, round: s.round})
	return true
}

// passHolds lets the peers that hold p, which is not settled, hold q instead.
func (p *Promise) passHolds(q *Promise) {
	if q.state != stateSettled && len(p.holds) > len(q.holds) {
		p.holds, q.holds = q.holds, p.holds // either counts the same
	}
	for _, h := range p.holds {
		if !h.isVoid() {
			h.session.chargePromises(-promiseBytes)
			h.session.hold(q, h.times)
		}
	}
	p.holds = nil
}

// roomForValues returns an error if the peer would hold too much if it were sent slots: among them may be promises whose values
// it does not hold yet.
func (s *Session) roomForValues(slots []Slot) error {
	if s.couldHold(slots) || s.leavesOutRings() && s.couldHold(slots) {
		return nil
	}
	return &LimitError{Limit: "HeldBytes", Max: s.vat.limits.HeldBytes}
}

func (s *Session) couldHold(slots []Slot) bool {
	for _, slot := range slots {
		if p, ok := shorten(slot.Cap).(*Promise); ok {
			s.hold(p, 1)
			defer s.hold(p, -1)
		}
	}
	return s.held <= s.vat.limits.HeldBytes
}

// chargeEarly charges the peer for an operation that came before its session was up, or ends that.
func (s *Session) chargeEarly(op wire.Op, n int) {
	switch op := op.(type) {
	case *wire.Deliver:
		s.charge(n * (len(op.Args.Data) + slotBytes*len(op.Args.Slots)))
	case *wire.Get:
		s.charge(n * len(op.Field))
	case *wire.Untag:
		s.charge(n * len(op.Tag))
	case *wire.GCExports:
		s.charge(n * 16 * len(op.Pos))
	case *wire.GCAnswers:
		s.charge(n * 8 * len(op.Pos))
	}
}

// keptEarly returns an operation for keeping.
func keptEarly(op wire.Op) wire.Op {
	d, ok := op.(*wire.Deliver)
	if !ok {
		return op
	}
	out := *d
	if !d.Args.Own {
		out.Args.Data, out.Args.Own = bytes.Clone(d.Args.Data), true
	}
	out.Args.Slots = slices.Clone(d.Args.Slots)
	for i := range out.Args.Slots {
		raw := &out.Args.Slots[i].Desc.Raw
		*raw = bytes.Clone(*raw)
	}
	return &out
}
