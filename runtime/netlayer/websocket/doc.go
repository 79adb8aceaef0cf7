// Package websocket is the netlayer of websockets: the transport websocket, by which browsers are reached, and whoever is
// behind a web server or a proxy.
//
//	key, err := netlayer.KeyFile("peer.key")
//	...
//	nl, err := websocket.New(websocket.Options{Key: key, Address: "127.0.0.1:8080", URL: "wss://example.org"})
//	...
//	publish(nl.Location()) // ocapn://aoqq…gg4a.websocket?url=wss%3A%2F%2Fexample.org%2Focapn
//
// # Locations
//
// The designator is the Ed25519 key of the peer, see netlayer.Designator, and the one hint is url, of a websocket. A peer is
// dialled at that URL and nowhere else; redirections are not followed. A peer that only dials has no location.
//
// # Who is proved
//
// The dialler sends a record with 32 random bytes, <init:peer-auth bytes>, as the first message; the acceptor answers with a
// desc:sig-envelope of that record, signed by the key of its designator. The dialler checks the signature, and that the
// record is its own. So Proved of a dialled conn is the peer that was dialled. The dialler proves nothing: Proved of an
// accepted conn is zero, and where it says it is, is a claim.
//
// Goblins up to 0.17 sends 64 random bytes in place of the record, and answers with the bare signature: see
// Options.DialLegacy and Options.AcceptLegacy.
//
// The proof is about who is there, and not about the bytes that follow. Someone between the two can let it pass, and then
// speak in the place of either. What keeps others out of the conn is wss.
//
// # Serving
//
// A netlayer listens itself, with Options.Address or Options.Listener, or it is mounted on a server that serves other things
// as well, for which it is an http.Handler; then Options.URL is necessary, and with it both can be had at once. Behind a
// proxy that does the encryption, the URL is that of the proxy. To serve wss without one, give it a listener of package
// crypto/tls:
//
//	l, err := tls.Listen("tcp", ":443", config)
//	...
//	nl, err := websocket.New(websocket.Options{Listener: l, URL: "wss://example.org"})
//
// Requests for anything but a websocket are answered with status 426 and nothing else. Those of web pages, which have an
// Origin header, are answered with 403 unless the page is of the host in the URL or among Options.Origins: a browser does
// what any page says, and may be where strangers are not let in. If the URL has encryption, pages of its host without it, which
// whoever is on the way can make up, are none of them.
//
// # Messages
//
// A message of OCapN is one binary message; compression is never agreed on. A text message ends the conn. What others put
// together in one binary message is received as it comes, as one; it is for who receives to find the operations in it.
//
// # Being there
//
// Either side pings the other, and cuts a conn on which nothing has come for the time of Options.Ping, neither an answer nor
// anything else. An answer stands behind everything else that the other side has sent, so while this side does not receive, it
// knows nothing of the other, and cuts nothing. Nor does the other, which hears this side's pings.
//
// # Errors
//
// Dial returns *netlayer.DialError, which wraps
//
//   - netlayer.ErrLocation if the designator is not a key in its one spelling, or the URL is missing or malformed;
//   - netlayer.ErrRefused if nobody listens, or what answers speaks HTTP and no websocket;
//   - netlayer.ErrIdentity if what answers does not prove that it has the key;
//   - the error of the context, which is context.DeadlineExceeded after Options.HandshakeTime too;
//   - what the address policy of the context has returned, see netlayer.WithAddressPolicy, or the network.
//
// Receive returns io.EOF when the other side has ended the conn, *netlayer.MessageTooLargeError, *netlayer.FrameError for a
// text message, an error that wraps os.ErrDeadlineExceeded when the other side is silent, or what the network reports.
// CloseSend is not supported.
//
// # Ownership and concurrency
//
// All methods of a netlayer may be called from any goroutine. A conn has a goroutine that reads and one that pings; they end
// with the conn. After Close it takes up to three seconds more to hear that the other side has received everything; no
// method waits for that. A netlayer that listens has the goroutines of package net/http.
//
// # Limits
//
// A handshake is bounded in time (Options.HandshakeTime), and conns that are not accepted yet in number (Options.Handshakes;
// when there are more, the oldest goes of those from where most come). A request, and the response to one of ours, has 16 KiB of headers, a
// challenge 1 KiB, an answer 2 KiB.
//
// Connections from one source are bounded in number and in how fast they come (Options.Sources), where the netlayer listens itself;
// on the server of another, that is for the server. Behind a proxy of this machine, it is for the proxy. Refused counts what has come and
// become no conn.
//
// Up to 64 KiB are read that nobody receives yet. A longer message is read when Receive waits for it, as far as
// Conn.SetReadLimit allows; what is held of it is at most twice what has arrived. It has to go on arriving (Options.MessageTime), which
// is counted in steps of 16 KiB. Send holds a copy of what it sends, 64 KiB or one message.
//
// Eight pings are answered while the other side does not read, and no more. Options.Ping bounds how long it may be silent.
//
// # Specifications
//
// RFC 6455. The properties are those of Netlayers#properties-of-a-netlayer; the drafts do not describe this netlayer. What is
// here is what Goblins from 0.18 on and Endo do.
//
// # Design notes
//
// Why is there no half close? A websocket has one: a frame that says that nothing more comes. But whoever gets that frame
// answers with the same, at once, in every implementation, browsers too. So nothing of the other side could follow.
//
// Why does a conn read ahead? A websocket answers pings, and hears answers to its own, only as it reads. A vat that is busy
// does not receive for a while, and would be taken for gone.
//
// Why is what goes out collected, and written outside of the library? A frame of data that the other side does not read would
// otherwise hold up the pong behind it, and the library gives up on a conn when a pong waits for five seconds. The price is
// one copy, which one write in place of one for each message pays for.
//
// Why does a peer that only dials have no location, where others announce the designator "unreachable"? Those share one
// location, so a peer that tells sessions apart by location takes two of them for one, and refuses the second. A vat makes up
// a name for itself where a netlayer has no location; nobody can dial that either, and it is its own.
//
// Why is the host of the URL, and not the one in the request, what web pages are checked against? A page whose host name
// is made to stand for the address of this machine has a request in which both are that name.
package websocket
