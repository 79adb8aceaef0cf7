package core

// Limits bounds what one peer can make a vat keep. A session that goes over a limit is aborted with a [*LimitError], unless
// the field says otherwise. Zero fields mean the defaults of [DefaultLimits].
type Limits struct {
	// Sessions bounds the connections of the vat, those that are still being set up included. For one over the limit a session goes that a
	// peer has opened and in which neither side holds anything, the one in which nothing has come for longest; if there is none, the
	// new one goes. Connections that the program asked for count, but are let in nevertheless.
	Sessions int
	// Unestablished bounds the connections that peers have opened and on which no session is up yet. For one over the limit the oldest
	// goes.
	Unestablished int
	// Dials bounds the peers that are being dialled at once. An attempt over the limit breaks. Introductions take no more than half of it,
	// and wait for their turn.
	Dials int
	// Exports bounds the objects and promises of ours that a peer holds, and the resolvers that it has not told an outcome,
	// per session. What needs more breaks, and the session goes on.
	Exports int
	// Imports bounds the objects and promises of a peer that we hold, per session.
	Imports int
	// Answers bounds the answers that a peer has not let go of, per session.
	Answers int
	// Listeners bounds the resolvers of a peer that wait for a promise, per session.
	Listeners int
	// QueuedMessages bounds the messages and path steps of a peer that wait for a promise, per session. It also bounds, for each peer
	// that is being dialled, what waits for that; what is more breaks.
	QueuedMessages int
	// HeldBytes bounds what is kept for the sake of a peer, in bytes, per session: its messages that wait, and the promises that it
	// has not let go of, be they answers, exports, or parts of something else that is kept for it. A promise counts for 256 and,
	// once it is settled, for its value; a capability in a value or message for 48 more. However often the peer holds a promise,
	// it counts once. The promises in a message of the program's may be too much; then it is not sent, its answer breaks, and the
	// session goes on.
	HeldBytes int
	// Gives bounds the references in one message that are handed off. A message of ours with more breaks, and so do the references of a
	// peer's message that are more.
	Gives int
	// Gifts bounds the gifts that a peer has deposited and nobody has withdrawn, per session. For one over the limit the oldest goes.
	Gifts int
	// Withdrawals bounds the gifts that a peer waits for, per session; a quarter of it, those that it waits for one gifter to deposit. A
	// withdrawal over the limit breaks.
	Withdrawals int
	// Gifters bounds the sessions from whose gifters a peer has withdrawn gifts, while these sessions last, per session. A withdrawal
	// over the limit breaks.
	Gifters int
	// Handoffs bounds the handoffs to us that are under way at the word of a peer, per session. One over the limit breaks.
	Handoffs int
	// Introductions bounds the handoffs at the word of a peer for which a session with the exporter is asked for at once, per session.
	// More of them wait for their turn. They never take more than half of Dials.
	Introductions int
	// StepBytes bounds the values, in bytes, in which a peer can have a path step taken: a step walks over the value from its start. A
	// step into a longer one breaks, and the session goes on.
	StepBytes int
	// OutputBytes bounds the output for a peer that is not sent yet, in bytes, per session, when the peer is to be told an outcome,
	// with that outcome, its references at their longest. A message of the program's, and one or a path step that another peer has
	// passed on, breaks instead. A buffer that has to grow takes two and a quarter times that for a moment.
	OutputBytes int
}

// DefaultLimits returns the limits of a vat that says nothing else.
func DefaultLimits() Limits {
	return Limits{
		Sessions:       10_000,
		Unestablished:  1000,
		Dials:          64,
		Exports:        100_000,
		Imports:        100_000,
		Answers:        100_000,
		Listeners:      100_000,
		QueuedMessages: 100_000,
		HeldBytes:      128 << 20,
		Gives:          250,
		Gifts:          1000,
		Withdrawals:    1000,
		Gifters:        10_000,
		Handoffs:       1000,
		Introductions:  8,
		StepBytes:      64 << 10,
		OutputBytes:    128 << 20,
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
		{&l.Gives, &d.Gives},
		{&l.Gifts, &d.Gifts},
		{&l.Withdrawals, &d.Withdrawals},
		{&l.Gifters, &d.Gifters},
		{&l.Handoffs, &d.Handoffs},
		{&l.Introductions, &d.Introductions},
		{&l.StepBytes, &d.StepBytes},
		{&l.OutputBytes, &d.OutputBytes},
	} {
		if *f.have == 0 {
			*f.have = *f.def
		}
	}
	return l
}

// signsOfLife is how many questions by which a peer is asked for a sign of life there may be beyond Limits.Exports.
const signsOfLife = 8
