// Package wire turns CapTP operations and descriptors into bytes and back, in every dialect that is deployed.
//
//	op, n, err := wire.Decode(data, wire.Limits{})      // the first operation of data
//	switch op := op.(type) {
//	case *wire.Deliver:
//		op.To       // what the message is for
//		op.Args     // the list of arguments: bytes, and the descriptors in them
//		op.Resolver // who is told the outcome, if anybody
//	}
//	out = wire.Modern.Append(out, &wire.Listen{To: promise, Resolver: me})
//
// The package knows no tables and no sessions: a position is a number here. What a descriptor means is decided by whoever
// holds the tables.
//
// # Terminology
//
// An operation is one record, such as op:deliver. A descriptor is a record that stands for a capability, such as
// desc:export; it is written from the point of view of its receiver. A [Body] is one value, as bytes, with a table of the
// descriptors that occur in it: a slot for each, in order. A [Dialect] is what a family of peers understands.
//
// # Receiving and sending
//
// [Decode] takes all dialects at once, which is possible because their labels differ. [Dialect.Append] writes one of them,
// exactly: no peer ignores what it does not know, most end the session. A dialect is a row of a table and nothing else.
//
// # Bodies
//
// Arguments and results are not decoded here. Decode finds where a body ends and which descriptors are in it, in one pass,
// and the receiving object decodes the bytes; a body that is passed on to somebody else is copied, with other descriptors in
// the places of the old ones ([AppendBody]). Records with unknown labels are data, for the receiving method to refuse. So is a
// signed object that is no handoff.
//
// A descriptor that is malformed, or that hides where it would not become a slot, makes the operation undecodable: whoever
// passed such a body on would lend a stranger its voice.
//
// # Errors
//
// Decode returns a *[DecodeError], which names the operation and the field, or an *[UnknownOpError]. Both end the session.
// The steps into a value ([FieldOf], [ElementOf], [PayloadOf]) return a *[StepError], which breaks a promise. No input
// makes the package panic.
//
// # Ownership and concurrency
//
// What Decode returns aliases its input as far as bodies and signed handoffs go; the input must not change while they are in
// use. The Append functions keep nothing. Everything is a function of its arguments and may be called from any goroutine.
//
// # Limits
//
// [Limits] bounds what Decode accepts: the length of an operation, the depth and the number of items of values, the digits of
// numbers, and the descriptors in one body. Memory is taken for what has arrived, never on the word of a length.
//
// # Design notes
//
// How is a field named in an error without a name in every call? The decoder's errors are sticky, so an operation is read
// straight down, and each read says first which field it is about to read. The price is one string stored for each field.
//
// Why are there two readers of op:deliver? Half of the time of a call is spent in reading it. A message in canonical form is
// recognised by comparing bytes, in less than half of the time that reading token by token takes. The quick reader
// recognises and does not judge: whatever it does not know goes to the other one, which makes all errors. A fuzz target
// checks that they agree.
//
// Why is op:gc-exports not split where a dialect has room for one position only? It is, into as many records; but whether each
// of them needs a message of its own is known to who sends them.
//
// # Specifications
//
// The operations and descriptors of the CapTP draft (CapTP#operations, CapTP#descriptors), and what older peers speak.
package wire
