package core

import "github.com/ocapn-go/ocapn/runtime/captp/internal/wire"

// promiseState says what a vat knows of a promise.
//
//	open       nothing is known, and the promise is ours to settle. Messages to it wait in the promise.
//	remote     a peer settles it. Messages to it are sent to the peer at once, by the promise's route.
//	flushing   the peer settled it to something that is not the peer's, but messages may still be on their way back from
//	           there. Later messages wait in the promise until they have come (see route.go).
//	following  it was resolved to another promise, and everything that waited went there.
//	settled    its outcome is known and never changes.
//
// Events: attach (open to remote: the message that it is the answer to was sent to a peer), resolve (open or remote to
// flushing, following or settled), flushed (flushing to following or settled), and, for a promise that follows another,
// the settling of that one.
//
// Every promise is settled at most once, and every reaction that waits in it happens exactly once.
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

	// Owned by the vat's loop.

	state   promiseState
	route   route      // while remote
	pending Outcome    // while flushing
	target  *Promise   // while following, and afterwards
	outcome Outcome    // when settled
	waiting []reaction // until settled or following
}

// Vat returns the vat that the promise belongs to.
func (p *Promise) Vat() *Vat { return p.vat }
func (*Promise) isCap()      {}

// reactionKind says what happens when a promise is settled. See the constants.
type reactionKind uint8

const (
	reactDeliver reactionKind = iota + 1 // args are delivered to what the promise became; result is told
	reactTell                            // a peer's resolver is told the outcome
	reactNotify                          // the driver's waiter is told the outcome
	reactDerive                          // a path step is taken on the value; result is told
	reactFollow                          // result, a promise that follows this one, is settled alike
)

// reaction is something that happens when a promise is settled, in the order in which it was added.
type reaction struct {
	kind    reactionKind
	args    Body
	result  *Promise
	waiter  any
	step    Step
	session *Session // of the resolver; or the session that a waiting message came from, nil if the program sent it
	pos     ImportPos
}

// NewPromise returns an open promise. If waiter is not nil, the driver is told the outcome with a Notify effect. If answer is
// set, messages that are sent to the promise before it is settled travel at once to wherever its outcome is decided; without
// it they wait here, which is cheaper for a value that nobody sends messages to.
//
// NewPromise may be called from any goroutine.
func (v *Vat) NewPromise(waiter any, answer bool) *Promise {
	return &Promise{vat: v, waiter: waiter, answer: answer}
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
	if p.state != stateOpen && p.state != stateRemote {
		return
	}
	if !o.Broken {
		if c, ok := o.Value.Cap(); ok {
			c = shorten(c)
			if p.mustFlush(c) {
				v.flush(p, c)
				return
			}
			v.become(p, c)
			return
		}
	}
	v.settle(p, o.kept())
}

// become makes p stand for c.
func (v *Vat) become(p *Promise, c Cap) {
	q, ok := c.(*Promise)
	switch {
	case !ok:
		v.settle(p, Outcome{Value: CapBody(c)})
	case q.end() == p:
		v.settle(p, broken(&CycleError{}))
	case q.end().state == stateSettled:
		v.settle(p, q.end().outcome)
	default:
		v.follow(p, q.end())
	}
}

// follow lets p stand for q, which is not settled: what waits in p goes to q, in order.
func (v *Vat) follow(p, q *Promise) {
	waiting := p.waiting
	p.state, p.target, p.waiting, p.route = stateFollowing, q, nil, route{}
	for _, r := range waiting {
		r.leave(p)
		v.react(q, r)
	}
	v.react(q, reaction{kind: reactFollow, result: p})
}

// belongsTo says whether p is a promise that the peer of s exported.
func (p *Promise) belongsTo(s *Session) bool {
	return p.state == stateRemote && p.route.session == s && p.route.to.Kind == wire.Export
}

