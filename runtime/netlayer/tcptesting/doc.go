// Package tcptesting is the netlayer tcp-testing-only: streams over TCP, in clear, between peers that prove nothing.
//
// It is what test suites and programs on one machine speak. On any other network it protects nobody: whoever is on the
// way reads and changes every message, and whoever dials may claim any location.
//
//	nl, err := tcptesting.New(tcptesting.Options{})
//	...
//	publish(nl.Location()) // ocapn://7f…9c.tcp-testing-only?host=127.0.0.1&port=40001
//
// # Locations
//
// The designator is any text that no other peer uses; New makes one up. There are peers that tell others apart by the
// designator alone, so a fixed one is for a peer that exists once. The hints are host, a name or an address, and port, in
// decimal digits.
//
// # Framing
//
// A dialled conn sends as Options.Framing says: framed by default, raw for the official test suite. An accepted one answers
// in the framing of the other side, for whose first byte its first Send waits. Both receive either framing. See package
// netlayer.
//
// # Errors
//
// Dial returns *netlayer.DialError, which wraps netlayer.ErrLocation for hints that are missing or malformed,
// netlayer.ErrRefused when nobody listens, what Options.DialPolicy returned, or the *net.OpError.
//
// # Ownership and concurrency
//
// All methods may be called from any goroutine. No goroutine is started.
//
// # Limits
//
// A conn whose other side is gone without a word, and on which nothing happens, ends within a minute: see netlayer.KeepAlive. While
// something is to be sent to it, that is up to the system.
//
// A message that has begun to arrive has to go on arriving: see Options.MessageTime. So has one on conns that have said nothing else yet.
//
// Connections from one source are bounded in number and in how fast they come, by Options.Sources; those beyond are closed without a word,
// and counted by Refused. Connections from this machine are not bounded by default. There is no handshake, so how many of them there are
// in all, and how long one may say nothing, is for the caller of Accept, who sees each of them.
package tcptesting
