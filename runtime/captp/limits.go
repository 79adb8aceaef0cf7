package captp

import (
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// Limits bounds what peers can make a vat keep, do or wait for, and what a program has under way to them. Zero fields mean the defaults of [DefaultLimits]. A session
// that goes over a limit is aborted, unless the field says otherwise.
type Limits struct {
	// Sessions bounds the connections of the vat, those that are being set up included. For one over the limit a session is aborted that a
	// peer has opened and in which neither side holds anything of the other, the one in which nothing has come for longest; if there is
	// none, the new one is. Those that the program asks for count, but are let in nevertheless. As many again may still be sending the
	// last of their output; what is more is closed without a word.
	Sessions int
	// Unestablished bounds the connections that peers have opened and on which no session is set up yet. For one over the limit the
	// oldest is aborted.
	Unestablished int
	// Dials bounds the peers that are being dialled at once. An attempt over the limit breaks. Introductions take no more than half
	// of it, and wait for their turn.
	Dials int
	// Exports bounds the objects and promises of ours that one peer holds. A message of ours with more breaks.
	Exports int
	// Imports bounds the objects and promises of one peer that we hold.
	Imports int
	// Answers bounds the answers that one peer has not let go of.
	Answers int
	// Listeners bounds the resolvers of one peer that wait for a promise.
	Listeners int
	// QueuedMessages bounds the messages of one peer that wait for a promise. It also bounds, for each peer that is being dialled, what
	// waits for that; what is more breaks.
	QueuedMessages int
	// HeldBytes bounds what is kept for the sake of one peer, in bytes: its messages that wait for a promise, and the promises that it
	// has not let go of, with their values. A promise counts for 256 more, a reference in a value or message for 48 more. A message to
	// the peer with promises whose values are too much is not sent; its answer breaks.
	HeldBytes int
	// StepBytes bounds the values, in bytes, in which one peer can have a path step (op:get, op:index, op:untag) taken. A step into a
	// longer one breaks.
	StepBytes int
	// Gives bounds the references in one message that are handed off: to objects of other peers. A message of ours with more breaks, and
	// so do the references of a peer's message that are more.
	Gives int
	// Gifts bounds the gifts that one peer has deposited here and nobody has withdrawn. For one over the limit the oldest goes.
	Gifts int
	// Withdrawals bounds the gifts that one peer waits for; a quarter of it, those that it waits for one gifter to deposit. A withdrawal
	// over the limit breaks.
	Withdrawals int
	// Gifters bounds the peers from which one peer has withdrawn gifts, as long as they are connected. A withdrawal over the limit
	// breaks.
	Gifters int
	// Handoffs bounds the handoffs to this vat that are under way at the word of one peer. The reference of one over the limit breaks.
	Handoffs int
	// Introductions bounds the handoffs at the word of one peer for which another peer is being called at once. More of them wait for
	// their turn. All of them together take no more than half of Dials.
	Introductions int
	// OutputBytes bounds the output for one peer that is not sent yet, in bytes, when the peer is to be told an outcome, with that
	// outcome. A message of the program's, or of another peer that is to be passed on, breaks instead.
	OutputBytes int

	// TargetMessages and TargetBytes are the window of each object of a peer: how many messages of the program's it may have without
	// having answered them, and how many bytes of arguments. More of them wait in [Call], [CallRef] and the like until there is room, or
	// the context of the message is done. A message that is longer than the window is sent when it is the only one.
	//
	// Messages wait in the order in which they came. Those of a turn do not wait, nor do those to parts of a result that is not here
	// yet; they count, too. A [Stream] has a window of its own.
	TargetMessages int
	TargetBytes    int
	// SessionMessages and SessionBytes are the window of each peer, for what goes to all of its objects and to promises that it
	// settles. One-way messages count here, until the connection has taken them. It is to be smaller than OutputHard, or else a peer that
	// does not read is not waited for but cut off.
	SessionMessages int
	SessionBytes    int

	// HandoffTime bounds a handoff: a gift that is not withdrawn in this time is forgotten, a withdrawal of a gift that is not deposited
	// and the reference of a receiver that has not got the gift break. They do so after half of it at the earliest. Messages that were
	// sent to that reference before are with the exporter, and end with its session if it never answers.
	HandoffTime time.Duration

	// TotalBytes bounds what is kept for the sake of all peers together, in bytes: what HeldBytes, InboxBytes, TurnBytes and OutputBytes are
	// about, the entries of tables, of 256 to 1024 each, and, where the netlayer tells (see [netlayer.Holder]), what is held for messages
	// that are not whole yet, but for the buffers of connections, of up to 64 KiB each. Over it, the session goes for which most is kept. Turns that sessions left behind which are over are not counted: see Turns.
	TotalBytes int

	// HelloBytes bounds the first message of a connection, in bytes.
	HelloBytes int
	// HandshakeTime is how long the setting up of a session may take. A peer that is asked for a sign of life, by [Vat.Shutdown], because
	// somebody else calls in its name, or because of IdleTime, has half of it.
	HandshakeTime time.Duration
	// IdleTime is how long nothing may come from a peer, or up to a quarter longer, before it is asked for a sign of life; the session is
	// aborted if it gives none. Less than zero is for ever.
	IdleTime time.Duration
	// DialTime is how long the making of a connection may take. A dial over the limit breaks what waits for it.
	DialTime time.Duration
	// MessageBytes bounds one message, in bytes. One of ours that is longer is not sent: its answer breaks.
	MessageBytes int
	// Depth bounds the nesting of a message.
	Depth int
	// Digits bounds the decimal digits of one integer.
	Digits int
	// Items bounds the items of one list or struct.
	Items int
	// References bounds the references in one message.
	References int
	// DecodedBytes bounds what the lists, structs and dynamic values of one message may take up once they are decoded, roughly
	// and in bytes. A message over the limit is refused; its answer breaks.
	DecodedBytes int

	// InboxBytes bounds the messages that were read from all connections but not yet looked at, in bytes, with what they became
	// when they were decoded, and 1 KiB for those that were read at once. Over it, reading from those stops of whose messages some were
	// not looked at.
	InboxBytes int
	// UnreadBytes bounds the same for each peer. Over it, reading from that peer stops.
	UnreadBytes int
	// Turns bounds the methods that run or wait to run at the word of one peer. Over it, reading from that peer slows down.
	//
	// It also bounds those that sessions left behind which are over, of all peers together. Over it, the contexts of those of the session
	// that has been over for longest end, and those that wait for their object are not run. Methods that do not return for that are no
	// reason to run more and more of them: when there are 16 times as many, messages of peers break.
	Turns int
	// TurnBytes bounds what these methods take up, in bytes: their messages, and 4 KiB each. Over it, reading from that peer slows
	// down; a session that goes over four times as much is aborted. It bounds what is left behind as Turns does.
	TurnBytes int
	// OutputSoft bounds the output for one peer that is not sent yet, in bytes. Over it, reading from that peer slows down.
	OutputSoft int
	// OutputHard bounds the same. A session that stays over it for OutputStall is aborted, unless at least a 64th of it was sent.
	OutputHard int
	// OutputStall is the time that goes with OutputHard.
	OutputStall time.Duration
	// DrainTime is how long the rest of the output may take when a session ended, before the connection is closed.
	DrainTime time.Duration
}

// DefaultLimits returns the limits of a vat that says nothing else.
func DefaultLimits() Limits {
	c := core.DefaultLimits()
	return Limits{
		Sessions:       c.Sessions,
		Unestablished:  c.Unestablished,
		Dials:          c.Dials,
		Exports:        c.Exports,
		Imports:        c.Imports,
		Answers:        c.Answers,
		Listeners:      c.Listeners,
		QueuedMessages: c.QueuedMessages,
		HeldBytes:      c.HeldBytes,
		StepBytes:      c.StepBytes,
		Gives:          c.Gives,
		Gifts:          c.Gifts,
		Withdrawals:    c.Withdrawals,
		Gifters:        c.Gifters,
		Handoffs:       c.Handoffs,
		Introductions:  c.Introductions,
		OutputBytes:    c.OutputBytes,

		TargetMessages:  1024,
		TargetBytes:     4 << 20,
		SessionMessages: 8192,
		SessionBytes:    8 << 20,

		HandoffTime: 5 * time.Minute,

		TotalBytes: 1 << 30,

		HelloBytes:    16 << 10,
		HandshakeTime: 10 * time.Second,
		IdleTime:      10 * time.Minute,
		DialTime:      30 * time.Second,
		MessageBytes:  16 << 20,
		Depth:         256,
		Digits:        16384,
		Items:         1 << 20,
		References:    1 << 16,
		DecodedBytes:  64 << 20,

		InboxBytes:  64 << 20,
		UnreadBytes: 4 << 20,
		Turns:       2000,
		TurnBytes:   64 << 20,
		OutputSoft:  4 << 20,
		OutputHard:  16 << 20,
		OutputStall: 30 * time.Second,
		DrainTime:   time.Second,
	}
}

// orDefault returns l with the defaults in place of zero fields.
func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	for _, f := range []struct{ have, def *int }{
		{&l.Sessions, &d.Sessions},
		{&l.Unestablished, &d.Unestablished},
		{&l.Dials, &d.Dials},
		{&l.Exports, &d.Exports},
		{&l.Imports, &d.Imports},
		{&l.Answers, &d.Answers},
		{&l.Listeners, &d.Listeners},
		{&l.QueuedMessages, &d.QueuedMessages},
		{&l.HeldBytes, &d.HeldBytes},
		{&l.StepBytes, &d.StepBytes},
		{&l.Gives, &d.Gives},
		{&l.Gifts, &d.Gifts},
		{&l.Withdrawals, &d.Withdrawals},
		{&l.Gifters, &d.Gifters},
		{&l.Handoffs, &d.Handoffs},
		{&l.Introductions, &d.Introductions},
		{&l.OutputBytes, &d.OutputBytes},
		{&l.TargetMessages, &d.TargetMessages},
		{&l.TargetBytes, &d.TargetBytes},
		{&l.SessionMessages, &d.SessionMessages},
		{&l.SessionBytes, &d.SessionBytes},
		{&l.TotalBytes, &d.TotalBytes},
		{&l.HelloBytes, &d.HelloBytes},
		{&l.MessageBytes, &d.MessageBytes},
		{&l.Depth, &d.Depth},
		{&l.Digits, &d.Digits},
		{&l.Items, &d.Items},
		{&l.References, &d.References},
		{&l.DecodedBytes, &d.DecodedBytes},
		{&l.InboxBytes, &d.InboxBytes},
		{&l.UnreadBytes, &d.UnreadBytes},
		{&l.Turns, &d.Turns},
		{&l.TurnBytes, &d.TurnBytes},
		{&l.OutputSoft, &d.OutputSoft},
		{&l.OutputHard, &d.OutputHard},
	} {
		if *f.have == 0 {
			*f.have = *f.def
		}
	}
	for _, f := range []struct{ have, def *time.Duration }{
		{&l.HandoffTime, &d.HandoffTime},
		{&l.HandshakeTime, &d.HandshakeTime},
		{&l.IdleTime, &d.IdleTime},
		{&l.DialTime, &d.DialTime},
		{&l.OutputStall, &d.OutputStall},
		{&l.DrainTime, &d.DrainTime},
	} {
		if *f.have == 0 {
			*f.have = *f.def
		}
	}
	return l
}

