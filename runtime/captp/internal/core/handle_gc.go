package core

import "github.com/ocapn-go/ocapn/runtime/captp/internal/wire"

// gcBatch is how many positions wait, at the most, before the peer is told that we let go of them.
const gcBatch = 64

// handleGCExports lets go of objects and promises of ours on the word of the peer.
//
// Spec: CapTP#opgc-exports
func (s *Session) handleGCExports(op *wire.GCExports) {
	for i, pos := range op.Pos {
		if err := s.release(ExportPos(pos), op.Delta[i]); err != nil {
			s.abort(err)
			return
		}
	}
}

// handleGCAnswers lets go of answers of ours on the word of the peer. The peer may use the positions again.
//
// Spec: CapTP#opgc-answers
func (s *Session) handleGCAnswers(op *wire.GCAnswers) {
	for _, pos := range op.Pos {
		s.dropAnswer(AnswerPos(pos))
	}
}

// letGo tells the peer, soon, that delta occurrences of one of its positions are not needed any longer.
//
// Spec: CapTP#opgc-exports
func (s *Session) letGo(pos ImportPos, delta uint64) {
	s.gcExports.Pos = append(s.gcExports.Pos, uint64(pos))
	s.gcExports.Delta = append(s.gcExports.Delta, delta)
	s.scheduleGC()
}

// letGoAnswer tells the peer, soon, that nothing will be sent to an answer of it any longer.
//
// Spec: CapTP#opgc-answers
func (s *Session) letGoAnswer(pos QuestionPos) {
	s.gcAnswers.Pos = append(s.gcAnswers.Pos, uint64(pos))
	s.scheduleGC()
}

func (s *Session) scheduleGC() {
	if !s.gcScheduled {
		s.gcScheduled = true
		s.vat.gcDue = append(s.vat.gcDue, s)
	}
	if len(s.gcExports.Pos) >= gcBatch || len(s.gcAnswers.Pos) >= gcBatch {
		s.flushGC()
	}
}

// flushGC sends what waits to be let go of.
func (s *Session) flushGC() {
	if s.state != stateUp {
		return
	}
	exports, answers := s.gcExports, s.gcAnswers
	for i, n := 0, len(exports.Pos); i < n; i += s.gcAtOnce(n) {
		end := i + s.gcAtOnce(n)
		s.send(&wire.GCExports{Pos: exports.Pos[i:end], Delta: exports.Delta[i:end]})
	}
	for i, n := 0, len(answers.Pos); i < n; i += s.gcAtOnce(n) {
		s.send(&wire.GCAnswers{Pos: answers.Pos[i : i+s.gcAtOnce(n)]})
	}
	s.gcExports = wire.GCExports{Pos: exports.Pos[:0], Delta: exports.Delta[:0]}
	s.gcAnswers = wire.GCAnswers{Pos: answers.Pos[:0]}
}

// gcAtOnce returns how many of n positions fit into one operation: all of them, or one in dialects without lists, so that a
// message never holds more than one operation.
func (s *Session) gcAtOnce(n int) int {
	if s.dialect.GC == wire.GCOne {
		return 1
	}
	return n
}

// GCPending says whether anything waits to be let go of. The driver then calls [Vat.FlushGC] within a few milliseconds.
func (v *Vat) GCPending() bool { return len(v.gcDue) > 0 }

// FlushGC sends the gc operations that wait in any session.
func (v *Vat) FlushGC() {
	for _, s := range v.gcDue {
		s.gcScheduled = false
		s.flushGC()
	}
	v.gcDue = emptied(v.gcDue)
}
