package captp

import (
	"context"
	"slices"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// This file counts the turns at the word of peers. As long as a session lasts, its peer is charged for them. What a session leaves behind
// when it ends goes on, as the program would have it: a message that has arrived is handled. But all sessions that are over together may
// leave no more behind than one that lasts may have under way: then the contexts of the oldest ones end, so that nobody has turns pile up
// by calling, hanging up and calling again.

// turnCharge is what turns at the word of peers that have not ended are, and take up.
type turnCharge struct {
	number int
	bytes  int
}

// over reports whether c is over the given limits.
func (c turnCharge) over(number, bytes int) bool { return c.number > number || c.bytes > bytes }

func (c turnCharge) plus(o turnCharge) turnCharge {
	return turnCharge{c.number + o.number, c.bytes + o.bytes}
}

func (c turnCharge) minus(o turnCharge) turnCharge {
	return turnCharge{c.number - o.number, c.bytes - o.bytes}
}

// charge returns what the turn counts for.
func (t *turn) charge() turnCharge { return turnCharge{1, t.size} }

// chargeTurn makes the peer pay for a turn, and its reader wait if it is too much. It runs on the loop.
func (c *conn) chargeTurn(t *turn) {
	v := c.vat
	limits := &v.limits
	c.turns = c.turns.plus(t.charge())
	if t.next = c.newest; t.next != nil {
		t.next.previous = t
	}
	c.newest = t
	if c.ended {
		v.leaveBehind(c, t.charge())
		return
	}
	v.underWay = v.underWay.plus(t.charge())
	if c.turns.over(limits.Turns, limits.TurnBytes) {
		c.hold(heldByTurns)
	}
	if c.turns.bytes > abortOverTurns*limits.TurnBytes {
		v.core.Fail(c.session, &LimitError{Limit: "TurnBytes", Max: limits.TurnBytes})
	}
}

// creditTurn gives back what was paid for a turn. It runs on the loop.
func (c *conn) creditTurn(t *turn) {
	v := c.vat
	limits := &v.limits
	charge := t.charge()
	c.turns = c.turns.minus(charge)
	if t.previous != nil {
		t.previous.next = t.next
	} else {
		c.newest = t.next
	}
	if t.next != nil {
		t.next.previous = t.previous
	}
	t.next, t.previous = nil, nil
	if c.ended {
		c.leftTurnDone(charge)
		return
	}
	v.underWay = v.underWay.minus(charge)
	if c.held.Load()&heldByTurns != 0 && !c.turns.over(limits.Turns/2, limits.TurnBytes/2) {
		c.release(heldByTurns)
		c.unpark()
	}
}

// leaveTurns says that the session of c has ended: its turns are left behind. It runs on the loop.
func (c *conn) leaveTurns() {
	if c.turns.number == 0 {
		c.endTurnContext()
		return
	}
	c.vat.underWay = c.vat.underWay.minus(c.turns)
	c.vat.leaveBehind(c, c.turns)
}

// leaveBehind counts turns of a session that is over, and gives those of the oldest ones up if there are too many.
func (v *Vat) leaveBehind(c *conn, turns turnCharge) {
	v.leftTurns = v.leftTurns.plus(turns)
	if c.givenUp.Load() {
		return
	}
	v.spared = v.spared.plus(turns)
	if !slices.Contains(v.leavers, c) {
		v.leavers = append(v.leavers, c)
	}
	for v.spared.over(v.limits.Turns, v.limits.TurnBytes) {
		v.leavers[0].giveUpTurns()
		v.leavers = slices.Delete(v.leavers, 0, 1)
	}
}

// leftTurnDone counts a turn no longer that the session of c, which is over, has left behind.
func (c *conn) leftTurnDone(charge turnCharge) {
	v := c.vat
	v.leftTurns = v.leftTurns.minus(charge)
	if c.givenUp.Load() {
		return
	}
	v.spared = v.spared.minus(charge)
	if c.turns.number == 0 {
		v.leavers = slices.DeleteFunc(v.leavers, func(other *conn) bool { return other == c })
		c.endTurnContext()
	}
}

// giveUpTurns ends the contexts of the turns that the session of c has left behind. Those that wait for their object are not begun, and
// wait no longer: what is in front of them may be the turn of a session that lasts.
func (c *conn) giveUpTurns() {
	c.vat.spared = c.vat.spared.minus(c.turns)
	c.givenUp.Store(true)
	c.endTurnContext()
	queues := make(map[*queue]struct{})
	for t := c.newest; t != nil; t = t.next {
		if !t.object.isConcurrent() {
			queues[t.object.turns()] = struct{}{}
		}
	}
	for q := range queues {
		for _, t := range q.takeGivenUp() {
			t.giveUp()
		}
	}
}

// isOverrun reports whether sessions that are over have left so much behind that nothing more is begun.
func (v *Vat) isOverrun() bool {
	return v.leftTurns.over(refuseOverLeft*v.limits.Turns, refuseOverLeft*v.limits.TurnBytes)
}

// turnContext returns the context of turns at the word of the peer, which the loop ends when they are given up.
func (c *conn) turnContext() context.Context {
	if c.ctx == nil {
		c.ctx, c.cancel = context.WithCancel(c.vat.ctx)
	}
	if c.givenUp.Load() {
		c.cancel()
	}
	return c.ctx
}

// endTurnContext ends the context of turns at the word of the peer, if there is one, and with it what the vat's context keeps for it.
func (c *conn) endTurnContext() {
	if c.cancel != nil {
		c.cancel()
		c.ctx, c.cancel = nil, nil
	}
}

// run starts a turn, for which the peer that sent the message is charged until it has ended.
func (v *Vat) run(t *turn) {
	if err := v.refusal(t); err != nil {
		if t.result != nil {
			v.core.Settle(t.result, core.Outcome{Broken: true, Err: err})
		}
		return
	}
	t.Context, t.size = v.ctx, turnOverhead
	if t.args != nil {
		t.size += t.args.size()
	}
	v.turns++
	v.begun++
	if v.shutDown {
		t.late = true
		v.late++
	}
	if t.from != nil {
		t.Context = t.from.turnContext()
		t.from.chargeTurn(t)
	}
	t.start()
}

// refusal returns why a turn is not begun, nil if it is.
func (v *Vat) refusal(t *turn) error {
	switch {
	case v.refuse:
		return ErrClosed
	case t.isGivenUp():
		return &thrown{"the session is over"}
	case t.from != nil && t.args != nil && v.isOverrun():
		return &thrown{"the vat is busy with what others have left behind"}
	}
	return nil
}

// turnDone ends the charge of a turn.
func (v *Vat) turnDone(t *turn) {
	v.turns--
	if t.late {
		v.late--
	}
	if t.from != nil {
		t.from.creditTurn(t)
	}
}
