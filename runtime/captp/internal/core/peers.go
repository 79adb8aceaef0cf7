package core

import (
	"errors"
	"slices"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// peer is what a vat knows of another one that it has a session with, or wants one with. An entry is in the table exactly as
// long as one of its fields says something.
type peer struct {
	session  *Session // that is up
	outgoing *Session // that we opened, and that waits for the peer's hello
	parked   *Session // that the peer opened, and that waits for the end of one of these two
	dialling bool     // the driver was asked to connect
	// Of the dial that is under way, or the session that came of it.
	at         locator.Peer // where
	introduced bool         // at the word of a gifter

	postponed bool // it waits among others for its turn to be dialled
	waiting   []request
	// lost is a session that the peer ended before it was up, while requests wait: the peer may be about to call us.
	lost *Session
}

// request waits for a session with a peer, which is at the given location. It is for an object of the peer, for a gift, or for the session alone.
type request struct {
	fetch        bool
	swiss        locator.SwissNumber
	introduction *Introduction
	at           locator.Peer
	result       *Promise
}

// unreachable is the designator that peers announce that cannot be dialled. It names nobody: any number of peers use it.
const unreachable = "unreachable"

// ErrNobody is why a peer is not dialled whose location names nobody. [DialError] wraps it.
var ErrNobody = errors.New("the peer cannot be dialled")

// hasIdentity says whether two sessions with the same id are sessions with the same peer.
func hasIdentity(id locator.PeerID) bool { return id.Designator != unreachable && id.Designator != "" }

// isIdentified says whether the session is one with the peer that it names, to be used for whatever is meant for that peer. It
// is not if it came by one transport and names a location of another, whose netlayer might have known better.
func (s *Session) isIdentified() bool {
	id := s.peerID()
	return hasIdentity(id) && (id.Transport == s.location.Transport || id == s.proved)
}

// AddLocation says that the vat itself is reached at p.
func (v *Vat) AddLocation(p locator.Peer) { v.own[p.ID()] = struct{}{} }

func (v *Vat) isOwn(id locator.PeerID) bool {
	_, ok := v.own[id]
	return ok
}

// Connect resolves result to true once there is a session with p.
func (v *Vat) Connect(p locator.Peer, result *Promise) {
	v.ask(p, request{result: result})
	v.happen()
}

// Enliven makes result the promise of the object that ref names. An object of this vat is found without a session.
//
// Spec: CapTP#fetch-method
func (v *Vat) Enliven(ref locator.SturdyRef, result *Promise) {
	if v.isOwn(ref.Peer.ID()) {
		v.resolve(result, v.lookup(ref.Swiss))
	} else {
		v.ask(ref.Peer, request{fetch: true, swiss: ref.Swiss, result: result})
	}
	v.happen()
}

// Fetch makes result the promise of the object that the peer of s has under a swiss number. The session is up. It reports whether the peer
// is asked; if not, result is broken. That a peer is alive has to be found out however much it holds, so a few such questions may be
// under way beyond Limits.Exports.
//
// Spec: CapTP#fetch-method
func (v *Vat) Fetch(s *Session, swiss locator.SwissNumber, result *Promise) bool {
	err := s.roomForExports(1 - signsOfLife)
	if err == nil {
		s.sendDescribed(wire.Desc{Kind: wire.Export, Pos: 0}, wire.Body{Data: fetchArgs(swiss)}, result)
	} else {
		v.breakWith(result, err)
	}
	v.happen()
	return err == nil
}

// ask makes the request in the session with p, now or when there is one.
func (v *Vat) ask(at locator.Peer, r request) {
	id := at.ID()
	r.at = at
	switch {
	case v.isOwn(id):
		v.breakWith(r.result, &DialError{Peer: id, Err: errors.New("the location is our own")})
		return
	case !hasIdentity(id):
		v.breakWith(r.result, &DialError{Peer: id, Err: ErrNobody})
		return
	}
	p := v.peer(at)
	if p.session != nil {
		p.session.request(r)
		return
	}
	if lim := v.limits.QueuedMessages; len(p.waiting) >= lim {
		v.breakWith(r.result, &DialError{Peer: id, Err: &LimitError{Limit: "QueuedMessages", Max: lim}})
		return
	}
	p.waiting = append(p.waiting, r)
	if p.outgoing != nil || p.dialling || p.lost != nil {
		return
	}
	v.dial(p)
}

// dial has the driver connect to a peer, for the sake of what waits for it: of what the program wants first. Introductions take no
// more than half of the dials; what is more of them waits for its turn.
func (v *Vat) dial(p *peer) {
	id := p.waiting[0].at.ID()
	p.waiting = slices.DeleteFunc(p.waiting, func(r request) bool { return r.introduction != nil && !r.introduction.isUnderWay() })
	ours := slices.IndexFunc(p.waiting, func(r request) bool { return r.introduction == nil })
	lim := v.limits.Dials
	if ours >= 0 && v.dialling >= lim {
		err := &DialError{Peer: id, Err: &LimitError{Limit: "Dials", Max: lim}}
		p.breakWhere(v, err, func(r request) bool { return r.introduction == nil })
		ours = -1
	}
	switch {
	case len(p.waiting) == 0:
		v.forget(id)
	case ours >= 0:
		v.dialAt(p, p.waiting[ours].at, false)
	case v.dialling < max(1, lim/2):
		v.dialAt(p, p.waiting[0].at, true)
	case !p.postponed:
		p.postponed = true
		v.postponed = append(v.postponed, p)
	}
}

func (v *Vat) dialAt(p *peer, at locator.Peer, introduced bool) {
	p.dialling, p.at, p.introduced = true, at, introduced
	v.dialling++
	v.emit(Effect{Kind: Dial, Peer: &at, Introduced: introduced})
}

// dialPostponed dials peers that wait for their turn, as far as there is room.
func (v *Vat) dialPostponed() {
	for len(v.postponed) > 0 && v.dialling < max(1, v.limits.Dials/2) {
		next := v.postponed[0]
		v.postponed[0] = nil
		v.postponed = v.postponed[1:]
		next.postponed = false
		if next.isIdle() && next.lost == nil && len(next.waiting) > 0 {
			v.dial(next)
		}
	}
}

// breakWhere breaks what waits for a session with the peer and for which match holds.
func (p *peer) breakWhere(v *Vat, err error, match func(request) bool) {
	waiting := p.waiting
	p.waiting = nil
	for _, r := range waiting {
		if match(r) {
			v.breakWith(r.result, err)
		} else {
			p.waiting = append(p.waiting, r)
		}
	}
}

// request makes a request in the session, which is up.
func (s *Session) request(r request) {
	switch {
	case r.fetch:
		s.sendFetch(r.swiss, r.result)
	case r.introduction == nil:
		s.vat.resolve(r.result, Outcome{Value: Body{Data: []byte("t")}})
	case r.introduction.isUnderWay():
		s.withdraw(r.introduction)
	}
}

// SessionWith returns the session with a peer that is up, nil if there is none.
func (v *Vat) SessionWith(id locator.PeerID) *Session {
	if p := v.peers[id]; p != nil {
		return p.session
	}
	return nil
}

// peer returns the entry of a peer, which it makes if there is none.
func (v *Vat) peer(at locator.Peer) *peer {
	p := v.peers[at.ID()]
	if p == nil {
		p = &peer{}
		v.peers[at.ID()] = p
	}
	return p
}

// isIdle says whether there is no session with the peer, and none on its way.
func (p *peer) isIdle() bool { return p.session == nil && p.outgoing == nil && !p.dialling }

// forget drops the entry of a peer if it says nothing.
func (v *Vat) forget(id locator.PeerID) {
	if p := v.peers[id]; p != nil && p.isIdle() && len(p.waiting) == 0 {
		delete(v.peers, id)
	}
}

// fail breaks everything that waits for a session with the peer.
func (p *peer) fail(v *Vat, err error) {
	p.lost = nil
	p.breakWhere(v, err, func(request) bool { return true })
}

// dialledNow takes over a connection that the vat asked for.
func (v *Vat) dialledNow(s *Session) {
	p := v.peers[s.dialled]
	if p == nil || !p.dialling || p.session != nil {
		// In the meantime the peer called us, or nobody wants the session any longer.
		if p != nil && p.dialling {
			p.dialling = false
			v.dialling--
			v.dialPostponed()
		}
		s.end(&SessionError{Reason: "the session is not needed"})
		return
	}
	p.dialling = false
	v.dialling--
	p.outgoing = s
	v.dialPostponed()
	s.state = stateGreeted
	s.sendHello()
}

// DialFailed says that the connection that the vat asked for could not be made.
func (v *Vat) DialFailed(at locator.Peer, err error) {
	v.notDialled(at.ID(), err)
	v.happen()
}

// notDialled ends the dialling of a peer. What waits for a session breaks.
func (v *Vat) notDialled(id locator.PeerID, err error) {
	p := v.peers[id]
	if p == nil || !p.dialling {
		return
	}
	p.dialling = false
	v.dialling--
	if p.isIdle() {
		p.dialFailed(v, &DialError{Peer: id, Err: err})
	}
	v.forget(id)
	v.dialPostponed()
}

// dialFailed breaks what waits for the peer at the location that was dialled, in vain. What was dialled at the word of a gifter is no
// reason to break what the program wants of the peer, and a location that one names none to break what waits for the peer elsewhere:
// what is left has the peer dialled anew, where it is to be by that.
func (p *peer) dialFailed(v *Vat, err error) {
	p.lost = nil
	p.breakWhere(v, err, func(r request) bool { return r.at.Equal(p.at) && (r.introduction != nil || !p.introduced) })
	if len(p.waiting) > 0 {
		v.dial(p)
	}
}

// displace takes a session out of the table that loses to one with the same peer.
func (v *Vat) displace(s *Session) {
	p := v.peers[s.peerID()]
	if p.outgoing == s {
		p.outgoing = nil
	}
	if p.session == s {
		p.session = nil
	}
}

// established enters a session that is up into the table, and makes the requests that wait for it.
func (v *Vat) established(s *Session) {
	v.emit(Effect{Kind: Established, Session: s})
	if !s.isIdentified() {
		return
	}
	p := v.peer(s.Peer())
	if p.outgoing == s {
		p.outgoing = nil
	}
	p.session = s
	waiting := p.waiting
	p.waiting, p.lost = nil, nil
	for _, r := range waiting {
		s.request(r)
	}
}

// ended takes a session that is over out of the table. A session of the same peer that waited for this takes its place;
// otherwise what still waits for a session breaks.
func (v *Vat) ended(s *Session, wasUp bool) {
	delete(v.sessions, s)
	id := s.peerID()
	p := v.peers[id]
	if p == nil {
		return
	}
	switch s {
	case p.session:
		p.session = nil
	case p.outgoing:
		p.outgoing = nil
	case p.parked:
		p.parked = nil
		return
	default:
		return
	}
	if next := p.parked; next != nil {
		p.parked = nil
		next.admit()
		return
	}
	if s.err.Remote && !wasUp && len(p.waiting) > 0 {
		// The peer may have ended this session because it called us itself at the same time, and its hello is still on the
		// way on the other connection.
		p.lost = s
		v.emit(Effect{Kind: Wait, Session: s})
		return
	}
	if p.isIdle() {
		p.dialFailed(v, s.err)
	}
	v.forget(id)
}

// stopWaiting breaks what still waits for a session with the peer of s, which ended before it was up.
func (v *Vat) stopWaiting(s *Session) {
	p := v.peers[s.peerID()]
	if p == nil || p.lost != s {
		return
	}
	p.dialFailed(v, s.err)
	v.forget(s.peerID())
}
