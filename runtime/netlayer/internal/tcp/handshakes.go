package tcp

import (
	"cmp"
	"container/list"
	"net"
	"net/netip"
	"sync"
)

// Handshakes are those of the connections that nobody has accepted yet, whether they are under way or over and waiting for Accept. There
// is a limit to them. When one more comes, one has to go: of the networks from which they come one that has most of them, of its sources
// one that has most, and of its handshakes the oldest. So whoever has addresses in few networks makes nobody go from a network that has
// fewer handshakes; and whoever means it is done in a moment, and does not get old. The methods may be called from any goroutine.
type Handshakes struct {
	// Immutable.
	limit    int
	refusals *Refusals

	mu sync.Mutex
	// Guarded by mu.
	open     int
	begun    uint64
	networks map[netip.Prefix]*network // that have one that is open
	over     bool                      // Close was called
}

// network is the open handshakes of a network.
type network struct {
	open    int
	sources map[netip.Addr]*list.List // of *Handshake, the oldest first; none is empty
}

// Handshake is one of them.
//
// States: open; finished, by Finish; dropped, by Close or for a newer one. It is in the table exactly while it is open.
type Handshake struct {
	all    *Handshakes
	source netip.Addr
	drop   func()

	// Guarded by all.mu.
	number uint64        // of those that were begun before
	place  *list.Element // in the list of the source; nil unless open
}

// NewHandshakes returns a table of so many handshakes at most. Those that have to go for others are counted.
func NewHandshakes(limit int, refusals *Refusals) *Handshakes {
	return &Handshakes{limit: limit, refusals: refusals, networks: map[netip.Prefix]*network{}}
}

// Begin returns a handshake that is open, on a connection from the address. If it is to be dropped, drop is called, once, which may be
// before Begin returns.
func (h *Handshakes) Begin(from net.Addr, drop func()) *Handshake {
	one := &Handshake{all: h, source: sourceOf(from), drop: drop}
	if last := h.add(one); last != nil {
		last.drop()
	}
	return one
}

// add adds the handshake, and returns the one that has to go for it, if any.
func (h *Handshakes) add(one *Handshake) *Handshake {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.over {
		return one
	}
	one.number = h.begun
	h.begun++
	h.open++
	key := networkOf(one.source)
	n := h.networks[key]
	if n == nil {
		n = &network{sources: map[netip.Addr]*list.List{}}
		h.networks[key] = n
	}
	n.open++
	open := n.sources[one.source]
	if open == nil {
		open = list.New()
		n.sources[one.source] = open
	}
	one.place = open.PushBack(one)
	if h.open <= h.limit {
		return nil
	}
	h.refusals.Crowded.Add(1)
	last := h.first()
	last.leave()
	return last
}

// first returns the handshake that has to go first, nil if none is open. The caller holds mu.
func (h *Handshakes) first() *Handshake {
	var (
		first *Handshake
		most  [2]int // how many its network and its source have
	)
	for _, n := range h.networks {
		if n.open < most[0] {
			continue
		}
		for _, open := range n.sources {
			one := open.Front().Value.(*Handshake)
			if first == nil || cmp.Or(cmp.Compare(n.open, most[0]), cmp.Compare(open.Len(), most[1]), cmp.Compare(first.number, one.number)) > 0 {
				first, most = one, [2]int{n.open, open.Len()}
			}
		}
	}
	return first
}

// Fail says that the handshake has failed, or that whoever had it is gone. It reports whether the handshake was open.
func (one *Handshake) Fail() bool {
	open := one.Finish()
	if open {
		one.all.refusals.Failed.Add(1)
	}
	return open
}

// Finish says that the handshake is none any more, because its conn was accepted. It reports whether the handshake was open.
func (one *Handshake) Finish() bool {
	one.all.mu.Lock()
	defer one.all.mu.Unlock()
	return one.leave()
}

// Close drops all handshakes, and those that begin later.
func (h *Handshakes) Close() {
	for one := h.stop(); one != nil; one = h.stop() {
		one.drop()
	}
}

// stop keeps others from becoming open, and takes one that is out of the table; it returns nil when none is left.
func (h *Handshakes) stop() *Handshake {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.over = true
	one := h.first()
	if one != nil {
		one.leave()
	}
	return one
}

// leave takes the handshake out of the table, and reports whether it was there. The caller holds all.mu.
func (one *Handshake) leave() bool {
	if one.place == nil {
		return false
	}
	h, key := one.all, networkOf(one.source)
	n := h.networks[key]
	open := n.sources[one.source]
	open.Remove(one.place)
	one.place = nil
	if open.Len() == 0 {
		delete(n.sources, one.source)
	}
	if n.open--; n.open == 0 {
		delete(h.networks, key)
	}
	h.open--
	return true
}
