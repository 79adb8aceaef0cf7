package core

import "slices"

// This file says who goes when there are more connections than may be.
//
// A peer that calls finds the vat full only if all sessions are in use: otherwise the one goes of which neither side will miss anything.
// Whoever holds nothing cannot keep others out, however many connections it has. Nor can strangers, who have not said who they are: the
// oldest of them goes.

// admitConnection counts a new connection, and ends others that it takes the place of. It returns an error if there is no room.
func (v *Vat) admitConnection(s *Session) error {
	v.sessions[s] = struct{}{}
	if v.isCrowded() && !v.isOurDial(s) {
		err := &LimitError{Limit: "Sessions", Max: v.limits.Sessions}
		unused := v.longestUnused()
		if unused == nil {
			return err
		}
		unused.abort(err)
	}
	if !s.isDialled() {
		v.addStranger(s)
	}
	return nil
}

func (v *Vat) isCrowded() bool { return len(v.sessions) > v.limits.Sessions }

// isOurDial says whether the program has had the peer dialled.
func (v *Vat) isOurDial(s *Session) bool {
	p := v.peers[s.dialled]
	return s.isDialled() && p != nil && !p.introduced
}

// longestUnused returns the session that is not in use and on which nothing was received for longest, nil if there is none.
func (v *Vat) longestUnused() *Session {
	var longest *Session
	for s := range v.sessions {
		if s.isUnused() && (longest == nil || s.heard < longest.heard) {
			longest = s
		}
	}
	return longest
}

// isUnused says whether a session is up that the peer has opened, neither side holds anything of the other, nor waits for anything, and
// nothing has come that was not looked at. Half a message does not count, or else a trickle would keep others out.
func (s *Session) isUnused() bool {
	return s.state == stateUp && !s.isDialled() &&
		s.exports.len() == 1 && // the bootstrap object
		s.imports.len()+s.answers.len()+s.questions+s.listeners+s.queuedMessages+s.introductions+s.held == 0 &&
		s.vat.gifts.Lying(s.id) == 0 && !s.unread()
}

// addStranger counts a session whose peer has called and is not up yet. If there are too many, the oldest one goes.
func (v *Vat) addStranger(s *Session) {
	s.isStranger = true
	v.strangers++
	v.strangersByAge = append(v.strangersByAge, s)
	for v.strangers > v.limits.Unestablished {
		oldest := v.strangersByAge[0]
		v.strangersByAge = v.strangersByAge[1:]
		if oldest.isStranger {
			oldest.abort(&LimitError{Limit: "Unestablished", Max: v.limits.Unestablished})
		}
	}
	if len(v.strangersByAge) > 2*v.strangers+1 {
		v.strangersByAge = slices.DeleteFunc(v.strangersByAge, func(s *Session) bool { return !s.isStranger })
	}
}

// removeStranger says that a session is up, or has ended.
func (s *Session) removeStranger() {
	if s.isStranger {
		s.isStranger = false
		s.vat.strangers--
	}
}
