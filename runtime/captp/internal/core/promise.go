package core

import (
	"sync/atomic"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
)

// promiseState says what a vat knows of a promise.
//
//	open       nothing is known, and the promise is ours to settle. Messages to it wait in the promise.
//	remote     a peer settles it. Messages to it are sent to the peer at once, by the promise's route.
//	flushing   the peer settled it, but messages may still be on their way back from there. Later messages wait in the
//	           promise until they have come (see route.go).
//	following  it was resolved to another promise, and stands for that one from now on. What waited went there. The other one may
//	           be settled.
//	settled    its outcome is known and never changes.
//
// Events: attach (open to remote: the message that it is the answer to was sent to a peer), resolve (open or remote to
// flushing, following or settled), flushed (flushing to following or settled), and settled of what it follows.
//
// Every promise is resolved at most once, and every reaction that waits in it happens exactly once, or is taken out because
// the session that it is for ended.
type promiseState uint8

const (
	stateOpen promiseState = iota
	stateRemote
	stateFlushing
	stateFollowing
	stateSettled
)

// Promise is the promise of a capability or of any other value.
type Promise struct {
	vat    *Vat
	waiter any
	// answer is set if messages may be sent to the promise before it is settled, so that the message that it is the answer
	// to must ask its receiver for an answer position.
	answer bool
	// given is set if the promise took the place of a certificate in a message.
	given bool
	// free is set if it took the peer no capability but the bootstrap object to get the promise as an answer.
	free bool

	// Where messages to the promise count: see WayTo. Any goroutine reads them.
	session atomic.Pointer[Session]
	object  atomic.Pointer[Import]

	// Owned by the vat's loop.

	state   promiseState
	holds   []hold   // of the peers that hold the promise; empty while following
	route   *route   // while remote or flushing, nil otherwise
	target  *Promise // while following
	outcome Outcome  // when settled
	waiting waiting  // until settled, or following
	charge  Charge   // of the message that the promise is the result of, until it is answered
	// asker is set if a peer is told the outcome in the event that settles the promise, at askerAt, and nobody else can ask for it.
	// Nearly all promises of answers are like that, so it is no reaction.
	asker   *Session
	askerAt ImportPos
	// introduction is the handoff that the promise is the gift of, while that is under way.
	introduction *Introduction
	// short is where a short outcome is kept.
	short [32]byte
}

// Vat returns the vat that the promise belongs to.
func (p *Promise) Vat() *Vat { return p.vat }
func (*Promise) isCap()      {}

// NewPromise returns an open promise. If waiter is not nil, the driver is told the outcome with a Notify effect. If answer is
// set, messages that are sent to the promise before it is settled travel at once to wherever its outcome is decided; without
// it they wait here, which is cheaper for a value that nobody sends messages to.
//
// NewPromise may be called from any goroutine.
func (v *Vat) NewPromise(waiter any, answer bool) *Promise {
	p := new(Promise)
	v.InitPromise(p, waiter, answer)
	return p
}

// InitPromise is [Vat.NewPromise] for a promise that is a part of something else of the driver's. p must be zero and not be moved.
func (v *Vat) InitPromise(p *Promise, waiter any, answer bool) {
	p.vat, p.waiter, p.answer = v, waiter, answer
}

// end returns the promise that p stands for after all the following, and shortens the way for the next call.
func (p *Promise) end() *Promise {
	last := p
	for last.state == stateFollowing {
		last = last.target
	}
	for p.state == stateFollowing && p.target != last {
		p.target, p = last, p.target
	}
	return last
}

// shorten returns what c is known to be by now: the object behind a settled promise, or the last promise of a chain.
func shorten(c Cap) Cap {
	p, ok := c.(*Promise)
	if !ok {
		return c
	}
	p = p.end()
	if p.state == stateSettled && !p.outcome.Broken {
		if settled, ok := p.outcome.Value.Cap(); ok {
			return settled
		}
	}
	return p
}

