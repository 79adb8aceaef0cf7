// Package captp lets objects of a program be called by other programs, and theirs be called by this one, as if all of them
// lived in one process: vats, references, promises.
//
// Generated code is written against this package, and programs against generated code. A program makes a vat, publishes an
// object, and passes on the sturdyref:
//
//	vat, err := captp.New(captp.WithNetlayer(nl))
//	if err != nil {
//		return err
//	}
//	defer vat.Close()
//	room := chat.NewChatroom(vat, &lobby{})       // chat is generated, lobby has the methods
//	ref, err := captp.Publish(vat, room)
//	fmt.Println(ref.URI())                        // this is the secret that lets others in
//
// and another one follows it:
//
//	room := captp.Enliven[chat.Chatroom](ctx, vat, ref).Cap()
//	ack, err := room.E(ctx).Join(me).SendMessage("hello").Await(ctx)
//
// The second line is one round trip for the fetching of the object, the joining and the message: what is sent to a promise
// travels at once, and waits where the promise is settled.
//
// # Terminology
//
// A vat is a community of objects with one loop and one session for each peer. A peer is another vat. A netlayer carries
// messages between peers; a locator says where a peer is, a sturdyref names one object of it. A [Ref] is a reference, to an
// object or to the promise of one; generated code has a type for each interface around it. A turn is the handling of one
// message by one object. What sends to a reference without waiting is its eventual view, a [Pipe]. A promise is settled: it
// is fulfilled, or it breaks.
//
// # Order
//
// Messages that one vat sends on one reference start their turns in the order in which they were sent. There is no order
// between messages on different references. A promise keeps its order when it is settled. A message and its answer are
// messages in opposite directions and have no order towards others.
//
// # Results that are not here yet
//
// What a call answers can be used before the answer is here. Messages go to the reference that the result will be, or, by
// [Promise.Get], [Promise.Index] and [Promise.Untag], to one that the result will hold; generated code has a method for each
// part that leads to one:
//
//	stopped := room.E(ctx).Subscribe(me).Unsubscribe().Call()      // Subscribe answers an ack and an unsubscribe
//
// That is one round trip with a peer that knows op:get, op:index and op:untag. Where the peer's [Dialect] lacks them, the vat waits for
// the result itself and sends on what was sent to its parts.
//
// # Many messages in a row
//
// A call does not wait for its answer, but only so much is under way at a time: each object of a peer has a window, in messages
// without an answer and in bytes, and each peer one for all of its objects, in which one-way messages count until the connection has
// taken them. Who sends more waits until there is room, as long as the context lets it: that of the call, or the one that the eventual
// view was made with. So a program cannot fill its own memory, or its peer's, with what a slow object has not got to, and one
// object that is slow does not stop messages to others. See [Limits.TargetMessages].
//
// A turn does not wait, or one slow peer would keep its object from all others, and two objects that call each other from turns could
// stop both. What turns send counts, so that others wait; it is bounded by [Limits.OutputBytes], and by [Limits.OutputHard] for a
// peer that takes nothing. A turn that has much to say to one object uses a stream.
//
// A [Stream] has a smaller window of its own, and its Send returns the error of an earlier message. On the
// receiving side every message is a turn like any other. [Events] are the counterpart for an object that hears one-way messages: the
// program ranges over them, and while it is behind, the turns of the object wait, and those who send.
//
// # Handoffs
//
// A reference to an object of one peer, the exporter, can be sent to another peer, the receiver. The receiver gets a reference of its
// own: it calls the exporter, if it has no session with it, and talks to the object directly, and nobody else can make use of the
// certificate that it was sent. The reference is usable at once. Until the handoff is over it is a promise; it breaks with a
// *[ThirdPartyError] that names the stage if the handoff fails. When it is over, what [Resolve] returns for it is == to any other
// reference that leads to the same object through the same session.
//
// The order of messages on one reference holds across handoffs between vats like this one: what was sent to a promise while it led
// through the gifter arrives before what is sent to the exporter afterwards. OCapN cannot give that order with every gifter. The
// schedule in which it is lost, with the promise p of the gifter G, the receiver R and the object o of the exporter E:
//
//	R -> G   message 1 to p
//	G -> E   deposits o
//	G -> R   p is o: the certificate
//	R -> E   withdraws o; message 2 to o
//	G -> E   message 1 to o, which G passes on only now
//
// A gifter that deposits behind what it was sent before does not do that. For what may be under way at that time, a receiver of this
// implementation asks a second time what p is before it sends message 2, and goes on with the certificate that comes then; a gifter
// that answers with the first one again brings the same schedule about.
//
// A handoff makes this vat connect to where a peer says. [WithIntroductions] decides whether it does.
//
// # Several netlayers
//
// A vat has as many netlayers as it was given, at most one for each transport. It accepts sessions on all of them, and dials a peer by
// the one that the peer's location names. There is one session for each peer, whoever opened it, for everything that the two have
// to do with each other. [Publish] names the location of the first netlayer, [Vat.SturdyRefs] all of them.
//
// A location is an identity. A peer that is reached by two transports is two peers for the protocol, and for a vat: two sessions,
// and references that are not the same, even to one object. A reference is handed off with the location at which the gifter itself
// reaches the exporter, so the receiver needs a netlayer for that transport, or else the reference breaks with a *[ThirdPartyError].
// A gifter whose peers have no transport in common passes messages on instead, with an object of its own.
//
// # Living with broken sessions
//
// Sessions end: networks fail, programs are restarted. Then every reference and promise that depended on the session breaks, for good,
// and nothing is repeated: only the program knows what may be. What outlives a session is a sturdyref, and [Keep] follows one:
//
//	for room, err := range captp.Keep[chat.Chatroom](ctx, vat, ref) {
//		if err != nil {
//			log.Print(err)                        // away; it is tried again
//			continue
//		}
//		err := room.Subscribe(ctx, me, since)     // in each session anew, from where the last one ended
//		...
//	}
//
// An object that others subscribe to lets them say from where on: a subscriber that comes back misses nothing and hears nothing twice.
// [Broken] tells when a reference is lost, for those who hold one without Keep.
//
// Who tries again waits in between. Keep waits for half a second at first and for half a minute in the end, at random a little less. The
// vat itself lets a moment pass before it dials a peer again that it could not reach: a quarter of a second at first, five seconds at
// most, and nothing any more when the last try is half a minute ago. [Enliven] and [Vat.Connect] wait for that as for the dial. So a
// program that tries again in a loop does no harm, and somebody who tries again by hand does not notice. A peer that calls meanwhile
// is not dialled. Nobody gives up by himself: each try that fails is an error in the loop, and when to stop is the program's decision.
//
// A session whose other side is gone without a word looks like one in which nothing happens. Most netlayers notice; Keep does on all
// of them, and also when the peer hangs: it asks the peer for the object again when nothing has come for a minute, and ends the session
// if nothing comes for half a minute more. [Vat.Disconnect] is for programs that know better. A peer that calls while there is a
// session with it is refused, and has that asked for a sign of life; if there is none, it gets through when it calls again.
//
// A program that ends tells its peers: [Vat.Shutdown] lets what was begun come to its end, and the peers hear of it, and [Vat.Close] ends
// everything at once.
//
// # Turns
//
// The turns of one object run one at a time, those of different objects in parallel; [Together] puts objects that share
// state on one queue, [Concurrent] takes an object off it. A turn may block. While it waits for a promise in
// [Promise.Await], other messages to its object are handled, so that objects that call each other in a circle do not stop:
// the state of the object may change across every Await.
//
// # Errors
//
// Methods that wait return, besides ctx.Err():
//
//   - *[BrokenError]: whoever was to settle the promise broke it, and this is the reason that was given. An error that the method
//     raises is in its tree: errors.AsType[*chat.BannedError](err) finds it. It is the same one wherever the object lives. Where nothing
//     says that it is raised, [DecodeReason] reads it.
//   - *[SessionError]: the session ended first. Everything that was reached through it is broken for good; a sturdyref can be
//     enlivened again. It unwraps to [net.ErrClosed], as [ErrClosed] does.
//   - *[StreamError]: an earlier message of the stream failed, with one of the errors of this list.
//   - *[ArgError]: the value is not what the interface says. *[EncodeError]: one of ours cannot be sent, and nothing was.
//   - *[DialError]: the peer was not to be had. *[UnknownSwissError]: this vat does not have the object; a peer that does not
//     breaks the promise. *[TargetError], *[StepError], *[CycleError],
//     *[ReleasedError], *[ForeignError], *[ThirdPartyError], *[LimitError]: what their comments say.
//
// In the other direction nothing leaves a vat by accident. Of the error that a method returns, peers are told what the
// program chose to say, with [Public], [ReasonValue] or a declared error, which may be wrapped; any other error, and every panic, is
// "internal error" for them and a line in the log here. A declared error that a call returned and the method passes on travels on.
//
// Peers differ in what they can break a promise with. A declared error is sent as a tagged struct, to a peer of the [Goblins] dialect as
// the only error that it can read, which says nothing. On receipt a text that starts with the name of the error is taken for it, if
// all that the text lacks may be left out.
//
// # Ownership and concurrency
//
// All functions and methods may be called by any goroutine, but for encoders and decoders, which belong to whoever was given
// them. Sending blocks where a window is full, and never in a turn, but for [Stream.Send]. A context bounds waiting and nothing else: OCapN
// cannot call a message back.
//
// Inside, a vat has one goroutine, the loop, that owns the protocol state; for each connection one that reads and decodes
// and, once the loop cannot send everything itself, one that writes; one for each netlayer that can be dialled; one for each dial, and for each decision about an introduction; one
// for each object that has turns to run, and a few that have just had one and wait for the next; and now and then one that
// collects garbage (see [WithoutIdleCollection]). All end before [Vat.Close] returns. [Keep] has one that watches over the session while
// its loop holds a reference.
//
// Eight kinds of mutexes exist, for the inbox of the loop, the queue of an object, the goroutines that wait for a turn, those that wait
// for a promise (eight lists, so that they seldom meet), the list of dropped references, the messages that wait for room, the window of a stream, and the lines that were logged. Each guards a list
// or some numbers, and nothing that could block is called while it is
// held, but that a message of a stream is put into the inbox.
//
// References need no closing. When the program no longer reaches one, the garbage collector takes it down in a list, and the
// loop tells the peer, together with others, at its next opportunity. [Release] is for programs that want it sooner.
//
// # Limits
//
// What a peer can make a vat keep or do is bounded by [Limits], on by default. A peer that sends faster than its messages are
// handled, or does not read what it asked for, is read more slowly, and cut off in the end. What the program sends is bounded by the
// windows.
//
// The windows are this vat's own: OCapN has no messages for them, and leaves the rest to the netlayers, whose connections take no more
// than the other side reads. A vat like this one reads slowly from a peer of which more than Turns messages wait; the windows keep
// one program from bringing that about for everything else that the two vats have to say to each other.
//
// # Running it
//
// What a vat keeps is counted by [Vat.Stats], what each session is and keeps by [Vat.Sessions], those that cost most first, and what has
// happened so far by [Vat.Totals]: sessions that came and went and why, by name the limits that were gone over, panics, messages and bytes. All
// of them are values for a log line: slog.Info("vat", "stats", vat.Stats()). Package captpexpvar publishes them as variables of
// package expvar. [Vat.Dump] writes the tables for people.
//
// [WithLogger] says where to log what an operator has to look at: methods that fail and panic, sessions that end, introductions that were
// declined. [WithTracer] lets a [Tracer] hear of every operation, of every turn with its time, and of readers that were held;
// [SlogTracer] writes that to a log.
//
// None of this holds values that were sent, swiss numbers or identifiers of gifts. Where peers say who they are, that is cut, and quoted
// if it holds anything unprintable. What peers can bring about is logged a bounded number of times per minute.
//
// # Specifications
//
// The drafts of the OCapN group of July 2026: CapTP, Model, Locators, Netlayers. Comments of the form "Spec: CapTP#opdeliver"
// name the clause. Older forms of the protocol are received as well, and sent if [WithDialect] says so.
//
// # Design notes
//
// The loop belongs to the vat, not to the session, so that what concerns two sessions is plain sequential code: a promise of
// one peer that is passed to another, a reference that comes home. It costs a hop between goroutines for each message. Hops are
// what a call in one process costs, so events travel in batches and a goroutine is only woken if it sleeps. Over a network it is
// not their number that counts: as soon as one goroutine wakes another, a part of all messages waits for a thread to wake, and the
// second hop and the eighth add next to nothing to that. A loop that runs on the goroutine of whoever posts an event saves half of the
// hops, and no more than a fiftieth of the time of a call that nothing else is in flight with.
//
// A write for each message costs more than everything else that is done for a call. When the loop has let several goroutines go on, callers
// with answers or objects with messages, it lets them run first and speak again, and then sends what they said at once. It does not
// wait: when nothing else is ready to run, or one call follows the other, it sends what there is.
//
// What a message needs on its way is used again: the buffers it arrives in and is encoded into, the records of operations, the
// entries of questions, the channels that callers wait on. So whatever is handed from one part to the next is lent, and who keeps something
// copies it (see used.go, and the package documentation of the core). Three allocations of a call are left: the promise at one end, the
// turn, which is a context that a method may keep, and the promise of the answer at the other. What arrives in a buffer of its own,
// because it is long, is handed on in it.
//
// Objects are not vats: they run in parallel, as Go programmers expect, and share state under locks or with [Together].
//
// A vat waits before it dials an unreachable peer again, and does not fail at once with the last error, because what the last error says
// may no longer be so: who waits gets an answer that is true. The wait is short, since a dial that waits counts in Limits.Dials, and
// because it is also that of somebody who has just started the peer and tries again. To wait for longer, which takes somebody
// who does not mind, is up to Keep. The two count apart: what peers have the vat dial in vain (see [WithIntroductions]) does not hold up
// what the program dials.
//
// Keep asks the peer for the object again, instead of sending something of its own, because every implementation answers that.
//
// A reader whose peer does not read our output slows down, but never stops entirely: two peers that both wait for the other
// one to read would wait for ever.
package captp
