// Package coretest runs several protocol cores against a model.
//
// A [World] holds vats that are joined by links without a network: an action of a schedule sends a message, runs a turn,
// settles a promise, takes a step into a value, drops or releases a reference, carries messages over a link, lets a link stand
// still, collects garbage, makes a decision that a core leaves to its driver, lets time pass, or cuts a link. Beside each
// capability travels its shadow, an ordinary pointer that knows what the capability must turn out to be.
//
// # What holds
//
// In every world:
//
//   - Every call has exactly one outcome, and the right one; so has everything else that is waited for.
//   - A message reaches the object that it was meant for, or none, and once at the most.
//   - Messages that a vat sends on one reference arrive in the order in which they were sent, whatever way they take: also on
//     a promise that turns out to be an object of a third vat, when links stand still or are cut.
//   - At the end nothing is under way: no introduction, no withdrawal, no question.
//   - When everything was let go of, no table of any vat holds anything. Gifts that nobody withdrew lie until time has passed.
//   - No vat aborts a session but for crossed hellos, as long as no connection is cut.
//
// Where programs release nothing, all references of a vat that lead to one object by one session are one node, once they are
// settled. Where nothing else happens either, every message arrives, and nothing breaks unless the model says so: a reference
// into a third vat is handed off, wherever it stands. Otherwise something may also break for what was done in that world, and
// says so: a session that was lost, a handoff that failed because the introduction was declined, the exporter not reached, or
// the time over, a reference that was released.
//
// Two things are left out. A promise or value that contains itself by way of another vat is never made: references are counted,
// so that such rings are not let go of before a session ends. And there is no promise that waits for an answer that waits for it.
//
// # Schedules
//
// A schedule is a sequence of choices, made from a seed or taken from bytes, and can be repeated. One that fails is cut down and
// printed.
//
// # Hostile peers
//
// The hostile peer of FuzzHostilePeer sends whatever is well-formed, and plays all three parts of handoffs, with certificates
// that are good, wrong, broken, or copied. A vat that it besieges keeps to its limits, goes on to serve an honest peer, and
// holds nothing when the hostile one is gone and time has passed.
package coretest
