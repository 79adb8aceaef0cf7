// Package tcp has what netlayers are made of that encrypt streams over TCP: hints that say where, dialling, accepting, and the end of
// what is sent.
//
//	acceptor := tcp.NewAcceptor(tcp.AcceptorOptions{Listener: l, Handshake: prove})
//	...
//	conn, err := acceptor.Accept() // whose other side has proved who it is
//
// # Terminology
//
// A handshake is what happens on a conn before messages do: both sides find out who the other one is, and how to encrypt.
//
// # Ownership and concurrency
//
// An Acceptor has a goroutine that accepts, and one for each handshake that is under way or over and waiting for Accept; Close waits for
// them. Dial has none. All functions and methods may be called from any goroutine, those of Outgoing too.
//
// # Limits
//
// Handshakes are bounded in time and number. The oldest goes when one more comes, and those that are over and wait for Accept count:
// so whoever floods an acceptor needs a new conn in the place of each, and an honest one comes through if its handshake takes less
// time than the flood has it.
package tcp
