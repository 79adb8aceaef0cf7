// Package captptest connects vats in memory, for tests of this module and of programs that use it.
//
//	func TestJoin(t *testing.T) {
//		a, b := captptest.Pair(t)
//		room := captptest.Carry(t, b, a, chat.NewChatroom(b, &lobby{}))
//		...                                   // room is remote, seen from a
//	}
//
// Everything here works inside and outside of a bubble of testing/synctest; inside, time-outs cost no time.
//
// # Terminology
//
// A [Link] is two vats and the network between them, which a test can cut, hold, and look at.
//
// # Errors
//
// Functions that take a testing.TB fail the test instead of returning an error. At its end, a test also fails if the two
// vats of a link do not agree on what they hold of each other: a leak that no program could see.
//
// # Ownership and concurrency
//
// A link belongs to the test that made it and is closed when that ends. Its methods may be called by any goroutine.
//
// # Specifications
//
// Messages are written in the abstract notation of the drafts. Spec: Notation#value.
package captptest
