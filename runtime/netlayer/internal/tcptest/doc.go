// Package tcptest has what tests of netlayers over TCP, and over what is like it, are made of: someone in the middle of a connection, a
// search for leaks, a soak, vats that introduce each other, and benchmarks.
package tcptest
