package coretest

import (
	"io"
	"slices"
	"weak"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// carryOut does what the core of v asks for, and puts what it sends on the links. It is the driver of a vat, without threads.
func (w *World) carryOut(v *Vat) {
	for effects := v.core.Effects(); len(effects) > 0; effects = v.core.Effects() {
		for _, e := range effects {
			w.effect(v, e)
		}
	}
	w.useAgain()
	for _, s := range v.core.Dirty() {
		l := s.Host().(*link)
		out, ends := s.Take()
		start := 0
		for _, end := range ends {
			l.queue = append(l.queue, out[start:end])
			start = end
		}
	}
	if err := v.core.Check(); err != nil {
		w.fail("vat %d: %v", v.index, err)
	}
}

// lend takes note that b is lent to a vat until the effects are carried out, and returns it.
func (w *World) lend(b core.Body) core.Body {
	w.lent = append(w.lent, b)
	return b
}

// useAgain does what a driver may do with memory that it has lent to a vat, after the effects were carried out.
func (w *World) useAgain() {
	for _, b := range w.lent {
		for i := range b.Data {
			b.Data[i] = '?'
		}
		clear(b.Slots)
	}
	w.lent = w.lent[:0]
	w.decoder.Reset()
}

func (w *World) effect(v *Vat, e core.Effect) {
	switch e.Kind {
	case core.Run:
		w.arrived(v, e)
	case core.Notify:
		w.notified(v, e.Waiter.(*message), *e.Outcome)
	case core.Track:
		w.track(v, e)
	case core.Dial:
		v.dials = append(v.dials, *e.Peer)
		if w.choose(2) == 0 {
			w.dial(v, len(v.dials)-1)
		}
	case core.Introduce:
		v.proposed = append(v.proposed, e.Introduction)
		if w.choose(2) == 0 {
			w.introduce(v, len(v.proposed)-1)
		}
	case core.Wait:
		v.waits = append(v.waits, e.Session)
	case core.Ended:
		e.Session.Host().(*link).closed = true
	}
}

func (w *World) track(v *Vat, e core.Effect) {
	t := tracked{importKey: importKey{e.Session, e.Pos}}
	switch c := e.Cap.(type) {
	case *core.Import:
		t.object = weak.Make(c)
	case *core.Promise:
		t.promise = weak.Make(c)
	}
	v.tracked = append(v.tracked, t)
}

// carry takes one operation over a link, or the news that the link is closed. It reports whether there was any.
func (w *World) carry(l *link) bool {
	to := l.back.session
	if len(l.queue) == 0 {
		if !l.closed {
			return false
		}
		l.from.links = slices.DeleteFunc(l.from.links, func(o *link) bool { return o == l })
		l.to.core.Lost(to, io.EOF)
		w.carryOut(l.to)
		l.closed = false
		return true
	}
	data := l.queue[0]
	l.queue = l.queue[1:]
	op, n, err := w.decoder.Decode(data, wire.Limits{})
	w.lend(core.Body{Data: data})
	if err != nil || n != len(data) {
		w.fail("vat %d sent what cannot be read: %v: %q", l.from.index, err, data)
		return true
	}
	if abort, ok := op.(*wire.Abort); ok && w.cuts == 0 && abort.Reason != "crossed hellos" {
		w.fail("vat %d aborts: %s", l.from.index, abort.Reason)
	}
	if d, ok := op.(*wire.Deliver); ok {
		for _, slot := range d.Args.Slots {
			if slot.Desc.Kind == wire.Give {
				w.handoffs++
			}
		}
	}
	l.to.core.Receive(to, op)
	w.carryOut(l.to)
	return true
}

// arrived checks a message that reached an object, and queues its turn.
func (w *World) arrived(v *Vat, e core.Effect) {
	o := e.Object.Host.(*object)
	if o.vat != v {
		w.fail("vat %d runs an object of vat %d", v.index, o.vat.index)
	}
	var d syrup.Decoder
	d.Reset(e.Args.Data, syrup.Options{})
	d.List()
	m := w.messages[d.Int64()]
	w.note("vat %d: message %d arrives", v.index, m.id)
	m.delivered++
	switch end := m.target.end(); {
	case m.delivered > 1:
		w.fail("message %d arrived %d times", m.id, m.delivered)
	case end == nil || end.object != o:
		w.fail("message %d arrived at an object that it was not sent to", m.id)
	case len(e.Args.Slots) != len(m.args):
		w.fail("message %d arrived with %d references instead of %d", m.id, len(e.Args.Slots), len(m.args))
	case o.heard[m.ref] >= m.seq:
		w.fail("message %d, number %d of reference %d, arrived after number %d", m.id, m.seq, m.ref, o.heard[m.ref])
	case (e.Result != nil) != (m.result != nil):
		w.fail("message %d: result wanted %v, asked for %v", m.id, m.result != nil, e.Result != nil)
	}
	if w.err != nil {
		return
	}
	o.heard[m.ref] = m.seq
	t := &turn{object: o, msg: m, result: e.Result}
	for i, slot := range e.Args.Slots {
		t.refs = append(t.refs, w.received(v, slot.Cap, m.args[i]))
	}
	if len(o.turns) == 0 {
		v.objects = append(v.objects, o)
	}
	o.turns = append(o.turns, t)
}

// received returns the reference that v has for c, which it got as something that the world knows as sh.
func (w *World) received(v *Vat, c core.Cap, sh *shadow) *ref {
	w.identify(v, c, sh)
	if r := v.byCap[c]; r != nil {
		return r
	}
	return w.newRef(c, sh)
}

// identify checks that c can be what the world knows as sh.
func (w *World) identify(v *Vat, c core.Cap, sh *shadow) {
	end := sh.end()
	switch c := c.(type) {
	case nil:
		w.fail("vat %d got nothing in place of a reference", v.index)
	case *core.Object:
		if end == nil || end.object != c.Host.(*object) {
			w.fail("vat %d got an object of its own in place of another", v.index)
		}
	case *core.Import:
		if end == nil || end.object == nil || end.object.vat == v {
			w.fail("vat %d got an object of a peer in place of something else", v.index)
			return
		}
		k := importKey{c.Session(), c.Pos()}
		if known, ok := w.imports[k]; ok && known != end.object {
			w.fail("vat %d knows two objects by position %d", v.index, c.Pos())
		}
		w.imports[k] = end.object
		w.identifyNode(v, c, end.object)
	}
}

// notified checks the outcome of a call, or of whatever else was waited for.
func (w *World) notified(v *Vat, m *message, o core.Outcome) {
	m.outcomes++
	switch {
	case m.outcomes > 1:
		w.fail("message %d had %d outcomes", m.id, m.outcomes)
	case o.Broken:
		w.brokeWith(m, o)
		return
	}
	end := m.result.end()
	if c, ok := o.Value.Cap(); ok {
		if _, promise := c.(*core.Promise); promise {
			w.fail("the outcome of message %d is a promise", m.id)
		}
		w.hear(v, w.received(v, c, m.result))
		return
	}
	if end == nil || end.value == nil {
		w.fail("message %d was answered with %q, but the answer is %s", m.id, o.Value.Data, m.result)
		return
	}
	for _, r := range w.matches(v, o.Value, end.value) {
		w.hear(v, r)
	}
}

// hear lets the program of v hold a reference that came in an answer, or not.
func (w *World) hear(v *Vat, r *ref) {
	if w.err == nil && w.choose(2) == 0 {
		w.hold(v, r)
	}
}
