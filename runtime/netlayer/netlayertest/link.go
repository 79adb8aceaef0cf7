package netlayertest

// Link is one conn of a network, seen from outside. Network.Links returns it.
type Link struct {
	network   *Network
	out, back *Flow
}

// newLink returns a conn between two peers, and adds it to the network, whose mu is held.
func newLink(n *Network, dialler, acceptor string) *Link {
	l := &Link{network: n}
	l.out = newFlow(n, len(n.links), n.way(dialler, acceptor))
	l.back = newFlow(n, len(n.links), n.way(acceptor, dialler))
	l.out.reverse, l.back.reverse = l.back, l.out
	n.links = append(n.links, l)
	return l
}

// Dialler returns the name of the peer that dialled.
func (l *Link) Dialler() string { return l.out.from }

// Acceptor returns the name of the peer that was dialled.
func (l *Link) Acceptor() string { return l.out.to }

// Out returns the direction away from the peer that dialled.
func (l *Link) Out() *Flow { return l.out }

// Back returns the direction towards the peer that dialled.
func (l *Link) Back() *Flow { return l.back }

// Cut ends both directions at once, as when a machine on the way fails. What has arrived can still be received, then
// Receive returns ErrCut on both sides; so does Send. What is under way is lost.
func (l *Link) Cut() {
	l.network.mu.Lock()
	defer l.network.mu.Unlock()
	l.cut()
}

// cut is Cut with mu held.
func (l *Link) cut() {
	l.out.cut()
	l.back.cut()
}
