package core

// crossing returns a session that we opened to the peer that just opened s to us, if the two cross: ours is not set up yet,
// or nothing has happened on it since. (A peer that says hello before it has read ours makes ours look set up before we can
// know of the crossing.)
//
// Spec: CapTP#crossed-hellos-resolution
func (p *peer) crossing(s *Session) *Session {
	switch {
	case s.isDialled():
		return nil
	case p.outgoing != nil:
		return p.outgoing
	case p.session != nil && p.session.isDialled() && !p.session.exchanged:
		return p.session
	}
	return nil
}

// resolveCrossedHellos ends one of two sessions that the two peers opened at the same time: s, which the peer opened, and
// ours. Of the two sessions the one lives whose opener's session key has the higher public identifier; both sides see the
// same two keys.
//
// If the netlayer has proved who answers on our session, but not who called on s, then s cannot end ours: anybody can claim
// a location and find a key that is higher. It is parked. If the call is the peer's own, the peer comes to the same result
// and aborts our session, and s takes its place.
//
// Spec: CapTP#crossed-hellos-resolution
func (s *Session) resolveCrossedHellos(ours *Session) {
	err := &ProtocolError{Op: "op:start-session", Spec: "CapTP#crossed-hellos-resolution", Reason: "crossed hellos"}
	switch {
	case ours.key.Public().ID().Compare(s.hello.Key.ID()) > 0:
		s.abort(err)
	case ours.isProved() && !s.isProved():
		s.park()
	default:
		// The peer's session takes over before ours goes, so that what waits for a session with the peer waits on.
		s.vat.displace(ours)
		s.admit()
		ours.abort(err)
	}
}
