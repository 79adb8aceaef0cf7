package coretest

import "github.com/ocapn-go/ocapn/runtime/captp/internal/core"

// shadow is what the world knows of an object or promise, wherever references to it are.
type shadow struct {
	object *object // if it is an object
	to     *shadow // what a promise was resolved to
	data   bool    // a promise of a value that is no reference
	broken bool

	answers *message // if it is the promise of an answer
}

// end returns the shadow at the end of the resolutions, nil if they go in a ring.
func (s *shadow) end() *shadow {
	seen := make(map[*shadow]bool)
	for s.to != nil {
		if seen[s] {
			return nil
		}
		seen[s] = true
		s = s.to
	}
	return s
}

// waitsFor says whether s can only be settled after other is, because it is the answer to a message that waits for other. A
// promise that is resolved to such an answer is never settled, which is nobody's fault but the program's. (A ring of promises is
// something else: it breaks.)
func (s *shadow) waitsFor(other *shadow) bool {
	e := s.end()
	for e != nil && e.answers != nil {
		if e = e.answers.target.end(); e == other {
			return true
		}
	}
	return false
}

// String says what is known of s.
func (s *shadow) String() string {
	switch e := s.end(); {
	case e == nil:
		return "a ring"
	case e.object != nil:
		return "an object"
	case e.data:
		return "data"
	case e.broken:
		return "broken"
	}
	return "open"
}

// object is an object of one vat.
type object struct {
	vat    *Vat
	node   *core.Object
	shadow *shadow
	turns  []*turn     // that arrived and have not run
	heard  map[int]int // for each reference, the number of the last message that came by it
}

// turn is a message that arrived at an object.
type turn struct {
	object *object
	msg    *message
	refs   []*ref
	result *core.Promise
}

// ref is a reference that the program of a vat holds.
type ref struct {
	id     int
	cap    core.Cap
	shadow *shadow
	sent   int
}

// message is one that a program sent, with the shadows of what it was sent to and of what it carries.
type message struct {
	id        int
	from      *Vat
	ref       int // the reference that it was sent by
	seq       int // its number among the messages by that reference
	target    *shadow
	args      []*shadow
	result    *shadow // nil if nothing was wanted back
	delivered int
	outcomes  int
}

// resolver is a promise that a vat has made and not settled.
type resolver struct {
	promise *core.Promise
	shadow  *shadow
}
