package netlayertest

import (
	"errors"
	"sync"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// Transport is the symbol by which locations name the peers of a Network.
const Transport = "netlayertest"

// ErrCut is what Receive and Send return on a conn that was cut.
var ErrCut = errors.New("network is cut")

// NetworkOptions are the settings of NewNetwork. The zero value is a network that delivers at once.
type NetworkOptions struct {
	// Latency is how long everything takes from one peer to another, unless Way.SetLatency says otherwise.
	Latency time.Duration

	// Window is how many bytes one direction of a conn holds that were sent and not received; Send blocks while there are as
	// many. It is a mebibyte when zero.
	Window int

	// Unproved makes Conn.Proved return zero, as of a transport that proves nothing.
	Unproved bool

	// Tap, if not nil, is called with each message when it is sent, in order, one call at a time. It must not wait, and must
	// not call anything of the network.
	Tap func(Message)
}

// A Message is what a tap sees.
type Message struct {
	Link     int    // the conn: its place in Network.Links
	From, To string // the names of the peers
	Data     []byte // a copy
}

// Network is a network in memory whose every delay and fault is under the control of the test. Its methods, and those of
// what they return, may be called from any goroutine.
//
// Peers have names, which are their designators. What is under way between them can be seen from three distances:
//
//   - a Way is one direction between two peers, and covers all their conns, present and to come;
//   - a Link is one conn;
//   - a Flow is one direction of one conn.
type Network struct {
	// Immutable after NewNetwork.
	opts NetworkOptions

	mu    sync.Mutex         // guards everything in the network; never held while anything waits
	peers map[string]*Peer   // that accept conns, by name
	ways  map[[2]string]*Way // by the names of both ends
	links []*Link            // in the order of dialling
	sent  uint64             // items that were sent, which numbers them
}

// NewNetwork returns a network without peers.
func NewNetwork(opts NetworkOptions) *Network {
	if opts.Window < 1 {
		opts.Window = defaultWindow
	}
	return &Network{opts: opts, peers: make(map[string]*Peer), ways: make(map[[2]string]*Way)}
}

// Peer returns the peer of the name. The first call, and the first after that peer was closed, adds it to the network. The
// name must do as a designator: see locator.Peer.
func (n *Network) Peer(name string) *Peer {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.peers[name]
	if p == nil {
		p = newPeer(n, name)
		n.peers[name] = p
	}
	return p
}

// Way returns the direction from one peer to another. The peers need not exist.
func (n *Network) Way(from, to string) *Way {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.way(from, to)
}

// way is Way with mu held.
func (n *Network) way(from, to string) *Way {
	key := [2]string{from, to}
	w := n.ways[key]
	if w == nil {
		w = &Way{network: n, from: from, to: to, latency: n.opts.Latency}
		n.ways[key] = w
	}
	return w
}

// Links returns all conns there have been, in the order in which they were dialled.
func (n *Network) Links() []*Link {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]*Link(nil), n.links...)
}

// Cut cuts all conns between two peers: see Link.Cut. They can dial each other again.
func (n *Network) Cut(a, b string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, l := range n.links {
		if l.out.from == a && l.out.to == b || l.out.from == b && l.out.to == a {
			l.cut()
		}
	}
}

var _ netlayer.Netlayer = (*Peer)(nil)
