package netlayer

// SourceLimits bound the connections that come in from one source: from one address of IPv4, or one network of 64 bits of IPv6, which one
// machine may have to itself. Whatever is beyond them is closed without a word; see Refuser. The zero value has the defaults.
//
// Connections from this machine are not bounded, unless Loopback is set: proxies and onion services pass on those of everybody from there.
// Whoever has a proxy on another machine sets Conns and Rate to -1, and has the proxy bound sources.
type SourceLimits struct {
	Conns int // open at once; DefaultSourceConns when zero, any number when negative
	Rate  int // new ones a second, over a longer time; DefaultSourceRate when zero, any number when negative
	Burst int // new ones at once, after a pause; DefaultSourceBurst when zero

	// Loopback bounds connections from this machine, too.
	Loopback bool
}

// Refusals are how many connections that came in became no conn, and why.
type Refusals struct {
	Source  int64 // there were too many of one source: see SourceLimits
	Crowded int64 // too many others came before the handshake was over, or before Accept
	Failed  int64 // the handshake went wrong, or took too long
}

// Refuser is a Netlayer that counts the connections that it has refused. The netlayers of packages tcptesting, noise, tls, websocket and
// onion are.
type Refuser interface {
	Netlayer

	// Refused returns what has been refused since the netlayer was made. It may be called from any goroutine.
	Refused() Refusals
}
