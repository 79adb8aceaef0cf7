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
// # Schedules
//
// A test can hold messages, in one direction, between two vats, or everywhere, and let them arrive one at a time. In a bubble
// that makes the order of everything that happens the test's, and the transcript the same on every run:
//
//	synctest.Test(t, func(t *testing.T) {
//		trio := captptest.NewTrio(t)
//		trio.Hold()
//		...                                   // whatever the vats are to do
//		trio.Play()
//		got := trio.Transcript()              // compare it with a file
//	})
//
// # Terminology
//
// A [Link] is two vats and the network between them, a [Trio] is three, named by what they do in a handoff: the gifter refers
// to an object of the exporter, and sends the reference to the receiver. A [Line] is what is between two vats, a [Way] one
// direction of it. A transcript is the list of the messages that were sent. What is random in it has names.
//
// # Errors
//
// Functions that take a testing.TB fail the test instead of returning an error. At its end, a test also fails if the vats do
// not agree on what they hold of each other: a leak that no program could see.
//
// # Ownership and concurrency
//
// A link or a trio belongs to the test that made it and is closed when that ends. Methods may be called by any goroutine.
//
// # Limits
//
// Messages are kept until the transcript is cleared.
//
// # Design notes
//
// Why is a transcript not simply in the order of sending? A vat writes to each of its peers by a goroutine of its own, so one
// event that makes it write to two has no order to show. While everything is held, what is sent between two deliveries
// is therefore sorted by the names of the vats, and each direction keeps its order.
//
// # Specifications
//
// Messages are written in the abstract notation of the drafts. Spec: Notation#value.
package captptest
