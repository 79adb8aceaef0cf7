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
	reactUnhold                          // waiter, a gift that was withdrawn, is let go of
)

// reaction is something that happens when a promise is settled.
type reaction struct {
	kind    reactionKind
	args    *Body // of a message, nil for anything else
	result  *Promise
	waiter  any
	step    *Step
	session *Session // of the resolver; or the session that a message or step came from, nil if it came from the program
	pos     ImportPos

	inPromise ring // its place in a list of the promise that it waits in
	inSession ring // its place in the list of its session
}

// waitingMessage is a message that waits for a promise.
type waitingMessage struct {
	reaction reaction
	args     Body
}

// waiting is what waits in a promise.
//
// As long as nobody has told the vat where messages to the promise go, everything waits in the order in which it came. When the
// promise gets a route, or comes to follow one that has, each message is sent, and what else there is has nothing to wait for but
// the outcome. It is not gone through again, however often the promise is put off to the next.
type waiting struct {
	queue   ring     // in order; empty while the promise is remote
	patient *patient // what waits for the outcome alone; it came before what is in the queue; nil if there was nothing so far
}

// patient is what waits for the outcome of a promise and for nothing else.
type patient struct {
	list  ring
	looks int // how often it was searched for resolvers that may be told at once
}

// manyLooks is how often the resolvers that wait for a promise are searched for those of the peer that it turns out to belong to.
// One that was put off more often waits for the outcome.
const manyLooks = 16

// first returns what happens first, nil if nothing waits.
func (w *waiting) first() *reaction {
	if w.hasPatient() {
		return w.patient.list.first()
	}
	return w.queue.first()
}

func (w *waiting) hasPatient() bool { return w.patient != nil && !w.patient.list.isEmpty() }

// join lets everything that is in o wait in w, behind what waits there.
func (w *waiting) join(o *waiting) {
	w.joinPatient(o)
	w.queue.join(&o.queue)
}

// joinPatient does so with what waits for the outcome alone.
func (w *waiting) joinPatient(o *waiting) {
	from := o.patient
	o.patient = nil
	switch {
	case from == nil:
	case w.patient == nil:
		w.patient = from
		from.list.promise = nil
	default:
		w.patient.list.join(&from.list)
		w.patient.looks = max(w.patient.looks, from.looks)
	}
}

// wait lets r wait in p.
func (r *reaction) wait(p *Promise) {
	r.inPromise.reaction = r
	if p.state == stateRemote {
		if p.waiting.patient == nil {
			p.waiting.patient = new(patient)
		}
		p.waiting.patient.list.add(&r.inPromise)
		p.pin()
	} else {
		p.waiting.queue.add(&r.inPromise)
	}
	if s := r.session; s != nil {
		r.inSession.reaction = r
		s.waiting.add(&r.inSession)
		if r.isQueued() {
			s.queuedMessages++
			s.countEntry(waitingBytes)
			s.queuedBytes += r.size()
			r.charge(1)
		}
	}
}

// leave ends the waiting of r.
func (r *reaction) leave() {
	if list := r.inPromise.remove(); list != nil && list.promise != nil {
		list.promise.unpin()
	}
	if s := r.session; s != nil {
		r.inSession.remove()
		if r.isQueued() {
			s.queuedMessages--
			s.countEntry(-waitingBytes)
			s.queuedBytes -= r.size()
			r.charge(-1)
		}
	}
}

// mayBeToldOf says whether r is a resolver of the very peer that settles p.
func (r *reaction) mayBeToldOf(p *Promise) bool { return r.kind == reactTell && p.belongsTo(r.session) }

// isQueued says whether r counts as a message of a peer that waits.
func (r *reaction) isQueued() bool { return r.session != nil && r.kind != reactTell }

// body returns the arguments of the message that r is, nothing if it is none.
func (r *reaction) body() Body {
	if r.args == nil {
		return Body{}
	}
	return *r.args
}

// size returns how many bytes of the peer r keeps, references left out.
func (r *reaction) size() int {
	if r.step != nil {
		return len(r.step.Name)
	}
	return len(r.body().Data)
}

// charge charges the peer that r came from for it, if n is 1, or ends that, if n is -1.
func (r *reaction) charge(n int) {
	if r.step != nil {
		r.session.charge(n * r.size())
		return
	}
	r.session.chargeBody(r.body(), n)
}

// room returns an error if r is more than the peer that it came from may let wait.
func (r *reaction) room() error {
	if !r.isQueued() {
		return nil
	}
	if s, lim := r.session, r.session.vat.limits.QueuedMessages; s.queuedMessages >= lim {
		return &LimitError{Limit: "QueuedMessages", Max: lim}
	}
	return nil
}

// dropWaiting takes out what waits for the sake of the session, which ended: its resolvers cannot be told, its messages are
// not delivered. Whoever else holds an answer to one of these learns that the session was lost.
func (s *Session) dropWaiting(err error) {
	for r := s.waiting.first(); r != nil; r = s.waiting.first() {
		r.leave()
		s.vat.breakWith(r.result, err)
	}
}
