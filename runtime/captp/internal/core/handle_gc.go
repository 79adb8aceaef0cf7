package core

import (
	"slices"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
)

const (
	// gcBatch is how many positions wait, at the most, before the peer is told that we let go of them.
	gcBatch = 64
	// gcAge is how often [Vat.AgeGC] is called, at the most, before the peer is told although there is nothing else to tell it.
	gcAge = 4
)

// handleGCExports lets go of objects and promises of ours on the word of the peer.
//
// Spec: CapTP#opgc-exports
func (s *Session) handleGCExports(op *wire.GCExports) {
	s.vat.work += len(op.Pos) / workPositions
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
	s.vat.work += len(op.Pos) / workPositions
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
	if s.gcAge == 0 {
		s.vat.gcFresh = true
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
	s.gcAge = 0
}

// ageGC is AgeGC for one session. It reports whether nothing waits any longer.
func (s *Session) ageGC() bool {
	if s.gcAge++; s.gcAge >= gcAge {
		s.flushGC()
	}
	if s.state == stateUp && len(s.gcExports.Pos)+len(s.gcAnswers.Pos) > 0 {
		return false
	}
	s.gcScheduled, s.gcAge = false, 0
	return true
}

// gcAtOnce returns how many of n positions fit into one operation: all of them, or one in dialects without lists, so that a
// message never holds more than one operation.
func (s *Session) gcAtOnce(n int) int {
	if s.dialect.GC == wire.GCOne {
		return 1
	}
	return n
}

// GCPending says whether anything may wait to be let go of. The driver then calls [Vat.AgeGC] every now and then.
func (v *Vat) GCPending() bool { return len(v.gcDue) > 0 }

// GCFresh says whether any of it has come since AgeGC was called last. The driver then calls AgeGC within a few milliseconds.
func (v *Vat) GCFresh() bool { return v.gcFresh }

// AgeGC makes what waits to be let go of older. What is fresh waits for more to go with it. What was there before goes with the next
// operation that is sent to the peer, see [Vat.Dirty], and by itself after some calls: a message by itself costs both sides more than
// the same as a part of another one, and can hold the next one up.
func (v *Vat) AgeGC() {
	v.gcFresh = false
	v.gcDue = slices.DeleteFunc(v.gcDue, (*Session).ageGC)
	if len(v.gcDue) == 0 {
		v.gcDue = emptied(v.gcDue)
	}
}
