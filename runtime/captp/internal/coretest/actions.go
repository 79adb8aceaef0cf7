package coretest

import (
	"errors"
	"runtime"
	"slices"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// errCut is how a connection ends that is cut.
var errCut = errors.New("connection reset")

// maxHeld is how many references the program of a vat holds at the most: few, so that each is used often. In most worlds it is less.
const maxHeld = 12

// Step does one action of the schedule. It returns an error once anything went wrong.
func (w *World) Step() error {
	v := w.vats[w.choose(len(w.vats))]
	switch n := w.choose(200); {
	case n < 48:
		w.send(v)
	case n < 98:
		w.carrySome(v)
	case n < 105:
		w.enliven(v)
	case n < 140:
		w.runTurn(v)
	case n < 154:
		w.settleSome(v, false)
	case n < 166:
		w.drop(v)
	case n < 169:
		w.slow(v)
	case n < 172:
		v.core.AgeGC()
	case n < 173:
		if w.opts.Expiry {
			w.age(v)
		} else {
			v.core.Recount()
		}
	case n < 178:
		w.enliven(v)
	case n < 182:
		w.newPromise(v)
	case n < 188:
		w.derive(v)
	case n < 192:
		w.watch(v)
	case n < 195:
		w.decide(v)
	case n < 196:
		w.collect()
	case n < 198:
		if w.opts.Releases {
			w.release(v)
		}
	default:
		if w.opts.Cuts {
			w.cutOrGiveUp(v)
		}
	}
	w.carryOut(v)
	return w.err
}

// hold lets the program of v hold r.
func (w *World) hold(v *Vat, r *ref) {
	if v.byCap[r.cap] != nil || len(v.held) >= w.maxHeld {
		return
	}
	v.byCap[r.cap] = r
	v.held = append(v.held, r)
}

// drop lets the program of v drop a reference, which it returns.
func (w *World) drop(v *Vat) *ref {
	if len(v.held) == 0 {
		return nil
	}
	i := w.choose(len(v.held))
	r := v.held[i]
	delete(v.byCap, r.cap)
	v.held = slices.Delete(v.held, i, i+1)
	return r
}

// release lets the program of v give up a reference for good.
func (w *World) release(v *Vat) {
	if r := w.drop(v); r != nil {
		w.note("vat %d: releases reference %d", v.index, r.id)
		v.core.Release(r.cap)
	}
}

// newRef returns a new reference of the program.
func (w *World) newRef(c core.Cap, sh *shadow) *ref {
	w.refs++
	return &ref{id: w.refs, cap: c, shadow: sh}
}

// pick returns a reference to send or to send to: one that the program holds, often one that leads to another vat, or a new object
// of its own.
func (w *World) pick(v *Vat) *ref {
	if n := w.choose(4); len(v.held) > 0 && n > 0 {
		at := w.choose(len(v.held))
		for i := range v.held {
			if r := v.held[(at+i)%len(v.held)]; n > 1 && r.shadow.leavesFrom(v) {
				return r
			}
		}
		return v.held[at]
	}
	o := v.newObject()
	r := w.newRef(o.node, o.shadow)
	w.hold(v, r)
	return r
}

// pickTarget returns a reference to send to: mostly one that is the promise of what comes of another message.
func (w *World) pickTarget(v *Vat) *ref {
	if len(v.held) > 0 && w.choose(4) > 0 {
		at := w.choose(len(v.held))
		for i := range v.held {
			r := v.held[(at+i)%len(v.held)]
			if m := r.shadow.answers; m != nil && m.outcomes == 0 {
				return r
			}
		}
	}
	return w.pick(v)
}

// newMessage enters something of which v is told an outcome, if result is not nil.
func (w *World) newMessage(v *Vat, result *shadow) *message {
	m := &message{id: len(w.messages), from: v, result: result}
	w.messages = append(w.messages, m)
	return m
}

// send lets the program of v send a message, mostly by the reference that it has just used: order is what is put to the test.
func (w *World) send(v *Vat) {
	r := v.last
	if r == nil || v.byCap[r.cap] != r || w.choose(3) == 0 {
		r = w.pickTarget(v)
	}
	v.last = r
	r.sent++
	m := w.newMessage(v, nil)
	m.ref, m.seq, m.target = r.id, r.sent, r.shadow
	b := bodyBuilder{Data: syrup.AppendInt([]byte{syrup.ListStart}, int64(m.id))}
	for range w.choose(4) {
		arg := w.pick(v)
		b.add(arg.cap)
		m.args = append(m.args, arg.shadow)
	}
	b.Data = append(b.Data, syrup.ListEnd)
	var result *core.Promise
	if w.choose(4) > 0 {
		m.result = &shadow{answers: m}
		result = v.core.NewPromise(m, w.choose(3) > 0)
		w.hold(v, w.newRef(result, m.result))
		w.count(r.cap, result, core.ChargeOf(len(b.Data)))
	}
	w.note("vat %d: message %d by reference %d (number %d), %d arguments, result %v", v.index, m.id, r.id, m.seq, len(m.args), result != nil)
	v.core.Send(r.cap, w.lend(core.Body(b)), result)
}

// count counts a message to target, of which result is the result, where it goes.
func (w *World) count(target core.Cap, result *core.Promise, charge core.Charge) {
	way := core.WayTo(target)
	if way.Session == nil {
		return
	}
	result.SentBy(way, charge)
	loads := []*core.Load{way.Session.Load()}
	if way.Object != nil {
		loads = append(loads, way.Object.Load())
	}
	for _, l := range loads {
		l.Force(charge)
		w.loads[l] = struct{}{}
	}
}

// derive lets the program of v take a step into a value that may not be there yet.
func (w *World) derive(v *Vat) {
	src, step := w.pick(v), w.step()
	m := w.newMessage(v, &shadow{from: src.shadow, step: step})
	result := v.core.NewPromise(m, w.choose(4) > 0)
	w.hold(v, w.newRef(result, m.result))
	w.note("vat %d: message %d: %v of reference %d", v.index, m.id, step, src.id)
	v.core.Derive(src.cap, step, result)
}

// watch lets the program of v wait for something that it holds.
func (w *World) watch(v *Vat) {
	w.watchRef(v, w.pick(v))
}

func (w *World) watchRef(v *Vat, r *ref) {
	m := w.newMessage(v, r.shadow)
	w.note("vat %d: message %d: watches reference %d", v.index, m.id, r.id)
	v.core.Watch(r.cap, m)
}

// enliven lets the program of v fetch the root object of another vat.
func (w *World) enliven(v *Vat) {
	other := w.vats[w.choose(len(w.vats))]
	if other == v {
		return
	}
	m := w.newMessage(v, &shadow{to: other.root.shadow, isRoot: true})
	result := v.core.NewPromise(m, true)
	w.hold(v, w.newRef(result, m.result))
	w.note("vat %d: message %d: fetches the root of vat %d", v.index, m.id, other.index)
	v.core.Enliven(locator.SturdyRef{Peer: other.peer, Swiss: other.swiss()}, result)
}

// newPromise lets the program of v make a promise.
func (w *World) newPromise(v *Vat) {
	if len(v.held) >= w.maxHeld {
		return
	}
	r := &resolver{promise: v.core.NewPromise(nil, true), shadow: &shadow{}}
	v.resolvers = append(v.resolvers, r)
	w.hold(v, w.newRef(r.promise, r.shadow))
}

// settleSome lets the program of v settle a promise that it made. With plain set, no further reference comes of it.
func (w *World) settleSome(v *Vat, plain bool) {
	if len(v.resolvers) == 0 {
		return
	}
	i := w.choose(len(v.resolvers))
	r := v.resolvers[i]
	v.resolvers = slices.Delete(v.resolvers, i, i+1)
	w.settle(v, r.promise, r.shadow, plain)
}

// makesRing says whether there would be a ring if r, or a value with r in it, became the outcome of sh. Rings are made only in a vat
// that is alone: of those that go through others, not all rings of promises are found out, and no ring of values is let go of.
func (w *World) makesRing(v *Vat, sh *shadow, r *ref) bool {
	if !r.shadow.holds(sh) {
		return false
	}
	w.rings = w.rings || len(v.links) == 0
	return len(v.links) > 0
}

// settle makes something the outcome of a promise of v: a value, a reference that the program holds, or one of args.
func (w *World) settle(v *Vat, p *core.Promise, sh *shadow, isPlain bool, args ...*ref) {
	n := w.choose(12)
	switch {
	case n == 0:
		sh.broken = true
		v.core.Settle(p, core.Outcome{Broken: true, Value: w.lend(core.Body{Data: []byte("4'oops")})})
		return
	case isPlain:
		sh.value = &value{}
		v.core.Settle(p, core.Outcome{Value: w.lend(core.Body{Data: []byte(`2"42`)})})
		return
	case n < 4:
		var b core.Body
		b, sh.value = w.makeValue(v, sh)
		v.core.Settle(p, core.Outcome{Value: w.lend(b)})
		return
	}
	r := w.pick(v)
	if len(args) > 0 && w.choose(2) == 0 {
		r = args[w.choose(len(args))]
	}
	if r.shadow.waitsFor(sh) || w.makesRing(v, sh, r) {
		w.settle(v, p, sh, true)
		return
	}
	w.note("vat %d: resolves a promise to reference %d", v.index, r.id)
	sh.to = r.shadow
	v.core.Settle(p, core.Outcome{Value: core.CapBody(r.cap)})
}

// runTurn runs the next turn of some object of v.
func (w *World) runTurn(v *Vat) {
	if len(v.objects) == 0 {
		return
	}
	t := v.nextTurn(w.choose(len(v.objects)))
	for _, r := range t.refs {
		if w.choose(2) == 0 {
			w.hold(v, r)
		}
	}
	if t.result == nil {
		return
	}
	if w.choose(4) == 0 {
		v.resolvers = append(v.resolvers, &resolver{promise: t.result, shadow: t.msg.result})
		return
	}
	w.settle(v, t.result, t.msg.result, false, t.refs...)
}

// nextTurn takes the next turn of the object number i of those that have some.
func (v *Vat) nextTurn(i int) *turn {
	o := v.objects[i]
	t := o.turns[0]
	o.turns = slices.Delete(o.turns, 0, 1)
	if len(o.turns) == 0 {
		v.objects = slices.Delete(v.objects, i, i+1)
	}
	return t
}

// carrySome takes some operations over a link from v.
func (w *World) carrySome(v *Vat) {
	if len(v.links) == 0 {
		return
	}
	l := v.links[w.choose(len(v.links))]
	if l.slow {
		return
	}
	for range 1 + w.choose(4)*w.choose(4) {
		if w.err != nil || !w.carry(l) {
			return
		}
	}
}

// slow lets a link from v stand still, or go on: then messages by other ways have time to overtake.
func (w *World) slow(v *Vat) {
	if len(v.links) > 0 {
		l := v.links[w.choose(len(v.links))]
		l.slow = !l.slow
	}
}

// cutOrGiveUp cuts a link of v, or lets the time pass that a session waits. A link may be slower than that, so it, too, may
// break things.
func (w *World) cutOrGiveUp(v *Vat) {
	switch {
	case len(v.waits) > 0:
		w.cuts++
		w.giveUp(v)
	case len(v.links) > 0 && w.choose(5) == 0:
		w.cut(v.links[w.choose(len(v.links))])
	}
}

// cut cuts a link, with all that is on it.
func (w *World) cut(l *link) {
	w.cuts++
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
	s := v.waits[0]
	v.waits = v.waits[1:]
	v.core.GiveUp(s)
}

// collect lets the garbage collector find what nobody reaches, and tells the cores.
func (w *World) collect() {
	runtime.GC()
	for _, v := range w.vats {
		v.tracked = slices.DeleteFunc(v.tracked, func(t tracked) bool {
			if t.isGone() {
				v.core.Dropped(t.session, t.pos)
				return true
			}
			return false
		})
		w.carryOut(v)
	}
}
