package coretest

import (
	"fmt"
	"math/rand/v2"
	"sync"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// World is a set of vats, the links between them, and what must come of everything that they do.
type World struct {
	// Immutable after New.
	seed uint64
	rng  *rand.Rand
	vats []*Vat

	messages []*message
	imports  map[importKey]*object // what each position of a session means; positions are not used twice
	refs     int                   // references made so far
	cuts     int
	log      []string
	err      error
}

type importKey struct {
	session *core.Session
	pos     core.ImportPos
}

// Vat is one vat of the world, with the program that runs in it.
type Vat struct {
	world     *World
	index     int
	core      *core.Vat
	peer      locator.Peer
	root      *object
	held      []*ref
	byCap     map[core.Cap]*ref
	objects   []*object // that have turns to run
	resolvers []*resolver
	links     []*link         // that are open, ours to other vats
	waits     []*core.Session // that the core wants to hear GiveUp of
	drops     drops
}

// link is one direction of a connection: the operations on the way from one vat to another.
type link struct {
	from, to *Vat
	session  *core.Session // of from
	back     *link
	queue    [][]byte
	closed   bool // nothing more will be put into the queue
}

// drops gathers what the garbage collector found.
type drops struct {
	mu   sync.Mutex
	list []importKey
}

func (d *drops) add(k importKey) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.list = append(d.list, k)
}

func (d *drops) take() []importKey {
	d.mu.Lock()
	defer d.mu.Unlock()
	list := d.list
	d.list = nil
	return list
}

// New returns a world of n vats without sessions. Each vat has one object that the others can fetch.
func New(seed uint64, n int, limits core.Limits) *World {
	w := &World{seed: seed, rng: rand.New(rand.NewPCG(seed, 0)), imports: make(map[importKey]*object)}
	for i := range n {
		v := &Vat{world: w, index: i, byCap: make(map[core.Cap]*ref)}
		v.core = core.New(core.Config{Limits: limits})
		v.peer, w.err = locator.NewPeer("memory", fmt.Sprintf("vat%d", i), nil)
		v.core.AddLocation(v.peer)
		v.root = v.newObject()
		v.core.Register(v.swiss(), v.root.node)
		w.vats = append(w.vats, v)
	}
	return w
}

// key returns a fresh session key.
func (w *World) key() handoff.KeyPair {
	var seed [32]byte
	for i := range seed {
		seed[i] = byte(w.rng.Uint32())
	}
	return handoff.KeyPairFromSeed(seed)
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
		w.err = fmt.Errorf("seed %d: "+format, append([]any{w.seed}, args...)...)
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
