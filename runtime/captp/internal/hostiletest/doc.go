// Package hostiletest attacks a running vat over real connections, octet by octet, while honest peers go on using it.
//
//	target, err := hostiletest.StartVat(captp.Limits{})      // or a Child, whose memory can be watched
//	...
//	storm := hostiletest.Storm{Seed: 1}
//	for number := range uint64(1000) {
//		storm.Run(ctx, target.Ways()[0], number, nil)          // one session of a peer that lies
//	}
//	err = hostiletest.Meet(ctx, way, target)                 // a peer that comes after it is served
//
// Package coretest besieges the protocol core with operations. Here everything is there that a peer gets to: sockets, framing,
// encryption, the decoder, the loop, turns, output and limits at their defaults.
//
// # Terminology
//
// The target is the vat that is attacked; its program is in [Publish]. A [Way] is how one gets to it. An [Attacker] is the other end
// of one connection, and says whatever it likes. An attack is one thing that a peer can do to hurt us, with what has to come of it. A
// [Storm] is an endless number of sessions of which each is made from a seed and a number. [Honest] peers call the target
// all the time and count how long that takes.
//
// # What is checked
//
// Of an attack: whether the session ends, and why; how much memory the target takes up for it; whether a new honest peer is served
// after it; whether anything is left. Of a storm: whether the target lives, how much memory it takes up, whether every call of the
// honest peers has its one right outcome, how long they take compared with a load of as many valid messages, and whether anything
// is left.
//
// # Processes
//
// Memory belongs to a process, and so does the processor that the scheduler of the system gives to it. So the target is a [Child], and
// so are the honest peers when their time is measured: in the process of the attackers they would wait for goroutines that
// are busy attacking. [RunChild] is what such a process does; the test binary starts itself. Under the race detector everything is in
// one process.
//
// # Replaying
//
// What a session of a storm sends is a function of the seed and the number, but for keys, for signatures, and for the answers to what the
// target asks. `make hostile HOSTILE=1 SEED=7 FIRST=12345` lets the storm be session 12345 of seed 7 and nothing else.
//
// # Limits
//
// An attacker keeps nothing of what it hears but positions and the reason of an abort. A connection that is stuck for a minute is
// given up by the attacker.
//
// # Design notes
//
// Why are there sockets and no simulation? Simulations of the core exist. What is left to find is between the parts: buffers that
// belong to nobody, readers that wait for each other, memory that is charged to no limit.
//
// Why is latency compared with a load of valid messages? Attackers, target and honest peers share the processors of one machine. That
// calls take longer while it is busy says nothing about the target; that they take longer than beside honest work of the same
// amount does. Both are measured, in turns of a second or two within one run, so that whatever else the machine does meets both.
//
// Why do attackers keep a rate? Without one, whatever the target does faster gets it more work. At a given rate
// the question is what a message costs the others.
package hostiletest
