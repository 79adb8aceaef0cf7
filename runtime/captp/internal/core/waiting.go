package core

// This file holds the reactions that wait for promises: what they cost the session that they wait for, and how they are taken
// out when it ends.

// reactionKind says what happens when a promise is settled. See the constants.
type reactionKind uint8

const (
	reactDeliver reactionKind = iota + 1 // args are delivered to what the promise became; result is told
	reactTell                            // a peer's resolver is told the outcome
	reactNotify                          // the driver's waiter is told the outcome
	reactDerive                          // a path step is taken on the value; result is told
	reactFollow                          // what waits in result, which follows this promise, happens
)

// reaction is something that happens when a promise is settled, in the order in which it was added.
type reaction struct {
	kind    reactionKind
	args    Body
	result  *Promise
	waiter  any
	step    *Step
	session *Session // of the resolver; or the session that a message or step came from, nil if it came from the program
	pos     ImportPos

	in    *Promise // that it waits in, nil while it does not
	links [2]link  // in the list of that promise, and in that of the session
}

// link is the place of a reaction in a waitList.
type link struct{ prev, next *reaction }

// The lists that a reaction is in.
const (
	inPromise = iota
	inSession
)

// waitList is a list of reactions in the order in which they came. Taking one out costs the same wherever it stands, so the end
// of a session costs no more than what waited for it, whoever else waits for the same promises.
type waitList struct {
	first, last *reaction
	length      int
}

func (l *waitList) add(list int, r *reaction) {
	l.length++
	r.links[list] = link{prev: l.last}
	if l.last == nil {
		l.first = r
	} else {
		l.last.links[list].next = r
	}
	l.last = r
}

func (l *waitList) remove(list int, r *reaction) {
	l.length--
	at := r.links[list]
	if at.prev == nil {
		l.first = at.next
	} else {
		at.prev.links[list].next = at.next
	}
	if at.next == nil {
		l.last = at.prev
	} else {
		at.next.links[list].prev = at.prev
	}
	r.links[list] = link{}
}

// wait lets r wait in p.
func (r *reaction) wait(p *Promise) {
	r.in = p
	p.waiting.add(inPromise, r)
	p.pin()
	if r.kind == reactFollow {
		r.result.proxy = r
	}
	if s := r.session; s != nil {
		s.waiting.add(inSession, r)
		if r.isQueued() {
			s.queuedMessages++
			s.queuedBytes += r.size()
		}
	}
}

// leave ends the waiting of r, and of what stands for r in another promise if it stands for nothing else.
func (r *reaction) leave() {
	for r != nil {
		p := r.in
		r.leaveAlone()
		r = nil
		if p.waiting.first == nil {
			p.unpin()
			r = p.proxy
		}
	}
}

func (r *reaction) leaveAlone() {
	r.in.waiting.remove(inPromise, r)
	r.in = nil
	if r.kind == reactFollow {
		r.result.proxy = nil
	}
	if s := r.session; s != nil {
		s.waiting.remove(inSession, r)
		if r.isQueued() {
			s.queuedMessages--
			s.queuedBytes -= r.size()
		}
	}
}

// isPatient says whether r waits for an outcome only, and has nothing to send to whatever the promise may become before.
func (r *reaction) isPatient() bool { return r.kind != reactDeliver && r.kind != reactDerive }

// mayBeToldOf says whether r is a resolver of the very peer that settles p.
func (r *reaction) mayBeToldOf(p *Promise) bool { return r.kind == reactTell && p.belongsTo(r.session) }

// isQueued says whether r counts as a message of a peer that waits.
func (r *reaction) isQueued() bool { return r.session != nil && r.kind != reactTell }

// size returns how many bytes of the peer r keeps.
func (r *reaction) size() int {
	if r.step != nil {
		return len(r.step.Name)
	}
	return len(r.args.Data)
}

// room returns an error if r is more than the peer that it came from may let wait.
func (r *reaction) room() error {
	if !r.isQueued() {
		return nil
	}
	s, lim := r.session, r.session.vat.limits
	switch {
	case s.queuedMessages >= lim.QueuedMessages:
		return &LimitError{Limit: "QueuedMessages", Max: lim.QueuedMessages}
	case s.queuedBytes+r.size() > lim.QueuedBytes:
		return &LimitError{Limit: "QueuedBytes", Max: lim.QueuedBytes}
	}
	return nil
}

// dropWaiting takes out what waits for the sake of the session, which ended: its resolvers cannot be told, its messages are
// not delivered. Whoever else holds an answer to one of these learns that the session was lost.
func (s *Session) dropWaiting(err error) {
	for r := s.waiting.first; r != nil; r = s.waiting.first {
		r.leave()
		s.vat.breakWith(r.result, err)
	}
}
