package main

import (
	"context"
	"time"
)

// maxHeld is how much news is held that is not learned yet. When there is more, those that take too long are given up, and if there are
// none, the room waits.
const maxHeld = 64

// explanation turns news into events in the order in which they were told, so that a message is shown behind those that were sent before
// it. News that take too long are overtaken, and follow when they are learned: a user who is hard to reach holds up nobody else for long.
type explanation struct {
	held []*news // in order
	late []*news // that were overtaken, in order
}

// explain makes events of all that the member is told. It ends with ctx, or when the membership is over and all that was told before is
// learned.
func (m *membership) explain(ctx context.Context) {
	defer close(m.explained)
	var x explanation
	for {
		n, over := x.next(ctx, m)
		if over {
			return
		}
		if n == nil {
			continue
		}
		for _, e := range m.happened(ctx, n) {
			select {
			case m.events <- e:
			case <-ctx.Done():
				return
			}
		}
	}
}

// next waits for something to happen: for news that are to be shown next, or for something else, and returns nil then. It reports when it
// is over.
func (x *explanation) next(ctx context.Context, m *membership) (n *news, over bool) {
	var (
		told            = m.heard
		learned, latest chan struct{}
		overtaken       <-chan time.Time
		end             chan struct{}
	)
	if len(x.held) > 0 {
		if isClosed(x.held[0].learned) { // however long it took
			return x.popHeld(), false
		}
		learned, overtaken = x.held[0].learned, time.After(time.Until(x.held[0].at.Add(patience)))
	}
	if len(x.late) > 0 {
		latest = x.late[0].learned
	}
	switch total := len(x.held) + len(x.late); {
	case total == 0:
		end = m.over
	case total >= maxHeld && len(x.late) > 0:
		x.late[0].giveUp() // which is learned then: that it cannot be
	case total >= maxHeld:
		told = nil
	}
	select {
	case n := <-told:
		x.held = append(x.held, n)
	case <-learned:
		return x.popHeld(), false
	case <-latest:
		n, x.late = x.late[0], x.late[1:]
	case <-overtaken:
		x.late = append(x.late, x.popHeld())
	case <-end:
		return nil, true
	case <-ctx.Done():
		return nil, true
	}
	return n, false
}

// popHeld takes away the first of the news that are held.
func (x *explanation) popHeld() *news {
	n := x.held[0]
	x.held = x.held[1:]
	return n
}

// isClosed reports whether the channel is closed.
func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
