package core

import (
	"iter"
	"slices"
)

// table maps positions to entries. Most positions live for one round trip and are close to each other, so an entry stands in
// the place that the last bits of its position name, and is found there without hashing; the few that live longer give way to later ones
// and move to a map. Every operation costs the same whatever positions a peer chooses.
//
// The zero table is empty.
type table[K ~uint64, V any] struct {
	recent []place[K, V] // as many as a power of two, or none
	live   int           // entries in recent
	rest   map[K]V       // entries whose place another one took
}

// place is where an entry may stand.
type place[K ~uint64, V any] struct {
	pos   K
	taken bool
	entry V
}

const (
	minPlaces  = 8
	keptPlaces = 1 << 8 // that a table does not give up
	maxPlaces  = 1 << 13
)

// placeOf returns where the entry at pos stands if it is a recent one. There is a place.
func (t *table[K, V]) placeOf(pos K) *place[K, V] {
	return &t.recent[pos&K(len(t.recent)-1)]
}

// at returns the entry at pos, zero if there is none.
func (t *table[K, V]) at(pos K) V {
	if p := t.find(pos); p != nil {
		return p.entry
	}
	return t.rest[pos]
}

// find returns the place of the entry at pos, nil if it is not a recent one.
func (t *table[K, V]) find(pos K) *place[K, V] {
	if len(t.recent) > 0 {
		if p := t.placeOf(pos); p.taken && p.pos == pos {
			return p
		}
	}
	return nil
}

// add enters e at pos, which is free.
func (t *table[K, V]) add(pos K, e V) {
	if len(t.recent) == 0 {
		t.recent = make([]place[K, V], minPlaces)
	}
	p := t.placeOf(pos)
	for p.taken && 2*t.live >= len(t.recent) && len(t.recent) < maxPlaces {
		t.resize(2 * len(t.recent))
		p = t.placeOf(pos)
	}
	if p.taken {
		t.moveToRest(p)
	}
	*p = place[K, V]{pos: pos, taken: true, entry: e}
	t.live++
}

// resize changes the number of places. Of entries that come to share one, one keeps it.
func (t *table[K, V]) resize(n int) {
	old := t.recent
	t.recent = make([]place[K, V], n)
	for i := range old {
		if !old[i].taken {
			continue
		}
		if p := t.placeOf(old[i].pos); p.taken {
			t.moveToRest(&old[i])
		} else {
			*p = old[i]
		}
	}
}

func (t *table[K, V]) moveToRest(p *place[K, V]) {
	if t.rest == nil {
		t.rest = make(map[K]V)
	}
	t.rest[p.pos] = p.entry
	t.live--
}

// remove takes the entry at pos out, if there is one.
func (t *table[K, V]) remove(pos K) {
	if p := t.find(pos); p != nil {
		*p = place[K, V]{}
		if t.live--; len(t.recent) > keptPlaces && t.live <= len(t.recent)/8 {
			t.resize(len(t.recent) / 4)
		}
		return
	}
	if delete(t.rest, pos); len(t.rest) == 0 {
		t.rest = nil // a map keeps the size that it once had
	}
}

// len returns the number of entries.
func (t *table[K, V]) len() int { return t.live + len(t.rest) }

// all goes through the entries, in no order. The table must not change meanwhile.
func (t *table[K, V]) all() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for _, p := range t.recent {
			if p.taken && !yield(p.pos, p.entry) {
				return
			}
		}
		for pos, e := range t.rest {
			if !yield(pos, e) {
				return
			}
		}
	}
}

// positions returns the positions that are taken, in order.
func (t *table[K, V]) positions() []K {
	out := make([]K, 0, t.len())
	for pos := range t.all() {
		out = append(out, pos)
	}
	slices.Sort(out)
	return out
}
