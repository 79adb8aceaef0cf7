package coretest

import "github.com/ocapn-go/ocapn/runtime/captp/internal/core"

// shadow is what the world knows of an object or promise, wherever references to it are.
type shadow struct {
	object *object // if it is an object
	value  *value  // if it is the promise of a value that is no reference
	broken bool
	to     *shadow // what a promise was resolved to
	isRoot bool    // if it is the promise of a root object, which everybody may fetch

	from    *shadow   // if it is the promise of what a step finds in another
	step    core.Step // that step
	answers *message  // if it is the promise of an answer
}

// broke is the shadow of what came to nothing.
var broke = &shadow{broken: true}

// end returns the shadow at the end of the resolutions, nil if they go in a ring.
func (s *shadow) end() *shadow {
	seen := make(map[*shadow]bool)
	for !seen[s] {
		seen[s] = true
		switch {
		case s.to != nil:
			s = s.to
		case s.from != nil:
			found := s.from.end().take(s.step)
			if found == nil {
				return s
			}
			s = found
		default:
			return s
		}
	}
	return nil
}

// leavesFrom says whether s is known to be an object of another vat than v.
func (s *shadow) leavesFrom(v *Vat) bool {
	e := s.end()
	return e != nil && e.object != nil && e.object.vat != v
}

// take returns what a step finds in s, which is at the end of the resolutions; nil if s is not settled.
func (s *shadow) take(step core.Step) *shadow {
	switch {
	case s == nil || s.broken || s.object != nil:
		return broke
	case s.value == nil:
		return nil
	default:
		return s.value.take(step)
	}
}

// waitsFor says whether s can only be settled after other is, because it is the answer to a message that waits for other, or a
// part of it. A promise that is resolved to such an answer is never settled, which is nobody's fault but the program's. (A ring
// of promises is something else: it breaks.)
//
// There is no ring of these, because none is made.
func (s *shadow) waitsFor(other *shadow) bool {
	for e := s.end().cause(); e != nil; e = e.cause() {
		if e == other {
			return true
		}
	}
	return false
}

// cause returns what must be settled before s, which is not, can be; nil if that is up to a program.
func (s *shadow) cause() *shadow {
	switch {
	case s == nil:
		return nil
	case s.answers != nil && s.answers.target != nil:
		return s.answers.target.end()
	case s.from != nil:
		return s.from.end()
	default:
		return nil
	}
}

// holds says whether the promise s, or something in its value, may turn out to be other, or hold it.
func (s *shadow) holds(other *shadow) bool {
	return s.reaches(func(at *shadow) (bool, []*shadow) {
		next := []*shadow{at.to, at.from}
		if at.value != nil {
			next = append(next, at.value.parts...)
		}
		return at == other, next
	})
}

// reaches says whether look finds what it looks for in s, or in one of those that it says to go on with.
func (s *shadow) reaches(look func(*shadow) (found bool, next []*shadow)) bool {
	seen := make(map[*shadow]bool)
	for todo := []*shadow{s}; len(todo) > 0; {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if at == nil || seen[at] {
			continue
		}
		seen[at] = true
		found, next := look(at)
		if found {
			return true
		}
		todo = append(todo, next...)
	}
	return false
}

// refusesGifts says whether a vat may refuse the gifts in a message to s: s comes of what everybody may fetch, and is no object.
func (s *shadow) refusesGifts() bool {
	if e := s.end(); e != nil && e.object != nil {
		return false
	}
	return s.reaches(func(at *shadow) (bool, []*shadow) {
		next := []*shadow{at.to, at.from}
		if at.answers != nil {
			next = append(next, at.answers.target)
		}
		return at.isRoot, next
	})
}

// isDoomed says whether s will break whatever it waits for, so that a vat may break it at once: it is, or waits for, an element
// with an index that no list has.
func (s *shadow) isDoomed() bool {
	for e := s.end(); e != nil; e = e.cause() {
		if e.from != nil && e.step.Kind == core.StepIndex && e.step.Index < 0 {
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
	case e.value != nil:
		return "a value"
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

// message is one that a program sent, with the shadows of what it was sent to and of what it carries. It is also what waits
// for any other outcome: of a step, of something that was fetched, of a promise that is watched. Those have no target.
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

// mayBreak says whether there is a reason for the promise of the outcome to break.
func (m *message) mayBreak() bool {
	if m.target != nil {
		if t := m.target.end(); t == nil || t.broken || t.value != nil || t.isDoomed() {
			return true // a broken target, or no target at all, breaks the answer
		}
	}
	r := m.result.end()
	return r == nil || r.broken || r.isDoomed()
}

// resolver is a promise that a vat has made and not settled.
type resolver struct {
	promise *core.Promise
	shadow  *shadow
}
