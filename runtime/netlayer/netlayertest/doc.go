// Package netlayertest checks netlayers, and has a network for tests of whatever uses one.
//
// # Checking a netlayer
//
// Run puts two netlayers through everything that package netlayer promises:
//
//	func TestConformance(t *testing.T) {
//		netlayertest.Run(t, func(t *testing.T) (a, b netlayer.Netlayer) {
//			...
//		})
//	}
//
// # A network for tests
//
// A Network has named peers, and every delay and fault happens when the test says so. Nothing reads a clock or moves by
// itself unless there is latency, and all waiting is on channels and timers, so a test in a bubble of testing/synctest runs
// in no time and always the same way:
//
//	synctest.Test(t, func(t *testing.T) {
//		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Latency: 50 * time.Millisecond})
//		alice, bob := network.Peer("alice"), network.Peer("bob")
//		...
//		network.Way("alice", "bob").Hold() // from here on, nothing of alice's arrives
//		...
//		network.Way("alice", "bob").Step() // but this one message
//	})
//
// # Terminology
//
// A Way is one direction between two peers, a Link one conn, a Flow one direction of one conn. What is sent is under way
// until it arrives; then it can be received. An item is what travels: a message, the end of sending, or a closing.
//
// # Errors
//
// Dial returns *netlayer.DialError, which wraps netlayer.ErrLocation for another transport, netlayer.ErrRefused when the
// peer is not there, the error given to Way.RefuseDials, or the error of the context. On a conn that was cut, Receive and
// Send return ErrCut.
//
// # Ownership and concurrency
//
// All methods may be called from any goroutine, with the exceptions of netlayer.Conn. One mutex guards a network; it is not
// held while anything waits. Timers run while something is under way with latency, and nothing else runs by itself.
//
// # Limits
//
// Send blocks while NetworkOptions.Window bytes were sent on a direction and not received. 64 conns wait to be accepted;
// further dials are refused. A network remembers every conn it has carried.
package netlayertest
