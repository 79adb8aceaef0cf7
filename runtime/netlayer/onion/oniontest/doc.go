// Package oniontest has a private Tor network, for tests of programs that use onion services.
//
//	torrc := oniontest.StartNetwork(t)
//	nl, err := onion.New(ctx, onion.Options{TorrcFile: torrc})
//
// All of it is on this machine, authorities and relays too, and every connection is to 127.0.0.1. Onion services work as on the public
// network, but are found within five seconds, and there is no way out to the Internet.
//
// # Errors
//
// StartNetwork skips the test unless the environment variable OCAPN_TOR is 1, and where tor or Python 3 is missing. It fails the test
// when the network does not come up.
//
// # Ownership and concurrency
//
// A network is of nine processes of tor, and one of Python that starts and ends them. They end with the test, or, if the process of the
// test is killed, when its end of a pipe is closed. Several networks may be there at once. One goroutine waits for the end of each.
//
// # Limits
//
// It comes up in ten to twenty seconds, and is given two minutes. Its processes take about 150 MB. It needs a system that is like Unix.
package oniontest
