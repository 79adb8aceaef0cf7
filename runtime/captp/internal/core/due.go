package core

// dueReaction is a reaction that waited in a promise which is settled by now, or got its route. No reaction stands for the asker of a
// promise that is settled.
type dueReaction struct {
	*reaction
	promise *Promise
}

// happen lets everything happen that is due. Every event ends with it.
//
// Nothing that is sent to the same reference overtakes a due reaction: what is due concerns an outcome, which is never a
// promise, or a promise that got its route in this very event, and whatever else the program or a peer sends to that promise
// comes in a later one.
func (v *Vat) happen() {
	for i := 0; i < len(v.due) || v.abortOver(); {
		for ; i < len(v.due); i++ {
			d := v.due[i]
			v.due[i] = dueReaction{}
			if d.reaction == nil {
				d.promise.tellAsker()
			} else if p := d.promise.end(); p.state == stateSettled {
				v.perform(d.reaction, p)
			} else {
				v.react(p, d.reaction)
			}
		}
	}
	v.due = emptied(v.due)
}

// perform does what r is there for, now that p is settled.
func (v *Vat) perform(r *reaction, p *Promise) {
	v.work++
	switch r.kind {
	case reactDeliver:
		v.deliverSettled(p, r.body(), r.result, r.session)
	case reactTell:
		r.session.tell(r.pos, p.outcome)
	case reactUnhold:
		r.waiter.(gift).letGo()
	case reactNotify:
		v.emit(Effect{Kind: Notify, Waiter: r.waiter, Outcome: &p.outcome})
	case reactDerive:
		v.deriveSettled(p, r)
	}
}
