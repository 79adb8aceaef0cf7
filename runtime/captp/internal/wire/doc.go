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
// the places of the old ones ([AppendBody]). Records with unknown labels are data. A descriptor that is malformed, or that
// hides behind a label that is not a symbol, makes the operation undecodable: whoever passed such a body on would lend a
// stranger its voice.
//
// # Errors
//
// Decode returns a *[DecodeError], which names the operation and the field, or an *[UnknownOpError]. Both end the session.
// The steps into a value ([Body.Field], [Body.Index], [Body.Untag]) return a *[StepError], which breaks a promise. No input
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
// # Specifications
//
// The operations and descriptors of the CapTP draft (CapTP#operations, CapTP#descriptors), and what older peers speak.
package wire
