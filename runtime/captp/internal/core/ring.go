package core

import "iter"

// ring is a list of reactions that goes in a circle, or the place of one reaction in it. A reaction is taken out at the same cost
// wherever it stands, and a list goes to the end of another without a look at what is in the two. So the end of a session costs no
// more than what waited for it, whoever else waits for the same promises, and a promise that is put off again and again costs no
// more than being put off, whatever waits in it.
type ring struct {
	prev, next *ring
	reaction   *reaction // whose place it is; nil for the list itself
	promise    *Promise  // of a list: who wants to know when it becomes empty, if anybody
}

func (l *ring) isEmpty() bool { return l.next == nil || l.next == l }

// first returns the first reaction, nil if there is none.
func (l *ring) first() *reaction {
	if l.next == nil {
		return nil
	}
	return l.next.reaction
}

// all returns the reactions in order.
func (l *ring) all() iter.Seq[*reaction] {
	return func(yield func(*reaction) bool) {
		for at := l.next; at != nil && at != l && yield(at.reaction); at = at.next {
		}
	}
}

// add puts a place at the end of the list.
func (l *ring) add(place *ring) {
	if l.next == nil {
		l.prev, l.next = l, l
	}
	place.prev, place.next = l.prev, l
	l.prev.next, l.prev = place, place
}

// join puts everything that is in o at the end of l.
func (l *ring) join(o *ring) {
	if o.isEmpty() {
		return
	}
	if l.next == nil {
		l.prev, l.next = l, l
	}
	o.next.prev, o.prev.next = l.prev, l
	l.prev.next, l.prev = o.next, o.prev
	o.prev, o.next = nil, nil
}

// remove takes a place out of its list. It returns the list if that is empty now.
func (l *ring) remove() *ring {
	prev, next := l.prev, l.next
	prev.next, next.prev = next, prev
	l.prev, l.next = nil, nil
	if prev == next {
		return prev
	}
	return nil
}