// core returns the part of the limits that the protocol core watches over.
func (l *Limits) core() core.Limits {
	return core.Limits{
		Sessions: l.Sessions, Unestablished: l.Unestablished, Dials: l.Dials, Exports: l.Exports, Imports: l.Imports, Answers: l.Answers,
		Listeners: l.Listeners, QueuedMessages: l.QueuedMessages,
		HeldBytes: l.HeldBytes, StepBytes: l.StepBytes, OutputBytes: l.OutputBytes,
		Gives: l.Gives, Gifts: l.Gifts, Withdrawals: l.Withdrawals, Gifters: l.Gifters, Handoffs: l.Handoffs,
		Introductions: l.Introductions,
	}
}

// target returns the window of an object of a peer.
func (l *Limits) target() core.Window {
	return core.Window{Messages: l.TargetMessages, Bytes: l.TargetBytes}
}

// session returns the window of a peer.
func (l *Limits) session() core.Window {
	return core.Window{Messages: l.SessionMessages, Bytes: l.SessionBytes}
}

// wire returns the part of the limits that the reading of messages watches over.
func (l *Limits) wire() wire.Limits {
	return wire.Limits{
		MessageBytes: l.MessageBytes, Depth: l.Depth, Digits: l.Digits, Items: l.Items, Slots: l.References,
	}
}

