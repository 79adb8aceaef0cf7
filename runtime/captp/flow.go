package captp

import (
	"context"
	"slices"
	"sync"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// This file bounds what a program has under way to a peer, and to each object of it: see the windows in [Limits]. Who sends waits here
// until there is room.
//
// A turn does not wait: it would keep its object from everybody else for as long as one peer pleases, and two objects that send to each
// other could stop both. What it sends counts all the same, so that others wait.

// admit counts a message of the program's where it goes, when there is room for it there. It waits for that as long as the context
// of the message lets it. The result counts the message until it is answered; a message without one, its encoder.
func (v *Vat) admit(m *Encoder, result *core.Promise) error {
	way := core.WayTo(m.target)
	if way.Session == nil {
		return nil
	}
	charge := core.ChargeOf(len(m.buf) + referenceFrame*len(m.slots))
	if result == nil {
		way.Object = nil // which does not answer
	}
	if err := v.enter(m.ctx, way, charge); err != nil {
		return err
	}
	if result != nil {
		result.SentBy(way, charge)
	} else {
		m.session, m.charge = way.Session, charge
	}
	return nil
}

// enter counts charge at both ends of a way, when there is room.
func (v *Vat) enter(ctx context.Context, way core.Way, charge core.Charge) error {
	if way.Object != nil {
		if err := v.enterLoad(ctx, way.Object.Load(), v.limits.target(), charge); err != nil {
			return err
		}
	}
	err := v.enterLoad(ctx, way.Session.Load(), v.limits.session(), charge)
	if err != nil && way.Object != nil {
		v.leave(way.Object.Load(), charge)
	}
	return err
}

func (v *Vat) enterLoad(ctx context.Context, l *core.Load, w core.Window, charge core.Charge) error {
	switch {
	case l.Enter(w, charge, false):
		return nil
	case ctx == nil || turnOf(ctx) != nil:
		l.Force(charge)
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	p := v.parker()
	return v.waitForRoom(ctx, &sender{load: l, window: w, charge: charge, parker: p}, p)
}

// waitForRoom waits until s is admitted, or ctx or the vat is over.
func (v *Vat) waitForRoom(ctx context.Context, s *sender, p *parker) error {
	if !p.enter() {
		return ErrClosed
	}
	v.queues.enter(s)
	var stopped error
	select {
	case <-p.wake:
	case <-ctx.Done():
		if stopped = ctx.Err(); !v.queues.leave(s) {
			<-p.wake // it was admitted just now
			stopped = nil
		}
	}
	if p.leave() {
		v.putParker(p)
		return stopped
	}
	v.queues.leave(s)
	return ErrClosed
}

// leave takes back what was counted.
func (v *Vat) leave(l *core.Load, charge core.Charge) {
	if l.Leave(charge) {
		v.queues.admit(l)
	}
}

// told counts a message out that nobody answers, unless its connection has still to be given it. It runs on the loop. left is the session
// in whose output the message is.
func (v *Vat) told(m *Encoder, left *core.Session) {
	switch s := m.session; {
	case s == nil:
	case s == left:
		s.Host().(*conn).told += m.charge
	default:
		v.leave(s.Load(), m.charge)
	}
}

// sender is a message that waits for room.
type sender struct {
	load   *core.Load
	window core.Window
	charge core.Charge
	parker *parker // is woken when the message is admitted, and counts
}

// queues are the messages that wait for room, in the order in which they came. A load that somebody waits for says so, and whoever takes
// something out of it calls admit.
type queues struct {
	mu sync.Mutex
	of map[*core.Load][]*sender // none of them is empty. Guarded by mu.
}

// enter puts s into the queue of its load.
func (q *queues) enter(s *sender) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.of == nil {
		q.of = make(map[*core.Load][]*sender)
	}
	q.of[s.load] = append(q.of[s.load], s)
	s.load.Await(true)
	q.admitFirst(s.load) // what there was no room for may have some by now
}

// leave takes s out of its queue. It reports false if s was admitted.
func (q *queues) leave(s *sender) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	at := slices.Index(q.of[s.load], s)
	if at < 0 {
		return false
	}
	q.of[s.load] = slices.Delete(q.of[s.load], at, at+1)
	q.admitFirst(s.load) // those behind may take less
	return true
}

// admit lets those go on that there is room for.
func (q *queues) admit(l *core.Load) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.admitFirst(l)
}

// admitFirst is admit for those who hold mu.
func (q *queues) admitFirst(l *core.Load) {
	waiting := q.of[l]
	for len(waiting) > 0 && l.Enter(waiting[0].window, waiting[0].charge, true) {
		waiting[0].parker.wakeUp()
		waiting[0] = nil
		waiting = waiting[1:]
	}
	if len(waiting) > 0 {
		q.of[l] = waiting
		return
	}
	delete(q.of, l)
	l.Await(false)
}