// resolve makes o the outcome of p, unless p has one already. o may be another promise, which p then follows.
func (v *Vat) resolve(p *Promise, o Outcome) {
	if !p.isUnresolved() {
		return
	}
	p.answered()
	o = p.over(o)
	if !o.Broken {
		if c, ok := o.Value.Cap(); ok {
			if p.mustFlush(c) {
				v.flush(p, c)
				return
			}
			v.become(p, c)
			return
		}
	}
	v.settle(p, p.keep(o))
}

// keep returns o, which is lent, for keeping as the outcome of p.
func (p *Promise) keep(o Outcome) Outcome {
	switch value := &o.Value; {
	case p.asker != nil, len(value.Data) == 0:
	case len(value.Data) <= len(p.short) && len(value.Slots) == 0:
		value.Data = append(p.short[:0], value.Data...)
	default:
		*value = value.Kept()
	}
	return o
}

// isUnresolved says whether p can still be resolved.
func (p *Promise) isUnresolved() bool { return p.state == stateOpen || p.state == stateRemote }

// become makes p stand for c.
func (v *Vat) become(p *Promise, c Cap) {
	switch c := shorten(c).(type) {
	case *Promise:
		switch {
		case c == p:
			v.settle(p, broken(&CycleError{}))
		case c.state == stateSettled:
			v.standFor(p, c)
		default:
			v.follow(p, c)
		}
	default:
		v.settle(p, Outcome{Value: CapBody(c)})
	}
}

// follow lets p stand for q, which is not settled and follows nothing. What waits in p goes to q, in order, so that nothing is
// left of a promise that nobody holds, however often a peer puts one off to the next.
func (v *Vat) follow(p, q *Promise) {
	if q.state == stateRemote {
		// What went by p's route and is still on its way there goes by q's route next.
		q.route.sent += p.sentAlong()
	}
	p.state, p.target, p.route = stateFollowing, q, nil
	p.session.Store(q.session.Load())
	if p.asker != nil {
		v.react(q, &reaction{kind: reactTell, session: p.asker, pos: p.askerAt})
		p.asker = nil
	}
	p.passHolds(q)
	if p.waiter != nil {
		v.react(q, &reaction{kind: reactNotify, waiter: p.waiter})
		p.waiter = nil
	}
	if q.state != stateRemote {
		q.waiting.join(&p.waiting)
		return
	}
	v.tellEarly(p, q)
	q.waiting.joinPatient(&p.waiting)
	if q.waiting.hasPatient() {
		q.pin()
	}
	for r := p.waiting.queue.first(); r != nil; r = p.waiting.queue.first() {
		r.leave()
		v.react(q, r)
	}
}

// tellEarly tells the resolvers that wait in p that it turned out to be q, if they are of the peer that q belongs to.
func (v *Vat) tellEarly(p, q *Promise) {
	if q.route.kind != wire.Export || !p.waiting.hasPatient() || p.waiting.patient.looks >= manyLooks {
		return
	}
	p.waiting.patient.looks++
	var next *reaction
	for r := p.waiting.patient.list.first(); r != nil; r = next {
		next = r.inPromise.next.reaction
		if r.mayBeToldOf(q) {
			r.leave()
			v.react(q, r)
		}
	}
}

// belongsTo says whether p is a promise that the peer of s exported, and has not told the outcome of.
func (p *Promise) belongsTo(s *Session) bool {
	return p.state == stateRemote && p.route.session == s && p.route.kind == wire.Export
}

// listen lets r happen when c is settled, at once if it is. The peer that r came from may want more than it can have; then its
// session ends.
func (v *Vat) listen(c Cap, r *reaction) {
	p, ok := shorten(c).(*Promise)
	switch {
	case !ok:
		v.due = append(v.due, dueReaction{r, v.settledTo(shorten(c))})
		return
	case p.state == stateSettled:
		v.due = append(v.due, dueReaction{r, p})
		return
	case !p.passesOn(r):
		if err := r.room(); err != nil {
			v.breakWith(r.result, err)
			r.session.abort(err)
			return
		}
	}
	v.react(p, r)
}

// passesOn says whether r does not wait in p but is sent by p's route.
func (p *Promise) passesOn(r *reaction) bool {
	if p.state != stateRemote {
		return false
	}
	return r.kind == reactDeliver || r.kind == reactDerive && p.route.canDerive() && r.result.answer
}

