package core

import (
	"weak"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
)

// exportKind says what a peer holds by an export position.
//
//	bootstrap  the object that answers fetch; the position is 0, and the entry stays as long as the session
//	cap        an object or promise of ours
//	answer     the resolver of a question: an object that is there to be told the outcome, once
//	listener   the resolver of an op:listen of ours to a promise of the peer
//	flush      the resolver of an op:listen that is there to find out when a route is empty (see route.go)
//
// A cap entry lives until the peer has let go of every occurrence that was sent. The resolvers live until they are told; what
// the peer says of them afterwards means nothing, and the position is never used again.
type exportKind uint8

const (
	exportBootstrap exportKind = iota + 1
	exportCap
	exportAnswer
	exportListener
	exportFlush
)

// export is one entry of a session's export table.
type export struct {
	kind        exportKind
	hasQuestion bool
	cap         Cap

	// number is, of a cap, how many occurrences of it the peer was sent and has not let go of; of an answer, the position that the peer keeps
	// the answer under, if hasQuestion. The table may have very many entries.
	number uint64

	promise  *Promise              // answer, flush: what is settled; listener: the same, while something waits in it
	listener weak.Pointer[Promise] // listener: what is settled, if anybody still needs it
}

// openTables makes the tables of a session that comes up.
//
// Spec: CapTP#the-bootstrap-object
func (s *Session) openTables() {
	s.bootstrap = &Object{vat: s.vat, Host: s}
	s.exports.add(0, &export{kind: exportBootstrap, cap: s.bootstrap})
	s.knowExport(s.bootstrap, 0)
	s.nextExport, s.nextQuest = 1, 1
}

// export counts one occurrence of c, an object or promise of ours, in a message to the peer, and returns how it is named
// there. The same object keeps its position as long as the peer holds it.
//
// Spec: CapTP#descimport-object, CapTP#descimport-promise
func (s *Session) export(c Cap) wire.Desc {
	pos, ok := s.exportPos(c)
	if !ok {
		pos = s.addExport(&export{kind: exportCap, cap: c})
		s.knowExport(c, pos)
		s.holdCap(c)
	}
	s.exports.at(pos).number++
	kind := wire.ImportObject
	if _, ok := c.(*Promise); ok {
		kind = wire.ImportPromise
	}
	return wire.Desc{Kind: kind, Pos: uint64(pos)}
}

// exportPos returns the position at which the peer holds c, if it does.
func (s *Session) exportPos(c Cap) (ExportPos, bool) {
	if o, ok := c.(*Object); ok && o.exportedTo == s {
		return o.exportedAt, true
	}
	pos, ok := s.exportOf[c]
	return pos, ok
}

// knowExport takes note that c is at pos. Most objects are held by one peer, and cost no entry of a map.
func (s *Session) knowExport(c Cap, pos ExportPos) {
	if o, ok := c.(*Object); ok && o.exportedTo == nil {
		o.exportedTo, o.exportedAt = s, pos
		return
	}
	if s.exportOf == nil {
		s.exportOf = make(map[Cap]ExportPos)
	}
	s.exportOf[c] = pos
}

// forgetExport ends what knowExport began.
func (s *Session) forgetExport(c Cap) {
	if o, ok := c.(*Object); ok && o.exportedTo == s {
		o.exportedTo, o.exportedAt = nil, 0
		return
	}
	if delete(s.exportOf, c); len(s.exportOf) == 0 {
		s.exportOf = nil // a map keeps the size that it once had
	}
}

// addExport enters e at a fresh position.
func (s *Session) addExport(e *export) ExportPos {
	pos := s.nextExport
	s.nextExport++
	s.exports.add(pos, e)
	s.countEntry(exportBytes)
	if e.kind != exportCap {
		s.resolvers++
	}
	return pos
}

// removeResolver takes out a resolver that was told its outcome, or whose promise is gone, or both.
func (s *Session) removeResolver(pos ExportPos) {
	if s.exports.at(pos) != nil {
		s.exports.remove(pos)
		s.countEntry(-exportBytes)
		s.resolvers--
	}
}