// react lets r happen when p is settled. A message for a promise with a route is sent along it at once. A resolver whose own
// vat settles p is told so at once: it need not wait for itself, and a ring of promises through two vats is found out.
// p is not settled and follows nothing.
//
// Spec: CapTP#oplisten (Receiving)
func (v *Vat) react(p *Promise, r reaction) {
	if p.state == stateRemote {
		switch r.kind {
		case reactDeliver:
			r.unqueue()
			v.sendAlong(p, r.args, r.result)
			return
		case reactTell:
			if p.belongsTo(r.session) {
				v.due = append(v.due, dueReaction{reaction: r, outcome: Outcome{Value: CapBody(p)}})
				return
			}
		case reactDerive:
			if p.route.canDerive() && r.result.answer {
				v.deriveAlong(p, r.step, r.result)
				return
			}
		}
	}
	p.waiting = append(p.waiting, r)
	if r.kind == reactDeliver && r.session != nil {
		r.session.queuedOn[p] = struct{}{}
	}
}

// settle makes o the outcome of p for good. What waited in p happens in this event, but not inside of this call, so that a
// long chain of promises costs no stack.
func (v *Vat) settle(p *Promise, o Outcome) {
	p.state, p.outcome, p.route, p.pending, p.target = stateSettled, o, route{}, Outcome{}, nil
	if p.waiter != nil {
		v.emit(Effect{Kind: Notify, Waiter: p.waiter, Outcome: o})
		p.waiter = nil
	}
	for _, r := range p.waiting {
		r.leave(p)
		v.due = append(v.due, dueReaction{reaction: r, outcome: o})
	}
	p.waiting = nil
}

// dueReaction is a reaction that is about to happen: its promise was settled to outcome, or, if via is set, it waited in via
// when that got its route.
type dueReaction struct {
	reaction
	outcome Outcome
	via     *Promise
}

// happen lets everything happen that is due. Every event ends with it.
//
// Nothing that is sent to the same reference overtakes a due reaction: what is due concerns an outcome, which is never a
// promise, or a promise that got its route in this very event, and whatever else the program or a peer sends to that promise
// comes in a later one.
func (v *Vat) happen() {
	for i := 0; i < len(v.due); i++ {
		d := v.due[i]
		v.due[i] = dueReaction{}
		if d.via != nil {
			v.listenAgain(d.via, d.reaction)
		} else {
			v.perform(d.reaction, d.outcome)
		}
	}
	v.due = v.due[:0]
}

// perform does what r is there for, now that its promise has the outcome o.
func (v *Vat) perform(r reaction, o Outcome) {
	switch r.kind {
	case reactDeliver:
		r.unqueue()
		v.deliverSettled(o, r.args, r.result)
	case reactTell:
		r.session.tell(r.pos, o)
	case reactNotify:
		v.emit(Effect{Kind: Notify, Waiter: r.waiter, Outcome: o})
	case reactDerive:
		v.deriveSettled(o, r.step, r.result)
	case reactFollow:
		if r.result.state == stateFollowing {
			v.settle(r.result, o)
		}
	}
}

// breakWith breaks p, which may be nil if nobody wants to know.
func (v *Vat) breakWith(p *Promise, err error) {
	if p != nil {
		v.resolve(p, broken(err))
	}
}

// attach makes p, which is open, the answer to a message that was just sent: messages for it go to to from now on, those
// that wait first. They go out in this event, but not inside of this call, so that a deep pipeline costs no stack.
func (v *Vat) attach(p *Promise, s *Session, to wire.Desc) {
	p.state = stateRemote
	p.route = route{session: s, to: to}
	for _, r := range p.waiting {
		r.leave(p)
		v.due = append(v.due, dueReaction{reaction: r, via: p})
	}
	p.waiting = nil
}

// listenAgain puts a reaction back that waited in p when p got its route.
func (v *Vat) listenAgain(p *Promise, r reaction) {
	if p = p.end(); p.state == stateSettled {
		v.perform(r, p.outcome)
		return
	}
	v.react(p, r)
}
