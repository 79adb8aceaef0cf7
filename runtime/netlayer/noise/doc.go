// Package noise is the netlayer noise: encrypted streams over TCP between peers that are known by Ed25519 keys, and that both prove to
// have them. It is the one to take between peers of this module that do not hide behind Tor.
//
//	key, err := netlayer.KeyFile("peer.key")
//	...
//	nl, err := noise.New(noise.Options{Key: key, Address: ":9999", Host: "example.org"})
//	...
//	publish(nl.Location()) // ocapn://aoqq…gg4a.noise?host=example.org&port=9999
//
// # Locations
//
// The designator is the Ed25519 key of the peer, spelt as netlayer.Designator spells it. The hints are host, a name or an address, and
// port, in decimal digits; both are necessary. A netlayer that only dials has a designator, too, but no hints.
//
// # What is proved
//
// On both sides, Proved is the transport and the designator of the other side. Who answers at a location is the peer that the location
// names, or Dial fails; who dials has the key of the designator that Proved tells.
//
// # The handshake
//
// It is Noise_XX_25519_ChaChaPoly_BLAKE2s, with an empty prologue. Each side makes two X25519 keys for each handshake; the one that
// Noise calls static is as fresh as the other. The Ed25519 key signs it, and does nothing else.
//
//	                                                            bytes
//	dialler   the Ed25519 key of the peer that it means           32
//	          SYN: e, and in clear the dialler's Ed25519 key,    132
//	               its signature of s, and encodings
//	acceptor  SYNACK: e, s, its Ed25519 key, its signature       193
//	               of s, and the encoding that it chooses
//	dialler   ACK: s                                              64
//
// Encodings are the first number that the dialler knows, and a bit for each of the 16 numbers after it, big-endian both; the acceptor
// chooses the highest that it knows, too. The one of this package is 0: Syrup, framed as in package netlayer.
//
// After it, both sides send records: a length of two bytes, big-endian, and a message of Noise of that length, 65,535 bytes at most
// with its tag. Together the contents are a stream of framed messages, cut anywhere. A record without content is the end of the stream.
// Receive returns io.EOF for that, and io.ErrUnexpectedEOF when the connection ends in any other way.
//
// # Errors
//
// Dial returns *netlayer.DialError, which wraps
//
//   - netlayer.ErrLocation if the designator is not a key in its one spelling, or is the own one, or the hints are missing or malformed;
//   - netlayer.ErrRefused if nobody listens, or who listens hangs up at once, as one does that is another peer or has too many diallers;
//   - netlayer.ErrIdentity, by way of *HandshakeError, if what answers does not prove that it has the key;
//   - *HandshakeError for anything else that is wrong with an answer;
//   - the error of the context, which is context.DeadlineExceeded after Options.HandshakeTime too;
//   - what the address policy of the context has returned, see netlayer.WithAddressPolicy, or the network.
//
// Receive returns ErrRecord for what the other side has not sent, or not at this place, beside the errors of netlayer.Conn.
//
// Why somebody who dials here is not accepted, only Options.Refused is told; a dialler hears nothing but the end. One that means another
// peer, claims the key of this one, or shares no encoding with it does not get an answer at all.
//
// # What others learn, and what they do not
//
// Who looks on learns who talks to whom: the key of the peer that is meant, and that of the dialler, are in clear. So does whoever
// pretends to be that peer. Lengths and times are not hidden; nothing is padded. Who connects at random finds out that somebody
// listens, but has to know the key to get an answer.
//
// What was said before a key was stolen stays secret, because the keys that encrypt come from four X25519 keys that are forgotten with
// the handshake. (Forgotten means that nothing refers to them. A Go program cannot promise that memory was wiped.) Whoever has a stolen
// key can pretend to be its owner, but not pretend to the owner to be others. None of this withstands a quantum computer that is built
// later: X25519 falls with it.
//
// The signature of an X25519 key says neither when it was made nor for whom. Someone who gets hold of the private half during a
// handshake, in the memory of the process, can pretend to be that peer from then on; but who reads that memory finds the Ed25519 key
// beside it.
//
// The Ed25519 key signs 32 bytes that look random. Nothing else is to be signed with it that others could choose to be that. A key that
// package websocket uses, too, signs records there, or 64 bytes.
//
// # Ownership and concurrency
//
// All methods of a netlayer may be called from any goroutine. A netlayer that listens has one goroutine, and one for each handshake. A
// conn has none, except that when CloseSend finds that the other side does not read, one waits until it does, or for Close. Conns are
// netlayer.TrySender, which encrypts on the goroutine of the caller, and netlayer.BufferReceiver.
//
// # Limits
//
// A handshake is bounded in time (Options.HandshakeTime), conns that are not accepted yet in number (Options.Handshakes; when
// there are more, the oldest goes of those from where most come); until then 228 bytes are read at most. Connections from one source are
// bounded in number and in how fast they come (Options.Sources); Refused counts what has come and become no conn.
//
// An idle conn holds 36 KiB, and up to 150 KiB after long messages. A message that has begun to arrive has to go on arriving
// (Options.MessageTime), and so has a record, whose length, if it is a lie, costs no more than the 16 KiB that are there already.
//
// A key is good for 2^64-1 records. At a million a second it would take half a million years to get there, and then the conn ends with
// an error. It is not changed before, so who steals it from the memory of a process reads the whole conn.
//
// # Specifications
//
// The Noise Protocol Framework, revision 34. The drafts of OCapN do not describe this netlayer; its properties are those of
// Netlayers#properties-of-a-netlayer. The handshake is that of Endo's package ocapn-noise, whose messages it reproduces byte for byte
// given the same keys. That package has no locations, no transport, and nothing after the handshake but the encryption of one message:
// records, their end, and the symbol are this netlayer's own.
//
// # Design notes
//
// Why is the symbol not np, which Endo has a branch for? That one has another handshake, other designators, other hints, another framing
// and another encoding. Two netlayers of one name that cannot talk to each other would be worse than two names.
//
// Why does the stream not keep the boundaries of messages, one in each record? Messages may be longer than records, and most are much
// shorter: a batch of them in one record costs one tag, one system call, and one pass of the cipher on each side. What cuts streams
// into messages, and bounds them, is there already.
//
// Why two bytes of length, where Endo's branch has a decimal length and a comma? It is what the framework recommends, it cannot be
// longer than a record, and there is nothing in it to parse.
//
// Why does the end need a record? A connection can be ended by whoever is on the way. A vat has to know whether the other one has
// finished.
package noise
