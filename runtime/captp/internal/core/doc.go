// Package core is the CapTP protocol as a state machine, without I/O.
//
// A [Vat] takes one event at a time (an operation arrived, the program sends, a promise is settled, a reference was dropped, a
// connection was lost) and yields a list of effects (run a turn, notify a waiter, dial a peer, close a connection) and, for each
// session, the operations that are to be sent. It never calls the program, never blocks, and reads no clock and no randomness. So
// it can be read next to the draft, driven step by step in a test, run by a random scheduler against a model, and reviewed for
// security alone. Package captp drives it.
//
//	v := core.New(core.Config{})
//	s := v.Open(core.Opening{...})      // an accepted connection
//	v.Receive(s, op)                    // its operations, in order
//	for effects := v.Effects(); len(effects) > 0; effects = v.Effects() {
//		...                             // carried out in order
//	}
//	for _, s := range v.Dirty() {
//		out, ends := s.Take()           // written to the connection of s
//	}
//
// # Terminology
//
// A capability ([Cap]) is a node: an [Object] of this vat, an [Import] from a peer, or a [Promise]. A [Body] is one Syrup value
// together with the capabilities that occur in it. What a peer calls its export is our import; position types keep the sides
// apart, and translate.go is the only place where they are swapped. A question is a message of ours that is to be answered, an
// answer is what we owe to a message of a peer.
//
// # Where is what
//
// One operation a file: handle_start_session.go, handle_deliver.go, handle_listen.go, handle_step.go (op:get, op:index, op:untag),
// handle_gc.go, handle_abort.go. One table a file: exports.go, imports.go, answers.go; questions are resolvers in the export table.
// The three parts of a handoff are gifter.go, receiver.go and exporter.go. promise.go says what a promise is and how it is
// settled, waiting.go what waits for it, held.go what peers hold, route.go by which way a message goes and why it arrives in
// order, peers.go which sessions there are, crossed_hellos.go which of two lives. The traces in testdata/traces show all of it,
// one operation at a time.
//
// # Ownership and concurrency
//
// The core calls nothing of the driver's but [Opening].Unsent and [Opening].Buffer.
//
// All methods of a Vat belong to one goroutine, except NewObject, NewPromise, Host and the accessors of nodes for what never
// changes.
//
// Operations and bodies that the vat is given are lent to it, so that the driver can use their memory again: operations that are
// received until their effects are carried out, bodies that are sent or settle a promise until the method returns and, if there
// is a Run among the effects, until that is carried out. So are the bodies in effects, the other way round. Who keeps something
// copies it, see [Body.Kept]. Only the data of a body that is its own, see [Body.Own], is given away and never used again.
//
// # Invariants
//
//  1. A promise is settled at most once, and everything that waits in it happens exactly once, in order.
//  2. References are counted when they are received, whether or not the message succeeds, and when they are encoded, never before.
//  3. A descriptor is resolved in the event in which it arrived, so that nothing that comes later can pull a reference away.
//  4. The export table of a session holds what the peer holds; the import table holds nothing alive (see imports.go).
//  5. When a session ends, every promise that waited for it breaks, and nothing of it is left in any table.
//  6. Nothing that a peer sends costs stack in proportion to a chain that the peer can make.
//  7. An operation costs time in proportion to itself, to what is sent because of it, and to what it sets free; a path step beside
//     that to the value before the part that it takes, and the first and the last way in which a peer holds a promise beside that
//     to the promises that can be reached through its value (see held.go), which are at most HeldBytes/256.
//
// [Vat.Check] checks what of this can be seen from the tables; tests call it after every step.
//
// # Limits
//
// [Limits] bounds what a peer can make a vat keep. The reaction is to abort its session, but where the program may be the cause:
// a message that the export table has no room for, or with promises whose values the peer may not hold beside what it holds, is not
// sent, and its answer breaks. Nor is a message passed on from one peer to another that is behind with reading.
//
// held.go counts the bytes that are kept for the sake of a peer. A promise that the peer holds counts whoever fulfils it, so a
// program that fulfils promises which a peer holds can bring the session to its end. That is so on purpose: the vat cannot tell a
// value of the program's from one that the peer sent to the program, and a peer that lets go of what it was told holds no more
// than what is on its way. A program with more than that to say waits for answers.
//
// # Specifications
//
// The drafts of the OCapN group, revision 9279671: CapTP, Model, Locators, Netlayers. Comments of the form "Spec: CapTP#opdeliver"
// name the clause that a function implements.
//
// # Design notes
//
// Imports are held weakly instead of being counted inside of the vat. What keeps an import alive is spread over queues, promises
// and tables; the garbage collector knows all of it and cannot miscount. The price is that the moment at which a peer hears of it
// is the collector's; [Vat.Release] is there for programs that want it earlier.
//
// A resolver of ours is forgotten the moment it is told, without waiting for the peer's op:gc-exports, because not all peers send
// one. What a peer says to or of a forgotten position afterwards means nothing, and positions are not used twice.
//
// An unsettled answer to a question is never sent as desc:answer but as a promise of our own: not all peers understand the former
// among arguments.
//
// A session that ends does not break the promises that other peers' messages wait in: they belong to objects here.
//
// A ring of promises within a vat breaks, and so does one that goes to a peer and straight back. One that goes through three vats,
// or to and fro more than once with messages on their way in it, is not found out: no operation tells one vat how far the others
// are. What waits in it waits until a session ends.
package core
