// Package onion is the netlayer onion: streams to Tor onion services, which hide where both sides are, need no open port, and are
// encrypted by Tor.
//
//	key, err := netlayer.KeyFile("onion.key") // who this peer is, from one run to the next
//	...
//	nl, err := onion.New(ctx, onion.Options{Key: key, Progress: show})
//	...
//	publish(nl.Location()) // ocapn://2gzyxa…53wid.onion
//
// It needs the program tor; 0.4.9 is the version that it is tested with. New starts the one that is installed, which then belongs to this process and
// ends with it, however it ends. Or it attaches to one that runs already, by its control port:
//
//	nl, err := onion.New(ctx, onion.Options{ControlAddr: "127.0.0.1:9051"})
//
// Package oniontest has a private Tor network for tests.
//
// # Locations
//
// The designator is the address of the onion service, without ".onion", in lower case: 56 characters that stand for an Ed25519 key. There
// are no hints; those of others are ignored. Every peer serves port 9045.
//
// # Who is proved
//
// Tor proves to the side that dials that the other one holds the key of the address: Proved of a dialled conn is the peer. The side that
// was dialled knows nothing of who dialled: Proved of an accepted conn is zero.
//
// With Options.Authenticate both sides know each other. Before CapTP, three records are exchanged, in the framing of the conn. The
// challenges are 64 fresh random bytes, and the designators are strings:
//
//	dialling:  <init:auth-receiver DIALLING DIALLED CHALLENGE-1>
//	dialled:   <desc:sig-envelope <auth:receiver TEXT DIALLING DIALLED CHALLENGE-1 CHALLENGE-2> SIGNATURE>
//	dialling:  <desc:sig-envelope <auth:initiator TEXT DIALLING DIALLED CHALLENGE-1 CHALLENGE-2> SIGNATURE>
//
// TEXT is "OCapN onion netlayer mutual authentication 1". Each side signs with the key of its address, and takes of the other side the
// record and the key that it expects and no other. The draft has nothing of the kind yet. The group behind it discusses a proof by the
// same keys and challenges, whose records have nothing but a challenge in them; those here have more, for the reasons below. Nobody else
// implements one or the other, so a peer with this option reaches, and is reached by, none without it.
//
// # Framing
//
// A dialled conn sends raw, which is all that deployed peers receive here, unless Options.Framed is set. An accepted one answers in the
// framing of the other side, for whose first byte its first Send waits. Both receive either framing. See package netlayer. Messages that
// are sent together are one write, raw or framed.
//
// # Errors
//
// New returns *StartError, which has the stage that was reached and what tor has printed. It wraps the cause of the end of ctx, ErrGone
// if tor ended, the *textproto.Error that the control port answers, exec.ErrNotFound if no tor is installed, or what the system reported.
//
// Dial returns *netlayer.DialError, which wraps netlayer.ErrLocation for a designator that is no address, netlayer.ErrRefused when the
// peer could not be reached, netlayer.ErrIdentity when it does not prove who it is, ErrGone while there is no tor, or the error of the
// context; the second and the last together when ctx ended between two attempts.
//
// Accept returns ErrGone when tor ends or its control port is lost, once each time. The netlayer then starts tor anew, or attaches anew,
// and serves the same address again; conns of before are lost. Options.NoRestart leaves it at the error.
//
// # Ownership and concurrency
//
// All methods may be called from any goroutine. One goroutine supervises tor, one waits for its process and one reads what it prints, and
// one accepts; one of a timer tells the program when starting makes no progress; with Options.Authenticate there is one for each proof
// under way on an accepted conn. They end with Close, or, if conns are still open then, with the Close of the last one.
//
// A tor that New has started is told to end with the process: it ends when its control port is closed, at once, or, if that should be
// missed, when it finds the process gone, within 15 s. It is in a process group of its own, so that the interrupt of a terminal does not
// end it before the program has said goodbye, and goes on for 0.3 s after a conn was closed, so that the goodbye gets out.
//
// A program that ends before the last conn and the netlayer are closed, because it is killed, say, leaves the temporary folder of its tor.
// The next one of the same user that starts a tor removes it, on systems that are like Unix: the folder has a lock that ends with its
// program.
//
// # Limits
//
// What tor answers to a command at the control port has at most 64 KiB. A request to the SOCKS port is given up after 150 s, or when ctx
// ends. A proof takes Options.HandshakeTime at most, and has messages of at most 1 KiB; of accepted conns, Options.Handshakes proofs are
// under way at once. When there are more, the oldest is given up, so that who never proves anything does not keep others out for long.
// Messages that do not go on arriving end their conn: see netlayer.StreamOptions, whose MessageTime is Options.MessageTime.
//
// What comes to the onion service, tor passes on to a port of 127.0.0.1 that New listens on. Programs of this machine can connect to it,
// too, which lets them do what anybody can do from afar. All who dial come from 127.0.0.1, so nothing can be limited by address. Tor
// passes on at most 256 streams of one circuit at a time. Its defences against floods of introductions are not asked for: by the control
// port, the limit of their rate cannot be, and proof of work only of some tors. How many sessions there are in all is limited by the layer above.
//
// Tor takes about 10 MB of output for a peer that does not read, rarely 40; from then on Send blocks, and the limits of the layer above on
// output that is not sent apply. Until it is delivered, it also delays other conns to the same peer. Whoever wants less under way bounds
// it by answers, as a captp.Stream does.
//
// Deviates: a stream of Tor ends in both directions or in none, so CloseSend is not supported. When Close was called and no conn is open,
// a tor that New has started ends, and then Dial does not go on.
//
// # Specifications
//
// Netlayers#tor-onion-netlayer; Tor's control-spec, socks-extensions and rend-spec-v3.
//
// # Design notes
//
// Of the library bine, packages control, process and torutil do the talking with tor, and package tor, which would start it, is left
// out: it has only the traps. These are, with what is done instead:
//
//   - Commands that run at the same time can block each other for ever. One goroutine uses the control port: New, and then the
//     supervising one. DEL_ONION, which Close sends, waits for no answer.
//   - Contexts do not end commands. The end of ctx sets a deadline in the past on the socket.
//   - The context of the start is the life of the process. Here the process has none.
//   - A tor has 2 s to open its control port, and one that ends at once is not noticed. Here it has until ctx ends, and its end, with
//     what it printed, is the error.
//   - The wait for the bootstrap, and that for publication, begin to listen after what they wait for was caused, and the first returns
//     at once if the network was on already. Here events are asked for first, and then the state.
//   - Values in quotes are cut at the first space in events, and two SOCKS ports are none. Both are read here.
//   - Version 2 is the default for keys that tor makes. Keys are made here, and tor only sees version 3; it is told not to send them back.
//   - A cookie that cannot be read wins over a password. A password that was given is used.
//   - Cancelled dials go on in the background, and errors are strings. SOCKS is spoken here, in about a hundred lines: dials end with
//     their context, and replies are typed.
//   - Nothing tells of the end of tor. The supervising goroutine reads the control port until its end, which also tells of the end of a
//     tor that somebody else has started.
//   - tor prints to the standard output and outlives its program; its data folder is made in the current one. None is so here.
//   - Closing waits 300 ms and leaves the process if that was not enough. Here tor ends by the loss of its control port, and after 3 s
//     it is killed.
//   - Answers have no bound. Here they have.
//
// Why is the SOCKS port of a tor that New starts for onion services only? So nothing that goes wrong here or elsewhere on this machine
// can make it connect to the Internet.
//
// Why does that port not have ExtendedErrors, by which tor says more about why a service was not reached? Such a code is also sent for a
// stream that tor has connected, if an earlier attempt of its own failed, by a directory that did not know the service yet: seen with
// 0.4.9.11 at up to half of the services that were just published. The stream is given up then, the other side accepts one that ends at once,
// and Dial tries again. A tor that runs already may have such a port; all that it says is understood.
//
// Why is there no circuit for each peer? Conns to different onion services never share a circuit. Those to the same one do, which saves a
// fifth of a second for each; the service would know by the protocol that they come from the same peer.
//
// Why does Dial try again what the layer above could try again? An onion service that was just published is not found for some seconds,
// which is no more than a part of the time that dialling takes here. A peer whose address has just been handed out would otherwise seem
// to be gone.
//
// Why are there pauses in what is written? The SOCKS port gives no steady back-pressure: tor reads on while there is something to read,
// and has taken hundreds of megabytes ahead of what it could send. The numbers are with pacedSocket.
//
// Why are raw messages sent together, against what package netlayer does elsewhere? Tor cuts what it is given into cells, so no write is a
// packet at the other side. But what a second write brings goes into a cell of its own, which waits for the next turn of the scheduler
// at every hop: two messages there and two back took 50 ms at the median that way, and 16 ms in one write each.
//
// Why does the side that was dialled sign, which Tor has proved already? It does so at the end of the circuit that is in tor: what is
// between this program and the SOCKS port of a tor that somebody else runs, Tor knows nothing of.
//
// Why are both designators signed? Otherwise somebody in the middle could have a peer that dials it answer the challenge of a third one,
// and be taken for that peer there. Why the role, too? So that what one side signs cannot be sent back to it as the other side's.
package onion
