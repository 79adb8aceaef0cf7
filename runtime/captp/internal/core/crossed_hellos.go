package core

// crossing returns a session that we opened to the peer that just opened s to us, if the two cross: ours is not set up yet,
// or nothing has happened on it since. (A peer that says hello before it has read ours makes ours look set up before we can
// know of the crossing.)
//
// Spec: CapTP#crossed-hellos-resolution
func (v *Vat) crossing(s *Session) *Session {
	if s.isDialled() || !hasIdentity(s.peerID()) {
		return nil
	}
	p := v.peers[s.peerID()]
	if p == nil {
		return nil
	}
	if p.outgoing != nil {
		return p.outgoing
	}
	if p.session != nil && p.session.isDialled() && !p.session.exchanged {
		return p.session
	}
	return nil
}

// resolveCrossedHellos ends one of two sessions that the two peers opened at the same time: s, which the peer opened, and
// ours. Of the two sessions the one lives whose opener's session key has the higher public identifier; both sides see the
// same two keys.
//
// Spec: CapTP#crossed-hellos-resolution
func (s *Session) resolveCrossedHellos(ours *Session) {
	err := &ProtocolError{Op: "op:start-session", Spec: "CapTP#crossed-hellos-resolution", Reason: "crossed hellos"}
	if ours.key.Public().ID().Compare(s.hello.Key.ID()) > 0 {
		s.abort(err)
		return
	}
	// The peer's session takes over before ours goes, so that what waits for a session with the peer waits on.
	s.vat.displace(ours)
	s.admit()
	ours.abort(err)
}
