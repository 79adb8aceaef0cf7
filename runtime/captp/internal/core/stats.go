package core

// Stats counts what a vat keeps. Everything but Sessions and Registered is zero in a vat at rest whose peers and program hold
// nothing.
type Stats struct {
	Sessions   int // connections, those that are being set up included
	Up         int // sessions that are set up
	Peers      int // peers that are connected, being dialled, or asked for
	Registered int // objects that can be fetched

	Gifts         int // deposited here, and not withdrawn
	Withdrawals   int // of peers that wait for a deposit
	Introductions int // handoffs to us that are under way
	SessionStats
}

// SessionStats counts what a session keeps.
type SessionStats struct {
	Exports        int // objects and promises of ours that the peer holds, the bootstrap object left out
	Imports        int // objects and promises of the peer that we hold
	Questions      int // messages whose outcome the peer has not told yet
	Answers        int // answers of ours that the peer has not let go of
	Listeners      int // resolvers of the peer that wait for an outcome
	Resolvers      int // resolvers of ours that the peer has not used yet
	QueuedMessages int // messages of the peer that wait in promises
	QueuedBytes    int // their size, references left out
	HeldBytes      int // what is kept for the peer in answers, promises and messages
	EntryBytes     int // what the entries of tables take up beside that: see entries.go
	PendingGC      int // positions that the peer was not told of yet
}

// Stats counts what the session keeps, at the same cost however much that is.
func (s *Session) Stats() SessionStats {
	return SessionStats{
		Exports: max(0, s.exports.len()-1-s.resolvers), // the bootstrap object left out
		Imports: s.imports.len(), Questions: s.questions, Answers: s.answers.len(), Listeners: s.listeners, Resolvers: s.resolvers,
		QueuedMessages: s.queuedMessages, QueuedBytes: s.queuedBytes, HeldBytes: s.held,
		EntryBytes: s.entryBytes(),
		PendingGC:  len(s.gcExports.Pos) + len(s.gcAnswers.Pos),
	}
}

// Stats adds up what the sessions of the vat keep.
func (v *Vat) Stats() Stats {
	st := Stats{Sessions: len(v.sessions), Peers: len(v.peers), Registered: len(v.registered)}
	st.Gifts, st.Withdrawals = v.gifts.Len()
	st.Introductions = len(v.introductions)
	for s := range v.sessions {
		if s.state == stateUp {
			st.Up++
		}
		st.add(s.Stats())
	}
	return st
}

func (s *SessionStats) add(o SessionStats) {
	s.Exports += o.Exports
	s.Imports += o.Imports
	s.Questions += o.Questions
	s.Answers += o.Answers
	s.Listeners += o.Listeners
	s.Resolvers += o.Resolvers
	s.QueuedMessages += o.QueuedMessages
	s.QueuedBytes += o.QueuedBytes
	s.HeldBytes += o.HeldBytes
	s.EntryBytes += o.EntryBytes
	s.PendingGC += o.PendingGC
}
