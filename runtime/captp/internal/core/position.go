package core

// The four position spaces of a session. A position is chosen by one side and means nothing outside of its session; the
// types keep the spaces apart, and translate.go is the only place where a position changes sides.
type (
	// ExportPos names an object or promise of ours in the peer's messages. We choose it; 0 is the bootstrap object.
	ExportPos uint64
	// ImportPos names an object or promise of the peer. The peer chose it.
	ImportPos uint64
	// QuestionPos names the answer to a message of ours. We choose it.
	QuestionPos uint64
	// AnswerPos names our answer to a message of the peer. The peer chose it.
	AnswerPos uint64
)
