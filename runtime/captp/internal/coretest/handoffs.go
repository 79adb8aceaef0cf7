package coretest

import (
	"errors"
	"slices"
	"weak"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
)

// This file decides what the vats leave to their drivers: who is dialled, who may be introduced, and when handoffs have taken too
// long.

var (
	errNobodyThere = errors.New("nobody there")
	errDeclined    = errors.New("declined")
)

// decide makes a decision that v waits for.
func (w *World) decide(v *Vat) {
	switch n := len(v.dials) + len(v.proposed); {
	case n == 0:
	case len(v.dials) > 0 && (len(v.proposed) == 0 || w.choose(2) == 0):
		w.dial(v, w.choose(len(v.dials)))
	default:
		w.introduce(v, w.choose(len(v.proposed)))
	}
}

// decideAll makes all decisions that v waits for. It reports whether there were any.
func (w *World) decideAll(v *Vat) bool {
	n := 0
	for ; len(v.dials)+len(v.proposed) > 0 && w.err == nil; n++ {
		w.decide(v)
		w.carryOut(v)
	}
	return n > 0
}

// introduce decides on an introduction that was proposed to v.
func (w *World) introduce(v *Vat, i int) {
	proposed := v.proposed[i]
	v.proposed = slices.Delete(v.proposed, i, i+1)
	if w.opts.Declines && w.choose(8) == 7 {
		w.declined++
		w.note("vat %d: declines an introduction to %s", v.index, proposed.Exporter().Designator)
		v.core.Decline(proposed, errDeclined)
		return
	}
	w.note("vat %d: allows an introduction to %s", v.index, proposed.Exporter().Designator)
	v.core.Introduce(proposed)
}

// dial makes a connection that v asked for, or not.
func (w *World) dial(v *Vat, i int) {
	peer := v.dials[i]
	v.dials = slices.Delete(v.dials, i, i+1)
	at := slices.IndexFunc(w.vats, func(o *Vat) bool { return o.peer.SameAs(peer) })
	if w.opts.Refusals && w.choose(8) == 7 {
		w.declined++
		w.note("vat %d: does not reach vat %d", v.index, at)
		v.core.DialFailed(peer, errNobodyThere)
		return
	}
	other := w.vats[at]
	w.note("vat %d: reaches vat %d", v.index, at)
	there, back := &link{from: v, to: other}, &link{from: other, to: v}
	there.back, back.back = back, there
	v.links, other.links = append(v.links, there), append(other.links, back)
	there.session = v.core.Open(core.Opening{Host: there, Dialled: &peer, Location: v.peer, Key: w.key(), Dialect: &wire.Modern})
	back.session = other.core.Open(core.Opening{Host: back, Location: other.peer, Key: w.key(), Dialect: &wire.Modern})
	w.carryOut(other)
}

// age lets the time pass for v that handoffs may take.
func (w *World) age(v *Vat) {
	w.ages++
	w.note("vat %d: time passes", v.index)
	v.core.Age()
}

// ageAll lets the time pass for all vats with handoffs that did not come to their end: gifts that nobody withdrew lie until then.
// It reports whether there were any.
func (w *World) ageAll() bool {
	aged := false
	for _, v := range w.vats {
		if v.core.Aging() {
			w.age(v)
			w.carryOut(v)
			aged = true
		}
	}
	return aged
}

// identifyNode checks that c is the one node by which v reaches the object through that session. (A node that was released is one
// no longer, and another may take its place.)
func (w *World) identifyNode(v *Vat, c *core.Import, o *object) {
	k := nodeKey{c.Session(), o}
	if known := w.nodes[k].Value(); known != nil && known != c && !w.opts.Releases {
		w.fail("vat %d has two nodes, at %d and %d, for one object of vat %d", v.index, known.Pos(), c.Pos(), o.vat.index)
	}
	w.nodes[k] = weak.Make(c)
}