// react lets r happen when p is settled. A message for a promise with a route is sent along it at once. A resolver whose own
// vat settles p is told so at once: it need not wait for itself, and a ring of promises through two vats is found out.
// p is not settled and follows nothing.
//
// Spec: CapTP#oplisten (Receiving)
func (v *Vat) react(p *Promise, r *reaction) {
	switch {
	case !p.passesOn(r):
		if r.mayBeToldOf(p) {
			v.due = append(v.due, dueReaction{r, v.settledTo(p)})
			return
		}
		r.wait(p)
	case r.kind == reactDeliver:
		v.sendAlong(p, r.body(), r.result, r.session)
	default:
		v.deriveAlong(p, *r.step, r.result, r.session)
	}
}

// settle makes o the outcome of p for good.
func (v *Vat) settle(p *Promise, o Outcome) {
	p.state, p.outcome = stateSettled, o
	if c, ok := o.Value.Cap(); ok {
		if i, ok := c.(*Import); ok && !o.Broken {
			p.object.Store(i)
		}
	}
	for _, h := range p.holds {
		if !h.isVoid() {
			h.session.chargePromises(o.Value.size())
			h.session.holdSlots(o.Value, 1)
		}
	}
	v.wake(p, &p.outcome)
}

// standFor makes the outcome of c, which is settled, that of p. The two share it: a promise costs no more to settle if its value is
// large.
func (v *Vat) standFor(p, c *Promise) {
	p.passHolds(c)
	p.state, p.target = stateFollowing, c
	v.wake(p, &c.outcome)
}

// wake lets everything happen that waits for the outcome o of p. What waits in the promise happens in this event, but not inside
// of this call, so that a long chain of promises costs no stack.
func (v *Vat) wake(p *Promise, o *Outcome) {
	p.route = nil
	if p.waiter != nil {
		v.emit(Effect{Kind: Notify, Waiter: p.waiter, Outcome: o})
		p.waiter = nil
	}
	if p.asker != nil {
		v.due = append(v.due, dueReaction{nil, p})
	}
	for r := p.waiting.first(); r != nil; r = p.waiting.first() {
		r.leave()
		v.due = append(v.due, dueReaction{r, p})
	}
}

// tellAsker tells the peer that asked for the outcome, which is there. What of it was lent is not kept.
func (p *Promise) tellAsker() {
	p.asker.tell(p.askerAt, p.end().outcome)
	p.asker, p.outcome.Value = nil, Body{}
}

// settledTo returns a promise whose outcome is c as it is now.
func (v *Vat) settledTo(c Cap) *Promise {
	return &Promise{vat: v, state: stateSettled, outcome: Outcome{Value: CapBody(c)}}
}

// breakLike breaks p, which may be nil, for the reason for which c is broken.
func (v *Vat) breakLike(p, c *Promise) {
	if p != nil && p.isUnresolved() {
		p.answered()
		v.standFor(p, c)
	}
}

// breakWith breaks p, which may be nil if nobody wants to know.
func (v *Vat) breakWith(p *Promise, err error) {
	if p != nil {
		v.resolve(p, broken(err))
	}
}

// undelivered breaks the result of a message that does not arrive. If nobody wants the result, the driver is told. from is the session
// that the message came from, nil if the program sent it.
func (v *Vat) undelivered(result *Promise, err error, from *Session) {
	if result == nil {
		v.emit(Effect{Kind: Undelivered, Session: from, Err: err})
		return
	}
	v.breakWith(result, err)
}

// attach makes p, which is open, the answer to a message that was just sent: messages for it go to to from now on, those
// that wait first. They go out in this event, but not inside of this call, so that a deep pipeline costs no stack.
func (v *Vat) attach(p *Promise, s *Session, to wire.Desc) {
	p.state = stateRemote
	p.route = routeTo(s, to)
	for r := p.waiting.queue.first(); r != nil; r = p.waiting.queue.first() {
		r.leave()
		v.due = append(v.due, dueReaction{r, p})
	}
}