// syrup returns the part of the limits that the decoding of values watches over.
func (l *Limits) syrup() syrup.Limits {
	return syrup.Limits{MaxBytes: l.MessageBytes, MaxDepth: l.Depth, MaxDigits: l.Digits, MaxItems: l.Items}
}

// signOfLife is how long a peer has to answer a question that any peer answers at once.
func (l *Limits) signOfLife() time.Duration { return l.HandshakeTime / 2 }

// What no program sets. The work of the loop, which peers share:
const (
	// share is how much work the loop does for one peer before it turns to others that wait, in short operations.
	share = 64
	// resultBytes is how many bytes of a result are passed on in the time that a short operation takes, about.
	resultBytes = 1 << 10
	// gatherAtMost is how many events the loop waits for at most, and how many, with operations, it handles before it sends what there is.
	gatherAtMost = 64
	// sentNow and sentAlone are how many bytes of output the loop sends itself at most: in several messages, and in one, such as one with
	// 64 KiB of content. It is no more than what netlayer.TrySender takes.
	sentNow   = 4 << 10
	sentAlone = 66 << 10
	// sendAtOnce is how many bytes of output are given to the connection at once, so that progress can be seen. A longer message is sent
	// by itself.
	sendAtOnce = 256 << 10
)

// What is counted for what peers send, and how far they may go over a limit:
const (
	// batchBytes is what messages that were read at once take up beside themselves and what they became, in bytes.
	batchBytes = 1 << 10
	// anyCost is what one value of [Decoder.Any] counts against DecodedBytes, in bytes: an interface value and its part of a slice or map.
	anyCost = 48
	// turnOverhead is what a turn takes up beside its message, in bytes: mostly the stack of a goroutine.
	turnOverhead = 4 << 10
	// turnReference is what a reference in the message of a turn takes up, in bytes.
	turnReference = 48
	// abortOverTurns is how many times TurnBytes the turns at the word of one peer may take up before its session is aborted: what is
	// held still reads a little.
	abortOverTurns = 4
	// refuseOverLeft is how many times as much as Turns and TurnBytes sessions that are over may leave behind before no turn is begun at
	// the word of a peer. It takes methods that do not return although their contexts have ended.
	refuseOverLeft = 16
	// holdBriefly and holdFully are how long a reader waits for its peer's side of the work before it reads a little all the same, and how
	// long if the output for the peer is over OutputHard.
	holdBriefly = 20 * time.Millisecond
	holdFully   = time.Second
)

