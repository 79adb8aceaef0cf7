package tcp

import (
	"container/list"
	"sync"
)

// Handshakes are those of the connections that nobody has accepted yet, whether they are under way or over and waiting for Accept. There
// is a limit to them, and the oldest has to go when one more comes: whoever means it is done in a moment, and does not get old. The
// methods may be called from any goroutine.
type Handshakes struct {
	// Immutable.
	limit    int
	refusals *Refusals

	mu   sync.Mutex
	open list.List // of *Handshake, the oldest first
	over bool      // Close was called
}

// Handshake is one of them.
//
// States: open; finished, by Finish; dropped, by Close or for a newer one. It is in the table exactly while it is open.
type Handshake struct {
	all   *Handshakes
	drop  func()
	place *list.Element // guarded by all.mu; nil unless open
}

// NewHandshakes returns a table of so many handshakes at most. Those that have to go for others are counted.
func NewHandshakes(limit int, refusals *Refusals) *Handshakes {
	return &Handshakes{limit: limit, refusals: refusals}
}

// Begin returns a handshake that is open. If it is to be dropped, drop is called, once, which may be before Begin returns: after Close.
func (h *Handshakes) Begin(drop func()) *Handshake {
	one := &Handshake{all: h, drop: drop}
	if last := h.add(one); last != nil {
		last.drop()
	}
	return one
}

// add adds the handshake, and returns the one that has to go for it, if any.
func (h *Handshakes) add(one *Handshake) *Handshake {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.over {
		return one
	}
	one.place = h.open.PushBack(one)
	if h.open.Len() <= h.limit {
		return nil
	}
	h.refusals.Crowded.Add(1)
	return h.takeOldest()
}

// Fail says that the handshake has failed, or that whoever had it is gone. It reports whether the handshake was open.
func (one *Handshake) Fail() bool {
	open := one.Finish()
	if open {
		one.all.refusals.Failed.Add(1)
	}
	return open
}

// Finish says that the handshake is none any more, because its conn was accepted. It reports whether the handshake was open.
func (one *Handshake) Finish() bool {
	one.all.mu.Lock()
	defer one.all.mu.Unlock()
	return one.leave()
}

// Close drops all handshakes, and those that begin later.
func (h *Handshakes) Close() {
	for one := h.stop(); one != nil; one = h.stop() {
		one.drop()
	}
}

// stop keeps others from becoming open, and takes the oldest that is; it returns nil when none is left.
func (h *Handshakes) stop() *Handshake {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.over = true
	return h.takeOldest()
}

// takeOldest takes the oldest out of the table, if there is one. The caller holds mu.
func (h *Handshakes) takeOldest() *Handshake {
	front := h.open.Front()
	if front == nil {
		return nil
	}
	one := front.Value.(*Handshake)
	one.leave()
	return one
}

// leave takes the handshake out of the table, and reports whether it was there. The caller holds all.mu.
func (one *Handshake) leave() bool {
	if one.place == nil {
		return false
	}
	one.all.open.Remove(one.place)
	one.place = nil
	return true
}
