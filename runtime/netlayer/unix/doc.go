// Package unix is a netlayer between processes of one machine: streams over sockets in the file system.
//
//	nl, err := unix.New(unix.Options{Path: "/run/user/1000/chat.sock"})
//	...
//	publish(nl.Location()) // ocapn://7f…9c.unix-socket?path=%2Frun%2Fuser%2F1000%2Fchat.sock
//
// The transport is unix-socket, a name of this module. It is not unix-domain-socket, the transport of peers that meet at
// an introduction server; its locations lead straight to the socket of the peer.
//
// # Locations
//
// The designator is any text that no other peer uses; New makes one up. The hint is path, absolute.
//
// Designators are not proved. Who may dial is what the file system says: the socket has mode 0600, and for a moment after
// New has created it, what the umask leaves. A folder that only its owner may enter leaves no such moment.
//
// # Framing
//
// As in package tcptesting: dialled conns send framed unless the options say otherwise, accepted ones answer in kind, both
// receive either.
//
// # Errors
//
// Dial returns *netlayer.DialError, which wraps netlayer.ErrLocation for a hint that is missing or not absolute,
// netlayer.ErrRefused when nobody listens, what Options.DialPolicy returned, or the *net.OpError.
//
// # Ownership and concurrency
//
// All methods may be called from any goroutine. No goroutine is started. Close removes the socket.
//
// # Limits
//
// The operating system bounds the path: about 100 bytes. A message that has begun to arrive has to go on arriving: see
// Options.MessageTime.
//
// Who may dial is a process of the same user, so there is no bound for each source. How many conns there are in all, and how long one may
// say nothing, is for the caller of Accept, who sees each of them.
package unix
