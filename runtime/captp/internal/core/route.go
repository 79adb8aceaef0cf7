package core

import "github.com/ocapn-go/ocapn/runtime/captp/internal/wire"

// This file holds the rule of message order: by which way a message goes.
//
// Messages that a vat sends on one reference arrive in the order in which they were sent. For an object of ours or of a peer
// that follows from the order of a session. For a promise that a peer settles, messages go to the peer (to the answer of the
// question, or to the promise that it exported), and the peer passes them on. When the peer tells us the outcome:
//
//   - The outcome lives in that same peer. What we send directly arrives behind what we sent to the promise, because the
//     session is in order and the peer had settled the promise before it told us. The old route is left at once.
//   - The outcome is ours, or a third peer's, and we have sent nothing by the old route: there is nothing to overtake.
//   - The outcome is not the peer's, and messages are on their way through the peer. They come back to us by the same session.
//     The promise is flushed: an op:listen goes to the old route as the last message there. The peer has settled the promise,
//     so it answers at once, behind all that it sent back to us. Until that answer comes, the promise is not settled here, and
//     what is sent to it waits in it.
//
// The rule needs no cooperation beyond what the draft asks of every peer: order within a session, and one notification for
// each op:listen.
//
// Between messages that go through a promise and messages that are sent to its outcome by another reference there is no
// order, and none between two sessions.

// route is the way to a promise that a peer settles.
type route struct {
	session *Session
	to      wire.Desc // desc:answer or desc:export, in the peer's terms
	sent    int       // messages that went this way
}

// canDerive says whether the peer knows op:get, op:index and op:untag.
func (r route) canDerive() bool { return r.session.dialect.HasGet }

// mustFlush says whether messages that went by p's route could be overtaken if p became c now.
func (p *Promise) mustFlush(c Cap) bool {
	return p.state == stateRemote && p.route.sent > 0 && home(c) != p.route.session
}

// home returns the session of the peer in which messages to c end up, nil if that is this vat.
func home(c Cap) *Session {
	switch c := c.(type) {
	case *Import:
		return c.session
	case *Promise:
		if c.state == stateRemote {
			return c.route.session
		}
	}
	return nil
}

// flush lets p become c once everything that was sent by p's route has come back.
func (v *Vat) flush(p *Promise, c Cap) {
	r := p.route
	p.state, p.pending = stateFlushing, Outcome{Value: CapBody(c)}
	r.session.listenFor(r.to, export{kind: exportFlush, promise: p})
}

// flushed ends the flushing of p.
func (v *Vat) flushed(p *Promise) {
	if p.state != stateFlushing {
		return
	}
	c, _ := p.pending.Value.Cap()
	p.state, p.pending, p.route = stateOpen, Outcome{}, route{}
	v.become(p, shorten(c))
}

// deliver sends args to target by the way that keeps the order. from is the session that the message came from, nil if the
// program sent it; only messages of peers are counted against a limit while they wait.
func (v *Vat) deliver(target Cap, args Body, result *Promise, from *Session) {
	switch t := target.(type) {
	case *Object:
		v.run(t, args, result)
	case *Import:
		v.sendToImport(t, args, result)
	case *Promise:
		t = t.end()
		if t.state == stateSettled {
			v.deliverSettled(t.outcome, args, result)
			return
		}
		r := reaction{kind: reactDeliver, args: args, result: result}
		if t.state != stateRemote && from != nil {
			r.args = args.kept()
			r.session = from
			if !r.queue() {
				return
			}
		}
		v.react(t, r)
	}
}

// deliverSettled sends args to what a promise became.
func (v *Vat) deliverSettled(o Outcome, args Body, result *Promise) {
	if o.Broken {
		if result != nil {
			v.resolve(result, o)
		}
		return
	}
	switch t, _ := o.Value.Cap(); t := t.(type) {
	case *Object:
		v.run(t, args, result)
	case *Import:
		v.sendToImport(t, args, result)
	default:
		v.breakWith(result, &TargetError{Reason: "the target is not an object"})
	}
}

// run delivers args to an object of ours.
func (v *Vat) run(o *Object, args Body, result *Promise) {
	if o.bootstrap != nil {
		o.bootstrap.answer(args, result)
		return
	}
	v.emit(Effect{Kind: Run, Object: o, Args: args, Result: result})
}

// sendToImport sends args to an object of a peer.
func (v *Vat) sendToImport(i *Import, args Body, result *Promise) {
	if err := i.usable(); err != nil {
		v.breakWith(result, err)
		return
	}
	i.session.sendDeliver(i.desc(), args, result)
}

// sendAlong sends args to p, which is remote.
func (v *Vat) sendAlong(p *Promise, args Body, result *Promise) {
	p.route.sent++
	p.route.session.sendDeliver(p.route.to, args, result)
}
