package core

// This file counts the entries of tables of all sessions, in bytes: each costs little and is bounded by a limit of its own, but all of them
// together are a part of what a vat keeps for the sake of its peers.

// What an entry takes up, about, in bytes, with the node that it is about.
const (
	answerBytes   = 512 - promiseBytes // the promise counts by itself: see held.go
	exportBytes   = 256
	importBytes   = 1024
	listenerBytes = 256
	waitingBytes  = 256 // a message or path step that waits, beside its arguments
	giftBytes     = 1024
)

// countEntry counts an entry of so many bytes, or, if that is less than zero, counts one no longer.
func (s *Session) countEntry(bytes int) {
	if s.state != stateEnded {
		s.vat.entries += bytes
	}
}

// entryBytes returns what the entries of the session take up, with the gifts that its peer has deposited.
func (s *Session) entryBytes() int { return s.tableBytes() + giftBytes*s.vat.gifts.Lying(s.id) }

// entryBytes returns what the entries of all sessions take up, with all gifts.
func (v *Vat) entryBytes() int {
	gifts, _ := v.gifts.Len()
	return v.entries + giftBytes*gifts
}

// tableBytes returns what the entries of the session's tables take up, that of the bootstrap object left out.
func (s *Session) tableBytes() int {
	return answerBytes*s.answers.len() + exportBytes*max(0, s.exports.len()-1) + importBytes*s.imports.len() +
		listenerBytes*s.listeners + waitingBytes*s.queuedMessages
}
