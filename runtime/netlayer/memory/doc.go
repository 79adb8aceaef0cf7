// Package memory is a netlayer inside one process. Vats in one program talk over it, most often in tests.
//
//	hub := memory.NewHub()
//	alice, err := hub.Listen("alice")
//	...
//	bob, err := hub.Listen("bob")
//	...
//	conn, err := alice.Dial(ctx, bob.Location())
//
// No message passes through the operating system, and all waiting is on channels, so it works in a bubble of
// testing/synctest. Package netlayertest has a network that also delays, holds and loses messages.
//
// # Terminology
//
// A Hub is the network: netlayers of one hub reach each other and nobody else.
//
// # Errors
//
// Dial returns *netlayer.DialError, which wraps netlayer.ErrLocation for a location of another transport,
// netlayer.ErrRefused when nobody in the hub has the designator, or the error of the context. Send to a conn that the
// other side has closed fails with io.ErrClosedPipe.
//
// # Ownership and concurrency
//
// All methods may be called from any goroutine, with the exceptions of netlayer.Conn. No goroutine is started. A mutex
// guards the messages of each direction and is not held while anything waits. Messages are copied by Send, once.
//
// The designators are proved: a hub lets each be used by one netlayer at a time, and Conn.Proved tells both sides.
//
// # Limits
//
// Send blocks while a mebibyte or more waits to be received. Dial blocks while 64 conns wait to be accepted.
package memory
