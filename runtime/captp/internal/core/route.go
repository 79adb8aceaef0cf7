package core

import "github.com/ocapn-go/ocapn/runtime/captp/internal/wire"

// This file holds the rule of message order: by which way a message goes.
//
// Messages that a vat sends on one reference arrive in the order in which they were sent. For an object of ours or of a peer
// that follows from the order of a session. For a promise that a peer settles, messages go to the peer (to the answer of the
// question, or to the promise that it exported), and the peer passes them on. When the peer tells us the outcome:
//
//   - The outcome is an object or an unsettled promise of that same peer. What we send there directly arrives behind what we
//     sent to the promise, because the session is in order and the peer had settled the promise before it told us. The old
//     route is left at once.
//   - The outcome is anything else, and we have sent nothing by the old route: there is nothing to overtake.
//   - The outcome is anything else, and messages are on their way through the peer. They come back to us by the same session.
//     The promise is flushed: an op:listen goes to the old route as the last message there. The peer has settled the promise,
//     so it answers at once, behind all that it sent back to us. Until that answer comes, the promise is not settled here, and
//     what is sent to it waits in it.
//
// What counts is what the peer said, not what we know by now: a promise of ours that it names may lead back into that very
// peer, and still messages that are on their way come by here first.
//
// An object of a third peer that the peer hands off is such an outcome, but what was sent by the old route does not come back to us:
// the peer passes it on to the exporter. It deposits the gift there at the moment at which it tells us, behind what it has passed
// on, and whoever withdraws the gift is heard after that. So of two certificates the one that answers the op:listen is the
// one that counts: when it was written, the last message by the old route had been passed on, and so whatever we send to its gift
// arrives last. That holds for any number of peers in a row, as each of them does the same.
//
// If the session with the peer ends before it answers the op:listen, nobody can tell when that is, and the promise breaks.
//
// There are schedules in which OCapN does not give that order. None is found out by the receiver, and vats like this one bring about
// none. A gifter
//
//   - deposits before it passes on what it was sent earlier;
//   - or answers the second op:listen with the first certificate;
//   - or answers it with a promise of its own that it had handed off before. R sends 1 to the gifter's promise p, and learns that p' of
//     the same gifter is the object at E, with certificate c. R sends 2 to p. The gifter passes 2 on to E, and says that p is p'; R asks
//     again, and hears p' again. For R that is the gift of c, which was deposited before 2 was passed on. R sends 3 there.
//
// Then what went by the gifter can be overtaken by what goes to the exporter directly.
//
// The rule needs no cooperation beyond what the draft asks of every peer: order within a session, and one notification for
// each op:listen.
//
// Between messages that go through a promise and messages that are sent to its outcome by another reference there is no
// order, and none between two sessions.

// route is the way to a promise that a peer settles.
type route struct {
	session *Session
	kind    wire.DescKind // Answer or Export, in the peer's terms
	pos     uint64
	sent    int // messages that went this way, those included that went by the route of a promise that follows this one
	// listener is the resolver by which the peer tells us the outcome of a promise that it exported; nil for an answer.
	listener *export
	pending  Cap // while the promise is flushing: what it becomes
}

// routeTo returns the way to what the peer of s knows as to.
func routeTo(s *Session, to wire.Desc) *route {
	return &route{session: s, kind: to.Kind, pos: to.Pos}
}

// to returns the descriptor of the promise in messages to the peer.
func (r *route) to() wire.Desc { return wire.Desc{Kind: r.kind, Pos: r.pos} }

// canDerive says whether the peer knows op:get, op:index and op:untag.
func (r *route) canDerive() bool { return r.session.dialect.HasGet }

// sentAlong returns how many messages went by the route of p, if it has one.
func (p *Promise) sentAlong() int {
	if p.route == nil {
		return 0
	}
	return p.route.sent
}

// mustFlush says whether messages that went by p's route could be overtaken if p became c, as the peer named it, now. If c is p
// itself there is nothing to wait for: the two vats of such a ring would wait for each other.
func (p *Promise) mustFlush(c Cap) bool {
	return p.state == stateRemote && p.route.sent > 0 && !p.route.session.owns(c) && shorten(c) != p
}

// owns says whether the peer of s has c itself: an object, or a promise that it has not told the outcome of.
func (s *Session) owns(c Cap) bool {
	switch c := c.(type) {
	case *Import:
		return c.session == s
	case *Promise:
		return c.belongsTo(s)
	default:
		return false
	}
}

