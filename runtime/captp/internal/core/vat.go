package core

import (
	"cmp"
	"maps"
	"slices"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// Config is what a vat is made of.
type Config struct {
	// Host is the driver's side of the vat.
	Host any
	// Limits bounds what peers can make the vat keep.
	Limits Limits
	// Closed is what a [*SessionError] unwraps to. The driver gives net.ErrClosed, which the core may not know.
	Closed error
}

// Vat is the protocol side of a vat: its sessions, its promises, and what they hold of each other. See the package
// documentation for how it is driven.
type Vat struct {
	// Immutable after New.
	host   any
	limits Limits
	closed error

	// Owned by the vat's loop.
	sessions       map[*Session]struct{}
	opened         uint64     // sessions so far
	strangers      int        // sessions that peers have opened and that are not up yet
	strangersByAge []*Session // the oldest first; others may be among them
	received       uint64     // operations so far
	peers          map[locator.PeerID]*peer
	dialling       int
	postponed      []*peer // that are to be dialled at the word of gifters, when others were
	own            map[locator.PeerID]struct{}
	registered     map[[32]byte]Cap // by the digest of the swiss number, so that a lookup tells nothing by its time

	up            map[handoff.SessionID]*Session // sessions that are up
	gifts         *gifts
	introductions map[uint64]*Introduction // that are under way, by number
	introduced    uint64                   // introductions so far
	given         []*Introduction          // that stand in the message that is being read

	left       *Session // in whose output the last message is that was sent
	work       int      // that was done since Work was called, in pieces
	slots      []Slot   // of the message that is being read
	due        []dueReaction
	over       []*Session // whose peers may hold too much
	held       int        // bytes that are kept for the sake of peers, see held.go
	entries    int        // bytes that entries of tables take up, see entries.go
	effects    []Effect
	spent      []Effect // what Effects returned last
	dirty      []*Session
	dirtySpent []*Session
	gcDue      []*Session // sessions with gc operations that wait to be sent, or did
	gcFresh    bool       // some of these have come since AgeGC was called
}

// New returns a vat without sessions.
func New(cfg Config) *Vat {
	v := &Vat{
		host:       cfg.Host,
		limits:     cfg.Limits.orDefault(),
		closed:     cfg.Closed,
		sessions:   make(map[*Session]struct{}),
		peers:      make(map[locator.PeerID]*peer),
		own:        make(map[locator.PeerID]struct{}),
		registered: make(map[[32]byte]Cap),

		up:            make(map[handoff.SessionID]*Session),
		introductions: make(map[uint64]*Introduction),
	}
	v.gifts = handoff.NewGifts[gift, withdrawal](v.limits.Gifts, v.limits.Withdrawals, max(1, v.limits.Withdrawals/4))
	return v
}

// Host returns what the driver gave in the configuration. Any goroutine may call it.
func (v *Vat) Host() any { return v.host }

// NewObject returns an object whose turns the driver runs by host. Any goroutine may call it.
func (v *Vat) NewObject(host any) *Object {
	o := new(Object)
	v.InitObject(o, host)
	return o
}

// InitObject is [Vat.NewObject] for an object that is a part of something else of the driver's. o must be zero and not be moved.
func (v *Vat) InitObject(o *Object, host any) { o.Host, o.vat = host, v }

// Send sends the list args to target. If result is not nil, it becomes the promise of the answer; it must be open and
// untouched, but for [Promise.SentBy]. Send never fails: what cannot be sent breaks the result. It returns the session whose output
// the message is in, nil if it waits or went elsewhere.
func (v *Vat) Send(target Cap, args Body, result *Promise) *Session {
	v.left = nil
	if err := v.foreign(target, args); err != nil {
		v.undelivered(result, err, nil)
	} else {
		v.deliver(target, args, result, nil)
	}
	left := v.left
	v.happen()
	return left
}

// Settle makes o the outcome of p. It has no effect if p has an outcome. The value may be any capability of the vat, promises
// included.
func (v *Vat) Settle(p *Promise, o Outcome) {
	if err := v.foreign(nil, o.Value); err != nil {
		o = broken(err)
	}
	v.resolve(p, o)
	v.happen()
}

// Watch tells waiter, with a Notify effect, what c is once it is settled. The promise is kept until then.
func (v *Vat) Watch(c Cap, waiter any) {
	if err := v.foreign(c, Body{}); err != nil {
		o := broken(err)
		v.emit(Effect{Kind: Notify, Waiter: waiter, Outcome: &o})
		return
	}
	v.listen(c, &reaction{kind: reactNotify, waiter: waiter})
	v.happen()
}

// Derive makes result the promise of what the path step finds in the value of src.
//
// Spec: CapTP#opget, CapTP#opindex, CapTP#opuntag
func (v *Vat) Derive(src Cap, step Step, result *Promise) {
	if err := v.foreign(src, Body{}); err != nil {
		v.breakWith(result, err)
	} else {
		v.listen(src, &reaction{kind: reactDerive, step: &step, result: result})
	}
	v.happen()
}

// foreign returns an error if target or a capability in body belongs to another vat.
func (v *Vat) foreign(target Cap, body Body) error {
	if target != nil && target.Vat() != v {
		return &ForeignError{}
	}
	for _, s := range body.Slots {
		if s.Cap.Vat() != v {
			return &ForeignError{}
		}
	}
	return nil
}

// Opening is a connection that the driver opened or accepted.
type Opening struct {
	// Host is the driver's side of the connection.
	Host any
	// Dialled is the peer that was called, nil if the peer called.
	Dialled *locator.Peer
	// Location is where we tell the peer that we are.
	Location locator.Peer
	// Key is the session key, made for this connection alone.
	Key handoff.KeyPair
	// Dialect says what is sent.
	Dialect *wire.Dialect
	// Proved is what the netlayer proved of the other side, zero if nothing.
	Proved locator.PeerID
	// Buffer returns empty buffers for output that has about so many bytes for a start. They are the session's until they are taken. If
	// it is nil, the core makes them.
	Buffer func(size int) (out []byte, ends []int)
	// Unsent returns how many bytes of the output that was taken are not sent yet. If it is nil, whatever was taken counts as sent.
	Unsent func() int
	// Unread says whether something has come that Receive was not told of yet. If it is nil, nothing has. Buffer, Unsent and Unread are
	// what the core asks of a driver; they must return at once.
	Unread func() bool
}

// Open starts a session on a new connection. The caller of a connection says hello at once, the called one when it has read
// the caller's: so the called one can tell crossed hellos from a second session.
//
// The session may have ended when Open returns, if there are too many, or if there is no need for it any longer.
func (v *Vat) Open(o Opening) *Session {
	s := &Session{
		vat: v, host: o.Host, dialect: o.Dialect, location: o.Location, key: o.Key, proved: o.Proved, unsent: o.Unsent,
		unread: o.Unread,
	}
	if s.unsent == nil {
		s.unsent = func() int { return 0 }
	}
	if s.unread == nil {
		s.unread = func() bool { return false }
	}
	if s.buffer = o.Buffer; s.buffer == nil {
		s.buffer = func(int) ([]byte, []int) { return nil, nil }
	}
	s.number = v.opened
	v.opened++
	if o.Dialled != nil {
		s.dialled = o.Dialled.ID()
	}
	s.heard = v.received
	err := v.admitConnection(s)
	switch {
	case err != nil:
		s.abort(err)
		if s.isDialled() {
			v.notDialled(o.Dialled.ID(), err)
		}
	case s.isDialled():
		v.dialledNow(s)
	}
	v.happen()
	return s
}

// Receive applies an operation that came on s. The operation and its bytes are lent: see the package documentation.
func (v *Vat) Receive(s *Session, op wire.Op) {
	v.work++
	v.received++
	s.heard = v.received
	s.handle(op)
	v.happen()
}

// Shutdown aborts every session, and breaks what waits for one, or for a decision about one.
func (v *Vat) Shutdown(reason string) {
	// The last one first, so that none takes the place of an older one.
	last := func(a, b *Session) int { return cmp.Compare(b.number, a.number) }
	for _, s := range slices.SortedFunc(maps.Keys(v.sessions), last) {
		s.abort(&shutdownError{reason})
	}
	byName := func(a, b locator.PeerID) int {
		return cmp.Or(cmp.Compare(a.Transport, b.Transport), cmp.Compare(a.Designator, b.Designator))
	}
	for _, id := range slices.SortedFunc(maps.Keys(v.peers), byName) {
		v.peers[id].fail(v, &SessionError{Peer: id, Reason: reason, closed: v.closed})
		v.forget(id)
	}
	for _, i := range v.underWay() {
		v.breakWith(i.promise, &shutdownError{reason})
	}
	v.happen()
}

// Dirty returns the sessions that have output since the last call. Gc operations that have waited go along. The slice is valid until
// the next call.
func (v *Vat) Dirty() []*Session {
	out := v.dirty
	for _, s := range out {
		if s.gcAge > 0 {
			s.flushGC()
		}
		s.dirty = false
	}
	v.dirty, v.dirtySpent = emptied(v.dirtySpent), out
	return out
}