// roomForExports returns an error if n more entries are more than the export table may have. The bootstrap object does not count.
func (s *Session) roomForExports(n int) error {
	if lim := s.vat.limits.Exports; s.exports.len()-1+n > lim {
		return &LimitError{Limit: "Exports", Max: lim}
	}
	return nil
}

// question returns an entry for the resolver that is told the outcome of a question.
func (s *Session) question(result *Promise) *export {
	last := len(s.spent) - 1
	if last < 0 {
		return &export{kind: exportAnswer, promise: result}
	}
	e := s.spent[last]
	s.spent = s.spent[:last]
	e.kind, e.promise = exportAnswer, result
	return e
}

// maxSpent is how many entries of answered questions a session keeps for the next ones.
const maxSpent = 64

// forget lets the entry of a question that is answered be used again. Nothing else refers to it.
func (s *Session) forget(e *export) {
	*e = export{}
	if len(s.spent) < maxSpent {
		s.spent = append(s.spent, e)
	}
}

// exportResolver enters a resolver at a fresh position and returns how it is named in messages to the peer.
func (s *Session) exportResolver(e *export) wire.Desc {
	return wire.Desc{Kind: wire.ImportObject, Pos: uint64(s.addExport(e))}
}

// resolverAt returns the resolver of ours that the peer means by d, nil if it means something else.
func (s *Session) resolverAt(d wire.Desc) *export {
	if d.Kind != wire.Export {
		return nil
	}
	if e := s.exports.at(ExportPos(d.Pos)); e != nil && e.cap == nil {
		return e
	}
	return nil
}

// release takes back delta occurrences of an export. The peer cannot take back more than it was sent.
//
// Spec: CapTP#opgc-exports
func (s *Session) release(pos ExportPos, delta uint64) error {
	e := s.exports.at(pos)
	switch {
	case e == nil && pos < s.nextExport:
		return nil // a resolver that was told, and forgotten for it
	case e == nil:
		return &ProtocolError{Op: "op:gc-exports", Spec: "CapTP#opgc-exports", Reason: "a position that was never exported"}
	case e.kind != exportCap:
		return nil
	case delta > e.number:
		return &ProtocolError{Op: "op:gc-exports", Spec: "CapTP#opgc-exports", Reason: "a delta over the number of references sent"}
	}
	e.number -= delta
	if e.number == 0 {
		s.exports.remove(pos)
		s.countEntry(-exportBytes)
		s.forgetExport(e.cap)
		s.unholdCap(e.cap)
	}
	return nil
}

// holdCap says that the peer has c in one more way: as an export, or as a gift that it deposited.
func (s *Session) holdCap(c Cap) {
	switch c := c.(type) {
	case *Object:
		c.holders++
	case *Promise:
		s.hold(c, 1)
	}
}

// unholdCap says that the peer has c in that way no longer.
func (s *Session) unholdCap(c Cap) {
	switch c := c.(type) {
	case *Object:
		c.holders--
		if c.holders == 0 && c.bootstrapOf() == nil {
			s.vat.emit(Effect{Kind: Unreferenced, Object: c, Session: s})
		}
	case *Promise:
		s.hold(c, -1)
	}
}

// exported returns what the peer means by position pos of ours. A position that was never exported is a breach of the
// protocol; one that the peer has let go of is only a mistake.
//
// Spec: CapTP#descexport
func (s *Session) exported(pos ExportPos) (Cap, error) {
	e := s.exports.at(pos)
	switch {
	case e != nil && e.cap != nil:
		return e.cap, nil
	case e == nil && pos >= s.nextExport:
		return nil, &ProtocolError{Op: "desc:export", Spec: "CapTP#descexport", Reason: "a position that was never exported"}
	default:
		return nil, &TargetError{Reason: "the export position is no longer in use"}
	}
}
