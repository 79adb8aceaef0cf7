package coretest

import (
	"fmt"
	"math/rand/v2"
	"weak"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// Options say what a world is like.
type Options struct {
	// Vats is how many there are.
	Vats int
	// Cuts lets connections break at any time. Then a call may break without any other reason.
	Cuts bool
	// Releases lets programs give up references before they are unreachable.
	Releases bool
	// Declines lets vats decline introductions. Then a handoff may fail with the dial.
	Declines bool
	// Refusals lets dials fail. Then a handoff may fail with the dial, and so may a fetch.
	Refusals bool
	// Expiry lets the time pass that handoffs may take. Then a handoff may fail.
	Expiry bool
	// Limits are those of all vats.
	Limits core.Limits
}

// World is a set of vats, the links between them, and what must come of everything that they do.
type World struct {
	// Immutable after New.
	opts Options
	vats []*Vat

	schedule []byte     // the choices that are still to be made, if rng is nil
	rng      *rand.Rand // makes the choices if there is no schedule
	chosen   []byte     // the choices that were made

	lent    []core.Body // to the vat that has an event
	decoder wire.Decoder

	messages []*message
	loads    map[*core.Load]struct{} // in which messages were counted
	imports  map[importKey]*object   // what each position of a session means; positions are not used twice
	nodes    map[nodeKey]weak.Pointer[core.Import]
	maxHeld  int // how many references the program of a vat holds at the most
	refs     int // references made so far
	keys     int // session keys made so far
	cuts     int
	declined int  // introductions and dials
	ages     int  // how often the time passed that handoffs may take
	handoffs int  // certificates that crossed a link
	rings    bool // there may be values that contain each other
	log      []string
	err      error
}

type importKey struct {
	session *core.Session
	pos     core.ImportPos
}

// nodeKey says what an import leads to, and by which session. All imports of one key that are alive are the same node.
type nodeKey struct {
	session *core.Session
	object  *object
}

// Vat is one vat of the world, with the program that runs in it.
type Vat struct {
	world     *World
	index     int
	core      *core.Vat
	peer      locator.Peer
	root      *object
	held      []*ref
	last      *ref // that was sent to
	byCap     map[core.Cap]*ref
	objects   []*object // that have turns to run
	resolvers []*resolver
	links     []*link         // that are open, ours to other vats
	waits     []*core.Session // that the core wants to hear GiveUp of
	dials     []locator.Peer  // that the core wants to be connected with
	proposed  []*core.Introduction
	tracked   []tracked
}

// link is one direction of a connection: the operations on the way from one vat to another.
type link struct {
	from, to *Vat
	session  *core.Session // of from
	back     *link
	queue    [][]byte
	closed   bool // nothing more will be put into the queue
	slow     bool // nothing is carried for now
}

// tracked is an import that the core wants to hear of when nothing holds it.
type tracked struct {
	importKey
	object  weak.Pointer[core.Import]
	promise weak.Pointer[core.Promise]
}

func (t tracked) isGone() bool { return t.object.Value() == nil && t.promise.Value() == nil }

// New returns a world without sessions whose schedule is made from a seed. Each vat has one object that the others can fetch.
func New(seed uint64, o Options) *World {
	w := newWorld(o)
	w.rng = rand.New(rand.NewPCG(seed, 0))
	return w
}

// Replay returns a world that takes its schedule from bytes. It is over when they are used up.
func Replay(schedule []byte, o Options) *World {
	w := newWorld(o)
	w.schedule = schedule
	return w
}

func newWorld(o Options) *World {
	w := &World{
		opts: o, maxHeld: maxHeld, loads: make(map[*core.Load]struct{}),
		imports: make(map[importKey]*object), nodes: make(map[nodeKey]weak.Pointer[core.Import]),
	}
	for i := range o.Vats {
		v := &Vat{world: w, index: i, byCap: make(map[core.Cap]*ref)}
		v.core = core.New(core.Config{Limits: o.Limits})
		v.peer, w.err = locator.NewPeer("memory", fmt.Sprintf("vat%d", i), nil)
		v.core.AddLocation(v.peer)
		v.root = v.newObject()
		v.core.Register(v.swiss(), v.root.node)
		w.vats = append(w.vats, v)
	}
	return w
}

// choose makes the next choice: a number below n, which is at most 256. When the schedule is used up it is 0.
func (w *World) choose(n int) int {
	var c byte
	switch {
	case w.rng != nil:
		c = byte(w.rng.IntN(n))
	case len(w.schedule) > 0:
		c = w.schedule[0] % byte(min(n, 255))
		w.schedule = w.schedule[1:]
	}
	w.chosen = append(w.chosen, c)
	return int(c)
}

// IsOver says whether the schedule is used up.
func (w *World) IsOver() bool { return w.rng == nil && len(w.schedule) == 0 }

// key returns a fresh session key.
func (w *World) key() handoff.KeyPair {
	w.keys++
	return handoff.KeyPairFromSeed([32]byte{byte(w.keys), byte(w.keys >> 8)})
}

// swiss returns the swiss number of the vat's root object.
func (v *Vat) swiss() locator.SwissNumber {
	return locator.NewSwissNumber([]byte(v.peer.Designator))
}

func (v *Vat) newObject() *object {
	o := &object{vat: v, heard: make(map[int]int)}
	o.node = v.core.NewObject(o)
	o.shadow = &shadow{object: o}
	return o
}

func (w *World) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf(format, args...)
	}
}

func (w *World) note(format string, args ...any) {
	if len(w.log) > 200 {
		w.log = append(w.log[:0], w.log[100:]...)
	}
	w.log = append(w.log, fmt.Sprintf(format, args...))
}

// Log returns the last actions, for the report of a failure.
func (w *World) Log() []string { return w.log }
