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
// A ring of promises whose values contain each other, which nothing else holds any longer, counts until the session ends.

// hold says in how many ways the peer of a session holds a promise.
type hold struct {
	session *Session
	times   int
}

// promiseBytes is what a promise takes up, about, with an entry for it in a table.
const promiseBytes = 256

// charge adds to what is kept for the peer. If it is too much, the session ends with the present event, and not at once, so that
// nothing changes under whoever settles a promise.
func (s *Session) charge(n int) {
	s.held += n
	if n > 0 && s.held > s.vat.limits.HeldBytes {
		s.vat.over = append(s.vat.over, s)
	}
}

// abortOver ends the sessions whose peers hold too much. It reports whether there was any.
func (v *Vat) abortOver() bool {
	over := v.over
	v.over = nil
	for _, s := range over {
		if lim := v.limits.HeldBytes; s.held > lim {
			s.abort(&LimitError{Limit: "HeldBytes", Max: lim})
		}
	}
	return len(over) > 0
}

// chargeBody charges the peer for a body, if n is 1, or ends that, if n is -1.
func (s *Session) chargeBody(b Body, n int) {
	s.charge(n * b.size())
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
	for {
		p = p.end()
		isFirstOrLast := p.holdBy(s, n)
		n = max(-1, min(n, 1))
		if isFirstOrLast {
			s.charge(n * promiseBytes)
			s.charge(n * p.outcome.Value.size())
			for _, slot := range p.outcome.Value.Slots {
				if q, ok := slot.Cap.(*Promise); ok {
					todo = append(todo, q)
				}
			}
		}
		if len(todo) == 0 {
			return
		}
		p, todo = todo[len(todo)-1], todo[:len(todo)-1]
	}
}

// holdBy counts n more ways in which the peer of s holds p itself. It reports whether these are the first, or there are none left.
func (p *Promise) holdBy(s *Session, n int) bool {
	i := slices.IndexFunc(p.holds, func(h hold) bool { return h.session == s })
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
	p.holds = slices.DeleteFunc(p.holds, func(h hold) bool { return h.session.state == stateEnded })
	p.holds = append(p.holds, hold{session: s, times: n})
	return true
}

// passHolds lets the peers that hold p, which is not settled, hold q instead.
func (p *Promise) passHolds(q *Promise) {
	if q.state != stateSettled && len(p.holds) > len(q.holds) {
		p.holds, q.holds = q.holds, p.holds // either counts the same
	}
	for _, h := range p.holds {
		h.session.charge(-promiseBytes)
		h.session.hold(q, h.times)
	}
	p.holds = nil
}

// roomForValues returns an error if the peer would hold too much if it were sent slots: among them may be promises whose values
// it does not hold yet.
func (s *Session) roomForValues(slots []Slot) error {
	for _, slot := range slots {
		if p, ok := shorten(slot.Cap).(*Promise); ok {
			s.hold(p, 1)
			defer s.hold(p, -1)
		}
	}
	if lim := s.vat.limits.HeldBytes; s.held > lim {
		return &LimitError{Limit: "HeldBytes", Max: lim}
	}
	return nil
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
