// Package coretest runs several protocol cores against a model.
//
// A [World] holds vats that are joined by links without a network: an action of a schedule sends a message, runs a turn,
// settles a promise, takes a step into a value, drops or releases a reference, carries one message over a link, collects garbage,
// or cuts a link. Beside each capability travels its shadow, an ordinary pointer that knows what the capability must turn out to
// be. So the world can tell, of every message, whether it reached the object that it was meant for, and in order; of every call,
// whether it had exactly one outcome, and the right one; and at the end, when everything was let go of, whether any table still
// holds something.
//
// In a world of two vats without cuts a call may break only if the model says so. In one of three it may also break because a
// reference into a third vat cannot be sent, and does so at once if the vat knew. Where connections are cut, a call may break
// for no other reason, but it still has one outcome.
//
// A schedule is a sequence of choices, made from a seed or taken from bytes, and can be repeated. One that fails is cut down and
// printed.
//
// The hostile peer of FuzzHostilePeer sends whatever is well-formed.
package coretest