// flush lets p become c once everything that was sent by p's route has come back.
func (v *Vat) flush(p *Promise, c Cap) {
	p.state, p.route.pending = stateFlushing, c
	p.route.session.listenFor(p.route.to(), &export{kind: exportFlush, promise: p})
}

// flushedTo ends the flushing of p, which the peer said anew to be o. That is what it said before, and not looked at, unless it is
// an object that the peer hands off: each certificate has a gift of its own, and the one that counts is that which was deposited
// behind the messages that p's route brought to the exporter. (What the peer said before may have been a promise of ours, if it
// heard from us in the meantime what that is.) If the peer lost the exporter, so do we.
func (v *Vat) flushedTo(p *Promise, o Outcome) {
	now, _ := o.Value.Cap()
	if p.state == stateFlushing && (p.isPassedOn() || isGiven(now)) {
		p.state, p.route = stateOpen, nil
		v.resolve(p, o)
		return
	}
	v.flushed(p)
}

// isGiven says whether c took the place of a certificate.
func isGiven(c Cap) bool {
	p, ok := c.(*Promise)
	return ok && p.given
}

// isPassedOn says whether what went by the route of p, which is flushing, may have been passed on to a third peer.
func (p *Promise) isPassedOn() bool {
	_, isImport := shorten(p.route.pending).(*Import)
	return isImport || isGiven(p.route.pending)
}

// flushLost ends the flushing of p, whose peer's session ended for the reason err. What was on its way back to us is lost. But what
// the peer passed on to a third one may still arrive there, behind what we would send there: then p is lost as well.
func (v *Vat) flushLost(p *Promise, err error) {
	if p.state == stateFlushing && p.isPassedOn() {
		p.state, p.route = stateOpen, nil
		v.breakWith(p, err)
		return
	}
	v.flushed(p)
}

// flushed ends the flushing of p.
func (v *Vat) flushed(p *Promise) {
	if p.state != stateFlushing {
		return
	}
	c := p.route.pending
	p.state, p.route = stateOpen, nil
	v.become(p, c)
}

// deliver sends args to target by the way that keeps the order. from is the session that the message came from, nil if the
// program sent it; only messages of peers are counted against a limit while they wait and when they are passed on.
func (v *Vat) deliver(target Cap, args Body, result *Promise, from *Session) {
	switch t := target.(type) {
	case *Object:
		v.run(t, args, result, from)
	case *Import:
		v.sendToImport(t, args, result, from)
	case *Promise:
		switch t = t.end(); t.state {
		case stateSettled:
			v.deliverSettled(t, args, result, from)
		case stateRemote:
			v.sendAlong(t, args, result, from)
		default:
			m := &waitingMessage{args: args.Kept()}
			m.reaction = reaction{kind: reactDeliver, args: &m.args, result: result, session: from}
			v.listen(t, &m.reaction)
		}
	}
}

// deliverSettled sends args to what p became, which is settled.
func (v *Vat) deliverSettled(p *Promise, args Body, result *Promise, from *Session) {
	if p.outcome.Broken {
		if result == nil {
			v.undelivered(nil, p.outcome.reason(), from)
		}
		v.breakLike(result, p)
		return
	}
	switch t, _ := p.outcome.Value.Cap(); t := t.(type) {
	case *Object:
		v.run(t, args, result, from)
	case *Import:
		v.sendToImport(t, args, result, from)
	default:
		v.undelivered(result, &TargetError{Reason: "the target is not an object"}, from)
	}
}

// run delivers args to an object of ours.
func (v *Vat) run(o *Object, args Body, result *Promise, from *Session) {
	if s := o.bootstrapOf(); s != nil {
		s.answer(args, result)
		return
	}
	v.emit(Effect{Kind: Run, Object: o, Args: args, Result: result, Session: from})
}

// sendToImport sends args to an object of a peer.
func (v *Vat) sendToImport(i *Import, args Body, result *Promise, from *Session) {
	if err := i.usable(); err != nil {
		v.undelivered(result, err, from)
		return
	}
	i.session.sendMessage(i.desc(), args, result, from)
}

// sendAlong sends args to p, which is remote.
func (v *Vat) sendAlong(p *Promise, args Body, result *Promise, from *Session) {
	p.route.sent++
	p.route.session.sendMessage(p.route.to(), args, result, from)
}
