package core

import (
	"weak"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
)

// imported is one entry of a session's import table: an object or a promise of the peer, and how often the peer sent it.
//
// The table does not keep the node alive. Whatever can still send to it does: references of the program, messages that wait,
// promises that became it, export tables of other sessions; and a promise is kept by whatever waits for its outcome. When
// nothing does, the driver hears of it from the garbage collector and calls [Vat.Dropped]. If the peer sends the position again in between, a new node takes the place of the old
// one, and the drop of the old one is void.
//
// One of the two pointers is set, the other is zero.
type imported struct {
	count   uint64
	object  weak.Pointer[Import]
	promise weak.Pointer[Promise]
	// listener is the position of the resolver that is told the outcome of the promise.
	listener ExportPos
}

// node returns the node of the entry, nil if it is gone.
func (e *imported) node() Cap {
	if i := e.object.Value(); i != nil {
		return i
	}
	if p := e.promise.Value(); p != nil {
		return p
	}
	return nil
}

// importAt counts one occurrence of a position of the peer in a message of the peer, and returns its node. A position keeps
// its node as long as anybody holds it, whatever the kind of descriptor that it comes back in.
//
// Spec: CapTP#descimport-object, CapTP#descimport-promise
func (s *Session) importAt(d wire.Desc) (Cap, error) {
	pos := ImportPos(d.Pos)
	e := s.imports.at(pos)
	if e == nil {
		if lim := s.vat.limits.Imports; s.imports.len() >= lim {
			return nil, &LimitError{Limit: "Imports", Max: lim}
		}
		e = &imported{}
		s.imports.add(pos, e)
		s.countEntry(importBytes)
	}
	e.count++
	if node := e.node(); node != nil {
		return node, nil
	}
	s.stopListening(e)
	if d.Kind == wire.ImportPromise {
		return s.importPromise(e, pos), nil
	}
	i := &Import{session: s, pos: pos}
	e.object, e.promise = weak.Make(i), weak.Pointer[Promise]{}
	s.vat.emit(Effect{Kind: Track, Cap: i, Session: s, Pos: pos})
	return i, nil
}

// importPromise makes the node of a promise of the peer, and asks the peer to tell its outcome.
//
// Spec: CapTP#oplisten (Sending)
func (s *Session) importPromise(e *imported, pos ImportPos) *Promise {
	to := wire.Desc{Kind: wire.Export, Pos: uint64(pos)}
	p := &Promise{vat: s.vat, answer: true, state: stateRemote, route: routeTo(s, to)}
	p.session.Store(s)
	e.promise, e.object = weak.Make(p), weak.Pointer[Import]{}
	s.vat.emit(Effect{Kind: Track, Cap: p, Session: s, Pos: pos})
	p.route.listener = &export{kind: exportListener, listener: e.promise}
	e.listener = s.listenFor(to, p.route.listener)
	return p
}

// stopListening forgets the resolver that was to be told the outcome of a promise that is gone.
func (s *Session) stopListening(e *imported) {
	if e.listener != 0 {
		s.removeResolver(e.listener)
		e.listener = 0
	}
}

// pin keeps p alive if it is an import: something waits in it.
func (p *Promise) pin() {
	if e := p.route.listener; e != nil {
		e.promise = p
		p.waiting.patient.list.promise = p
	}
}

// unpin ends what pin began.
func (p *Promise) unpin() {
	if p.route != nil && p.route.listener != nil {
		p.route.listener.promise = nil
	}
}

// Dropped says that nothing reached the node of an import any longer. The peer is told, soon, that its object is let go of.
//
// Spec: CapTP#opgc-exports
func (v *Vat) Dropped(s *Session, pos ImportPos) {
	if s.state == stateEnded {
		return
	}
	if e := s.imports.at(pos); e != nil && e.node() == nil {
		s.imports.remove(pos)
		s.countEntry(-importBytes)
		s.stopListening(e)
		s.letGo(pos, e.count)
	}
	v.happen()
}

// Release lets go of an import at once. Whatever is sent to it from now on breaks. It has no effect on other capabilities,
// and none when it is repeated.
func (v *Vat) Release(c Cap) {
	i, ok := shorten(c).(*Import)
	if !ok || i.usable() != nil {
		return
	}
	i.released = true
	if e := i.session.imports.at(i.pos); e != nil && e.object.Value() == i {
		i.session.imports.remove(i.pos)
		i.session.countEntry(-importBytes)
		i.session.letGo(i.pos, e.count)
	}
	v.happen()
}