// What is kept of what peers have sent when it is over, so that it can be used again:
const (
	// longBody is the length, in bytes, from which on the arguments of a message are given to the core instead of being copied. They keep
	// the memory in which they came: the whole of a message that is at most four times as long, or a buffer of 64 KiB for several.
	longBody = 16 << 10
	// maxPooled is how many bytes a buffer has at most that is kept for the next use. Somebody may have little to write in it, and for
	// long, and nothing counts what it has room for.
	maxPooled = 16 << 10
	// maxChunk is how large a buffer of output usually becomes, in bytes, and maxPooledLong how large one is at most that is kept: there is
	// room in it for the longest message that the default limits allow.
	maxChunk      = 128 << 10
	maxPooledLong = 20 << 20
	// maxSlack is how many times as much as is asked for a buffer of these may have room for: nothing counts the rest.
	maxSlack = 4
	// maxPooledSlots is how many references a table has room for at most that is kept.
	maxPooledSlots = 1 << 10
	// keptEvents is how many events a slice has room for at most that is kept.
	keptEvents = 4096
	// maxIdleRunners is how many goroutines of a vat wait for a turn. A new goroutine has a small stack, which it costs more to grow than to
	// keep a few.
	maxIdleRunners = 32
	// collectAfter is how long a vat is quiet before it asks for a collection, collectEvery how often it does so at most.
	collectAfter = 2 * time.Second
	collectEvery = 5 * time.Second
)

// What peers are waited for and called:
const (
	// duplicatePatience is how long a second connection waits for the first to end.
	duplicatePatience = time.Second
	// idleGroups is how many groups there are of connections; each look of the loop is at one of them, so that it never takes long.
	idleGroups = 64
	// idleLooks is how many looks at a connection have to find nothing before its peer is asked. All of them together take IdleTime.
	idleLooks = 4
	// firstRedial and longestRedial bound the wait before a peer is dialled again that could not be reached. It is short enough for
	// somebody who tries again by hand, and keeps a loop that tries again at once from doing harm. Who tries for hours waits longer: see
	// [Keep].
	firstRedial   = 250 * time.Millisecond
	longestRedial = 5 * time.Second
	// redialMemory is how long a failure counts after the wait for it.
	redialMemory = 30 * time.Second
	// maxRedials bounds the failures that are remembered. One over the limit is not.
	maxRedials = 1 << 10
	// acceptPause is how long accepting waits after an error, so that a netlayer that cannot accept is not asked without pause.
	acceptPause = 100 * time.Millisecond
)

// What people are told:
const (
	// maxText bounds every text that is taken over from a peer into an error or sent to one, in bytes.
	maxText = 1 << 10
	// maxSteps is the length of the path in an error about a value, in steps; deeper values are reported by the path of a container around
	// them.
	maxSteps = 8
	// logsAtMost is how many lines of each message are logged in logsWithin, and logsOfPeer how many of these about one peer. The first line
	// after that says how many were left out, under the key left_out. Lines at level debug are not bounded: who wants those wants all of them.
	logsAtMost = 60
	logsOfPeer = 15
	logsWithin = time.Minute
	// dumpSessions is how many sessions [Vat.Dump] writes at most, those for which most is kept first, and dumpEntries how many entries of
	// each table of a session.
	dumpSessions = 1000
	dumpEntries  = 1000
)
