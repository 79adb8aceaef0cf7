package coretest

import (
	"errors"
	"runtime"
	"slices"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// errCut is how a connection ends that is cut.
var errCut = errors.New("connection reset")

// maxHeld is how many references the program of a vat holds at the most: few, so that each is used often.
const maxHeld = 12

// Step does one random action. It returns an error once anything went wrong.
func (w *World) Step(cuts bool) error {
	v := w.vats[w.rng.IntN(len(w.vats))]
	switch n := w.rng.IntN(100); {
	case n < 30:
		w.send(v)
	case n < 55:
		w.carryRandom(v)
	case n < 75:
		w.runTurn(v)
	case n < 82:
		w.settleSome(v, false)
	case n < 90:
		w.drop(v)
	case n < 93:
		v.core.FlushGC()
	case n < 96:
		w.enliven(v)
	case n < 98:
		w.newPromise(v)
	case n < 99 || len(v.waits) > 0:
		w.giveUp(v)
	default:
		if cuts && w.rng.IntN(20) == 0 {
			w.cut(v)
		}
	}
	w.carryOut(v)
	return w.err
}

// hold lets the program of v hold r.
func (w *World) hold(v *Vat, r *ref) {
	if v.byCap[r.cap] != nil || len(v.held) >= maxHeld {
		return
	}
	v.byCap[r.cap] = r
	v.held = append(v.held, r)
}

// drop lets the program of v drop a reference.
func (w *World) drop(v *Vat) {
	if len(v.held) == 0 {
		return
	}
	i := w.rng.IntN(len(v.held))
	r := v.held[i]
	delete(v.byCap, r.cap)
	v.held = slices.Delete(v.held, i, i+1)
}

// pick returns a reference to send or to send to: one that the program holds, or a new object of its own.
func (w *World) pick(v *Vat) *ref {
	if len(v.held) > 0 && w.rng.IntN(4) > 0 {
		return v.held[w.rng.IntN(len(v.held))]
	}
	o := v.newObject()
	w.refs++
	r := &ref{id: w.refs, cap: o.node, shadow: o.shadow}
	w.hold(v, r)
	return r
}

// newMessage enters a message that v is about to send by r.
func (w *World) newMessage(v *Vat, r *ref, wants bool) *message {
	r.sent++
	m := &message{id: len(w.messages), from: v, ref: r.id, seq: r.sent, target: r.shadow}
	if wants {
		m.result = &shadow{answers: m}
	}
	w.messages = append(w.messages, m)
	return m
}

// send lets the program of v send a message.
func (w *World) send(v *Vat) {
	r := w.pick(v)
	wants := w.rng.IntN(4) > 0
	m := w.newMessage(v, r, wants)
	data := syrup.AppendInt([]byte{syrup.ListStart}, int64(m.id))
	var slots []core.Slot
	for range w.rng.IntN(4) {
		arg := w.pick(v)
		start := len(data)
		data = append(data, core.Placeholder...)
		slots = append(slots, core.Slot{Start: start, End: len(data), Cap: arg.cap})
		m.args = append(m.args, arg.shadow)
	}
	data = append(data, syrup.ListEnd)
	var result *core.Promise
	if wants {
		result = v.core.NewPromise(m, w.rng.IntN(3) > 0)
		w.refs++
		w.hold(v, &ref{id: w.refs, cap: result, shadow: m.result})
	}
	w.note("vat %d: message %d by reference %d (number %d), %d arguments, result %v", v.index, m.id, r.id, m.seq, len(slots), wants)
	v.core.Send(r.cap, core.Body{Data: data, Slots: slots}, result)
}

// enliven lets the program of v fetch the root object of another vat.
func (w *World) enliven(v *Vat) {
	other := w.vats[w.rng.IntN(len(w.vats))]
	if other == v {
		return
	}
	m := &message{id: len(w.messages), from: v, target: other.root.shadow, result: other.root.shadow, delivered: 1}
	w.messages = append(w.messages, m)
	result := v.core.NewPromise(m, true)
	w.refs++
	w.hold(v, &ref{id: w.refs, cap: result, shadow: &shadow{to: other.root.shadow}})
	v.core.Enliven(locator.SturdyRef{Peer: other.peer, Swiss: other.swiss()}, result)
}

// newPromise lets the program of v make a promise.
func (w *World) newPromise(v *Vat) {
	if len(v.held) >= maxHeld {
		return
	}
	r := &resolver{promise: v.core.NewPromise(nil, true), shadow: &shadow{}}
	v.resolvers = append(v.resolvers, r)
	w.refs++
	w.hold(v, &ref{id: w.refs, cap: r.promise, shadow: r.shadow})
}

// settleSome lets the program of v settle a promise that it made. With plain set, no further reference comes of it.
func (w *World) settleSome(v *Vat, plain bool) {
	if len(v.resolvers) == 0 {
		return
	}
	i := w.rng.IntN(len(v.resolvers))
	r := v.resolvers[i]
	v.resolvers = slices.Delete(v.resolvers, i, i+1)
	w.settle(v, r.promise, r.shadow, plain)
}

// settle makes something the outcome of a promise of v: a plain value, a reference that the program holds, or one of args.
func (w *World) settle(v *Vat, p *core.Promise, sh *shadow, plain bool, args ...*ref) {
	switch n := w.rng.IntN(12); {
	case n == 0:
		sh.broken = true
		v.core.Settle(p, core.Outcome{Broken: true, Value: core.Body{Data: []byte("4'oops")}})
	case n == 1 || plain:
		sh.data = true
		v.core.Settle(p, core.Outcome{Value: core.Body{Data: []byte("2\"42")}})
	default:
		r := w.pick(v)
		if len(args) > 0 && w.rng.IntN(2) == 0 {
			r = args[w.rng.IntN(len(args))]
		}
		if r.shadow.waitsFor(sh) {
			w.settle(v, p, sh, true)
			return
		}
		sh.to = r.shadow
		v.core.Settle(p, core.Outcome{Value: core.CapBody(r.cap)})
	}
}

// runTurn runs the next turn of some object of v.
func (w *World) runTurn(v *Vat) {
	if len(v.objects) == 0 {
		return
	}
	i := w.rng.IntN(len(v.objects))
	o := v.objects[i]
	t := o.turns[0]
	o.turns = slices.Delete(o.turns, 0, 1)
	if len(o.turns) == 0 {
		v.objects = slices.Delete(v.objects, i, i+1)
	}
	for _, r := range t.refs {
		if w.rng.IntN(2) == 0 {
			w.hold(v, r)
		}
	}
	if t.result == nil {
		return
	}
	if w.rng.IntN(4) == 0 {
		v.resolvers = append(v.resolvers, &resolver{promise: t.result, shadow: t.msg.result})
		return
	}
	w.settle(v, t.result, t.msg.result, false, t.refs...)
}

// carryRandom takes one operation over a link from v.
func (w *World) carryRandom(v *Vat) {
	if len(v.links) > 0 {
		w.carry(v.links[w.rng.IntN(len(v.links))])
	}
}

// cut cuts a link of v, with all that is on it.
func (w *World) cut(v *Vat) {
	if len(v.links) == 0 {
		return
	}
	w.cuts++
	l := v.links[w.rng.IntN(len(v.links))]
	w.note("the link between %d and %d is cut", l.from.index, l.to.index)
	for _, end := range []*link{l, l.back} {
		end.queue = nil
		end.from.core.Lost(end.session, errCut)
		w.carryOut(end.from)
		end.queue = nil
	}
}

// giveUp lets time pass for a session that the core of v waits with.
func (w *World) giveUp(v *Vat) {
	if len(v.waits) > 0 {
		s := v.waits[0]
		v.waits = v.waits[1:]
		w.cuts++ // what waits may break, if the link was slower than the patience
		v.core.GiveUp(s)
	}
}

// Collect lets the garbage collector find what nobody reaches, and tells the cores.
func (w *World) Collect() error {
	runtime.GC()
	// Cleanups run on a goroutine of the runtime's own; there is no event to wait for.
	time.Sleep(time.Millisecond)
	for _, v := range w.vats {
		for _, k := range v.drops.take() {
			v.core.Dropped(k.session, k.pos)
		}
		w.carryOut(v)
	}
	return w.err
}
