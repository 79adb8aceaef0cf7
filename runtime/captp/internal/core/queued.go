package core

import "slices"

// This file counts what a peer's messages cost while they wait in promises, and drops them when its session ends.

// queue counts a message of a peer that starts to wait in a promise. It reports false if the session was aborted for it.
func (r reaction) queue() bool {
	s := r.session
	s.queuedMessages++
	s.queuedBytes += len(r.args.Data)
	lim := s.vat.limits
	switch {
	case s.queuedMessages > lim.QueuedMessages:
		s.abort(&LimitError{Limit: "QueuedMessages", Max: lim.QueuedMessages})
		return false
	case s.queuedBytes > lim.QueuedBytes:
		s.abort(&LimitError{Limit: "QueuedBytes", Max: lim.QueuedBytes})
		return false
	}
	return true
}

// unqueue ends the counting of queue.
func (r reaction) unqueue() {
	if r.session != nil {
		r.session.queuedMessages--
		r.session.queuedBytes -= len(r.args.Data)
	}
}

// leave says that r, whatever it is, no longer waits in p.
func (r reaction) leave(p *Promise) {
	if r.kind == reactDeliver && r.session != nil {
		delete(r.session.queuedOn, p)
	}
}

// dropQueued forgets the session's messages that still wait in promises: their sender is gone, and nobody hears of them.
func (s *Session) dropQueued() {
	for p := range s.queuedOn {
		p.waiting = slices.DeleteFunc(p.waiting, func(r reaction) bool {
			return r.kind == reactDeliver && r.session == s
		})
	}
	s.queuedOn = nil
	s.queuedMessages, s.queuedBytes = 0, 0
}
