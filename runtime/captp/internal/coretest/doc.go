// Package coretest runs several protocol cores against a model.
//
// A [World] holds vats that are joined by links without a network: an action of a random schedule sends a message, runs a
// turn, settles a promise, drops a reference, carries one message over a link, collects garbage, or cuts a link. Beside each
// capability travels its shadow, an ordinary pointer that knows what the capability must turn out to be. So the world can
// tell, of every message, whether it reached the object that it was meant for, and in order; of every call, whether it had
// exactly one outcome, and the right one; and at the end, when everything was let go of, whether any table still holds
// something.
//
// A schedule is made from a seed alone and can be repeated, but for the moments at which the garbage collector finds a
// reference to be gone.
package coretest
