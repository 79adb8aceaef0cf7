// Package netlayer says what moves messages between peers, and has the parts that such netlayers are made of.
//
// A netlayer knows peers and messages, and nothing of what the messages say:
//
//	conn, err := nl.Dial(ctx, peer)
//	...
//	err = conn.Send([][]byte{hello})
//	...
//	msgs, err = conn.Receive(msgs[:0]) // everything that has arrived
//
// The netlayers of this module are in the folders beside this one. One's own has the five methods of Netlayer, and package
// netlayertest checks it as it checks these. When its transport is a stream of bytes, NewStream and NewStreamListener are
// most of it.
//
// # Terminology
//
// A transport is the symbol in a location that says which netlayer reaches it. A designator says which peer it is, in the
// terms of the transport, and hints say where to look for it. Where a peer is known by a key, Designator and ParseDesignator
// turn that into text and back, and KeyFile keeps it; SecretFile keeps any other secret. A conn carries messages between two peers; what
// the peers make of the messages is a session, and none of this package's business. Framing is how a stream of bytes is cut into messages.
//
// # Framing
//
// Framed, a message has its length before it, in decimal digits, and a colon; nothing stands between two messages. Zeros
// in front of a length are tolerated, and empty frames are skipped. Raw, messages follow each other with nothing between,
// and each is one Syrup record. A stream receives whichever of the two the other side speaks, as its first byte shows: a
// digit or '<'.
//
// # Errors
//
// Dialling fails with *DialError. Receiving ends with io.EOF, io.ErrUnexpectedEOF, *MessageTooLargeError, *FrameError, an
// error that wraps ErrStalled or net.ErrClosed, or what the transport reports. Messages that arrived whole before the end are received
// first. CloseSend returns ErrUnsent rather than lose what TrySend has kept.
//
// # Ownership and concurrency
//
// Conns and netlayers of this package start no goroutine, but for a moment that of a timer, when a message does not arrive. A conn is for one goroutine that receives and one that sends;
// Close ends what they wait for. Send does not keep the messages, TrySend keeps copies at most, Receive gives its messages
// away.
//
// # Limits
//
// A message has at most DefaultReadLimit bytes unless Conn.SetReadLimit says otherwise, and the length in a frame at most
// 20 digits. Both are enforced before anything is buffered.
//
// A message that has begun to arrive has to go on arriving: whole within DefaultMessageTime, or at MinRate; see
// StreamOptions.MessageTime. Otherwise Receive ends with ErrStalled. Only time during which Receive waits counts.
//
// What a stream holds of it is at most four times what has arrived, and 16 KiB. An idle stream over a socket holds nothing else; over
// anything else, it holds a read buffer of 16 KiB, or 64 KiB once that was full. For what is to be sent there are buffers that streams
// share; one keeps 4 KiB.
//
// How many connections come in from one source, and how fast, the netlayers over TCP of this module bound by SourceLimits. What they have
// refused, and those with a handshake for other reasons, a Refuser tells.
//
// TrySend leaves more than 68 KiB to Send. What it keeps until then is not bounded here, but by who calls it.
//
// Nothing else here has a deadline: who holds a conn knows how long to wait, and calls Close. But the system is asked to find out when the
// other side of a socket of TCP is gone (see KeepAlive), and a Stream counts what arrives (see Counter), so that who waits for a message
// can tell a long one from none.
//
// # Specifications
//
// The properties are those of Netlayers#properties-of-a-netlayer. That a stream carries Syrup byte strings, one message in
// each, is what the group behind the draft agreed on in April 2026; peers from before send raw records.
//
// # Design notes
//
// Why does Receive return many messages? Waking a goroutine costs more than decoding a message. A reader that takes all
// that one read brought wakes once for all of it.
//
// Why are short messages copied? Slices of the read buffer would be overwritten by the next read, and a fresh read buffer
// for each read would cost 64 KiB where a hundred bytes arrived. One copy into one array of the right size costs least,
// and a message that is kept holds no more than its batch.
//
// Why is a message not read into memory of its length at once? Its length is a claim. In four steps of copying, 16 MiB cost a third
// more copying and no more memory than that, since the buffers on the way are used again.
//
// Why a rate, and not a deadline? A message may be 16 MiB long, and a network slow. Why no rate for short messages? What is to be paid for
// is what is held.
//
// Why does a raw stream write once per message? Some peers that speak raw take what one read returns for whole messages,
// others for one string. Both work as long as each message is a packet. StreamOptions.Together is for transports over which no
// write is a packet at the other side.
//
// Why does TrySend keep what it could not send? A write may end in the middle of a message, so the rest has to be kept
// somewhere, and must come first. Kept by the conn, it cannot be overtaken, and the caller needs no case for conns that
// never send without waiting. That CloseSend refuses meanwhile, in place of sending the rest itself, is because it may be
// called from any goroutine and must not block.
package netlayer
