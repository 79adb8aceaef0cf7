// Package tcp has what netlayers over TCP are made of: hints that say where, connecting and listening, and for those with a handshake a
// Netlayer, the table of handshakes, and the end of what is sent.
//
//	nl, err := tcp.New(tcp.Options{Transport: "secret", Designator: own, Initiate: ask, Respond: prove, Address: ":9999"})
//	...
//	conn, err := nl.Accept() // whose other side has proved who it is
//
// # Terminology
//
// A handshake is what happens on a conn before messages do: both sides find out who the other one is, and how to encrypt.
//
// # Ownership and concurrency
//
// A Netlayer that listens has a goroutine that accepts, and one for each handshake that is under way or over and waiting for Accept; Close
// waits for them. Dialling has none. All functions and methods may be called from any goroutine, those of Outgoing too.
//
// # Limits
//
// Connections are bounded for each source, in number and in how fast they come: see netlayer.SourceLimits. So that is no second way to fill
// memory, no more than 4,096 sources are remembered beside those that have connections.
//
// Handshakes are bounded in time and number. The oldest goes when one more comes, and those that are over and wait for Accept count:
// so whoever floods an acceptor needs a new conn in the place of each, and an honest one comes through if its handshake takes less
// time than the flood has it.
//
// Errors of accepting, as when there are too many descriptors, are waited out; nothing but Close ends it.
package tcp
