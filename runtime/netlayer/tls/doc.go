// Package tls is the netlayer tcp-tls: streams over TLS 1.3 between peers that are known by certificates. Goblins has it.
//
//	nl, err := tls.New(tls.Options{CertFile: "peer.pem", Address: ":8088", Host: "example.org"})
//	...
//	publish(nl.Location()) // ocapn://9595…3d50.tcp-tls?host=example.org&port=8088
//
// # Locations
//
// The designator is the hash of a certificate in PEM: SHA-256 twice, in hexadecimal, lower case. The hints are host, a name or an
// address, which is necessary, and port, in decimal digits; without it, it is 8088. A netlayer that only dials has a designator, too,
// but no hints.
//
// The hash is over the bytes of the PEM, so the same certificate in another spelling is another peer. Files that this package makes have
// the usual one, lines of 64 characters that end with a line feed; others are refused.
//
// # What is proved
//
// The side that was dialled sends its certificate in clear: a length of four bytes, then PEM. The dialler checks the hash against the
// designator, and in the handshake of TLS that the other side presents the same certificate and holds its key. So Proved of a dialled
// conn is the peer that was dialled.
//
// The dialler is asked for a certificate and presents the one that it is known by. Then Proved of the accepted conn is the transport
// and its designator. A dialler that presents none is accepted all the same, and Proved is zero. Peers that are Goblins do not ask, so
// to them a dialler's location is a claim; when they dial, they present theirs. As its PEM does not come along, it is taken to have the
// usual spelling. A peer whose PEM has another one is one that claims another location than it proves, and will get no session.
//
// Certificates are checked against no authority, and dates and names in them mean nothing here. They do to Goblins, which refuses a
// certificate before or after its time. Those that New makes have no end.
//
// # Messages
//
// Goblins reads raw streams only, so that is what dialled conns send, unless Options.Framed is set; accepted ones answer in kind. In
// either framing, messages that are sent together share records of TLS, which are cut anywhere.
//
// Receive returns io.EOF when the other side has said that it ends, and io.ErrUnexpectedEOF when the connection ends without that,
// which anybody on the way can bring about. Goblins never says that it ends.
//
// # Errors
//
// Dial returns *netlayer.DialError, which wraps
//
//   - netlayer.ErrLocation if the designator is no such hash, or is the own one, or the hints are missing or malformed;
//   - netlayer.ErrRefused if nobody listens, or who listens hangs up at once;
//   - netlayer.ErrIdentity, by way of *HandshakeError, if what answers has another certificate, or not the key of this one;
//   - *HandshakeError for anything else that is wrong with an answer;
//   - the error of the context, which is context.DeadlineExceeded after Options.HandshakeTime too;
//   - what the address policy of the context has returned, see netlayer.WithAddressPolicy, or the network.
//
// Receive returns the errors of crypto/tls beside those of netlayer.Conn. Why somebody who dials here is not accepted, only
// Options.Refused is told.
//
// # Ownership and concurrency
//
// All methods of a netlayer may be called from any goroutine. A netlayer that listens has one goroutine, and one for each handshake. A
// conn has none, except that when CloseSend finds that the other side does not read, one waits until it does, or for Close.
//
// # Limits
//
// A handshake is bounded in time (Options.HandshakeTime), conns that are not accepted yet in number (Options.Handshakes; when
// there are more, the oldest goes of those from where most come). Of a handshake 128 KiB are read at most, and 65,535 bytes of PEM before
// it when dialling. A dialler may present one certificate. Connections from one source are bounded in number and in how fast they come
// (Options.Sources); Refused counts what has come and become no conn.
//
// A message that has begun to arrive has to go on arriving (Options.MessageTime), and so has a record, of which TLS holds 17 KiB at most
// before it is whole. What is said of the encryption itself between records is bounded by package crypto/tls: 16 of them in a row.
//
// TrySend keeps everything for Send: a record of TLS that went out in part cannot be completed later, so nothing is sent that might have
// to wait.
//
// # Specifications
//
// RFC 8446. The drafts of OCapN do not describe this netlayer; its properties are those of Netlayers#properties-of-a-netlayer. What is
// here is what Goblins does, with GnuTLS, whose side of the protocol this package was tried against in both directions.
//
// # Design notes
//
// Why keys for ECDSA over P-256? Goblins makes RSA keys of 4,096 bits, which is what takes long in its handshakes. RFC 8446 has every
// implementation know RSA and P-256; Ed25519 is optional there, and switched off in places. Any of the three can be in a file.
//
// Why is the order of the bytes in a length not fixed? Goblins writes it as its machine does. In the wrong order, a length that is
// allowed is none, so both can be read.
//
// Why no resumption? A ticket would let a conn begin without the proof.
//
// Why package noise beside this? Both sides prove who they are whoever dials, there is no certificate to parse, and what is sent can be
// sent without waiting.
package tls
