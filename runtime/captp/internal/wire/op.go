package wire

// Op is an operation: *[StartSession], *[Abort], *[Deliver], *[Resolve], *[Listen], *[Get], *[Index], *[Untag],
// *[GCExports] or *[GCAnswers].
//
// Spec: CapTP#operations
type Op interface{ op() }

// The labels of operations. The singular ones of the gc operations, and op:deliver-only, are those of older dialects.
const (
	opStartSession = "op:start-session"
	opAbort        = "op:abort"
	opDeliver      = "op:deliver"
	opDeliverOnly  = "op:deliver-only"
	opListen       = "op:listen"
	opGet          = "op:get"
	opIndex        = "op:index"
	opUntag        = "op:untag"
	opGCExports    = "op:gc-exports"
	opGCExport     = "op:gc-export"
	opGCAnswers    = "op:gc-answers"
	opGCAnswer     = "op:gc-answer"
)

// The heads of operations, as they are sent.
const (
	headStartSession = "<16'" + opStartSession
	headAbort        = "<8'" + opAbort
	headDeliver      = "<10'" + opDeliver
	headDeliverOnly  = "<15'" + opDeliverOnly
	headListen       = "<9'" + opListen
	headGet          = "<6'" + opGet
	headIndex        = "<8'" + opIndex
	headUntag        = "<8'" + opUntag
	headGCExports    = "<13'" + opGCExports
	headGCExport     = "<12'" + opGCExport
	headGCAnswers    = "<13'" + opGCAnswers
	headGCAnswer     = "<12'" + opGCAnswer
)
