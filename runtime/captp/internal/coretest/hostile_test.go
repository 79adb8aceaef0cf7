package coretest

import (
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// hostileLimits are low, so that they are reached.
var hostileLimits = core.Limits{
	Sessions: 4, Dials: 2, Exports: 24, Imports: 12, Answers: 12, Listeners: 12, QueuedMessages: 12, HeldBytes: 8000,
	Gives: 3, Gifts: 3, Withdrawals: 3, Gifters: 1, Handoffs: 4, Introductions: 2,
}

// siege is a vat with a program, a peer that is honest, and one that is not.
type siege struct {
	t      *testing.T
	bytes  []byte // of the fuzzer: what the hostile peer does
	vat    *core.Vat
	drops  []tracked
	turns  []core.Effect
	kept   []core.Cap      // what the program was given and keeps
	open   []*core.Promise // what the program made and may settle
	honest *honestPeer

	hostile  *core.Session
	sessions int
	seen     []uint64 // positions that the vat has sent to the hostile peer, the last ones
	asked    []uint64 // answer positions that the hostile peer uses
	waits    []*core.Session
	copied   copied
	away     away
	length   int // operations of the longest session
	ops      int // of this session
	isOver   bool
}

// FuzzHostilePeer lets the fuzzer be the hostile peer. What an input covers depends on the garbage collector, so it is best run with
// -fuzzminimizetime 1x.
func FuzzHostilePeer(f *testing.F) {
	for i := range 8 {
		rng := rand.New(rand.NewPCG(uint64(i), 7))
		data := make([]byte, 1200)
		for j := range data {
			data[j] = byte(rng.Uint32())
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) { besiege(t, data) })
}

// TestHostilePeer runs random bytes through the fuzz target.
func TestHostilePeer(t *testing.T) {
	first := *seed
	if first == 0 {
		first = rand.Uint64()
	}
	n := *actions / 4000
	t.Logf("%d sieges from seed %d", n, first)
	for i := range n {
		rng := rand.New(rand.NewPCG(first+uint64(i), 7))
		data := make([]byte, 4000)
		for j := range data {
			data[j] = byte(rng.Uint32())
		}
		besiege(t, data)
	}
}

// besiege lets the hostile peer do what data says, and checks that the vat stands and the honest peer does not notice.
func besiege(t *testing.T, data []byte) {
	s := &siege{t: t, bytes: data, vat: core.New(core.Config{Limits: hostileLimits})}
	s.vat.AddLocation(at("vat"))
	names := []string{"echo", "maker", "forwarder", "keeper"}
	for _, name := range names {
		s.vat.Register(locator.NewSwissNumber([]byte(name)), s.vat.NewObject(name))
	}
	s.meetHonestPeer()
	for len(s.bytes) > 0 {
		if s.hostile == nil || s.hostile.Ended() {
			s.openHostile()
		}
		switch n := s.choose(16); {
		case n < 11:
			s.vat.Receive(s.hostile, s.op())
			s.ops++
			s.length = max(s.length, s.ops)
		case n < 13:
			s.runTurn()
		case n < 14:
			s.settleOne()
		case n < 15:
			s.honest.call(s)
			s.honest.keep(s)
			s.decide(s.choose(4))
		default:
			s.collectSometimes()
			flushGC(s.vat)
			for _, w := range s.waits {
				s.vat.GiveUp(w)
			}
			s.waits = nil
			s.ageSometimes()
		}
		s.carryOut()
	}
	s.end(data)
}

// choose takes a number below n from the bytes.
func (s *siege) choose(n int) int {
	if len(s.bytes) == 0 {
		return 0
	}
	c := s.bytes[0]
	s.bytes = s.bytes[1:]
	return int(c) % n
}

// carryOut is the driver of the vat. What goes to the hostile peer is lost.
func (s *siege) carryOut() {
	for effects := s.vat.Effects(); len(effects) > 0; effects = s.vat.Effects() {
		for _, e := range effects {
			switch e.Kind {
			case core.Run:
				e.Args = e.Args.Kept()
				s.turns = append(s.turns, e)
			case core.Track:
				s.drops = append(s.drops, track(e))
			case core.Wait:
				s.waits = append(s.waits, e.Session)
			case core.Introduce:
				s.away.proposed = append(s.away.proposed, e.Introduction)
			case core.Dial:
				s.away.dials = append(s.away.dials, *e.Peer)
			case core.Ended:
				if e.Session == s.honest.theirs {
					s.t.Fatalf("the honest session ended: %v", e.Err)
				}
			}
		}
	}
	for _, dirty := range s.vat.Dirty() {
		switch out, ends := dirty.Take(); dirty {
		case s.honest.theirs:
			deliver(s.t, s.honest.vat, s.honest.session, out, ends)
		case s.hostile:
			s.look(out, ends)
		}
	}
	if err := s.vat.Check(); err != nil {
		s.t.Fatal(err)
	}
	s.checkBounds(s.hostile)
	s.checkHandoffBounds()
	s.honest.carryOut(s)
}

// checkBounds checks that no table of a session is larger than its limit.
func (s *siege) checkBounds(session *core.Session) {
	if session == nil || session.Ended() {
		return
	}
	st, lim := session.Stats(), hostileLimits
	switch {
	case st.Exports+st.Resolvers > lim.Exports+lim.Imports, // a promise that is imported is listened to
		st.Imports > lim.Imports, st.Answers > lim.Answers, st.Listeners > lim.Listeners,
		st.QueuedMessages > lim.QueuedMessages, st.HeldBytes > lim.HeldBytes:
		s.t.Fatalf("over the limits: %+v", st)
	}
}

func track(e core.Effect) tracked {
	w := World{}
	v := &Vat{world: &w}
	w.track(v, e)
	return v.tracked[0]
}

// deliver decodes what one core sent, and gives it to another.
func deliver(t *testing.T, v *core.Vat, s *core.Session, out []byte, ends []int) {
	t.Helper()
	for range ends {
		op, n, err := wire.Decode(out, wire.Limits{})
		if err != nil {
			t.Fatalf("what cannot be read: %v: %q", err, out)
		}
		out = out[n:]
		v.Receive(s, op)
	}
}

// collectSometimes collects garbage every now and then: it takes long.
func (s *siege) collectSometimes() {
	if s.choose(8) == 0 {
		s.collect()
	}
}

// collect lets the garbage collector find what is gone.
func (s *siege) collect() {
	runtime.GC()
	s.drops = dropGone(s.vat, s.drops)
	s.honest.drops = dropGone(s.honest.vat, s.honest.drops)
}

func dropGone(v *core.Vat, drops []tracked) []tracked {
	return slices.DeleteFunc(drops, func(t tracked) bool {
		if t.isGone() {
			v.Dropped(t.session, t.pos)
			return true
		}
		return false
	})
}

// runTurn runs the oldest turn.
func (s *siege) runTurn() {
	if len(s.turns) == 0 {
		return
	}
	e := s.turns[0]
	s.turns = s.turns[1:]
	o := core.Outcome{Value: core.Body{Data: []byte("t")}}
	if s.isOver && e.Object.Host != "echo" {
		// A forwarder that forwards to itself would do so for ever.
		e.Object = s.vat.NewObject(nil)
	}
	switch e.Object.Host {
	case "echo":
		o.Value = e.Args
	case "maker":
		p := s.vat.NewPromise(nil, true)
		s.open = append(s.open, p)
		o.Value = core.CapBody(p)
	case "forwarder":
		if len(e.Args.Slots) > 0 {
			result := s.vat.NewPromise(nil, true)
			s.vat.Send(e.Args.Slots[0].Cap, e.Args, result)
			o.Value = core.CapBody(result)
		}
	case "keeper":
		for _, slot := range e.Args.Slots {
			s.kept = append(s.kept, slot.Cap)
		}
		if len(s.kept) > 10 {
			s.kept = s.kept[5:]
		}
		if len(s.kept) > 0 {
			o.Value = core.CapBody(s.kept[0])
		}
	}
	if e.Result != nil {
		s.vat.Settle(e.Result, o)
	}
}

// settleOne settles a promise that the program made.
func (s *siege) settleOne() {
	if len(s.open) == 0 {
		return
	}
	p := s.open[0]
	s.open = s.open[1:]
	o := core.Outcome{Value: core.Body{Data: []byte("[1+]")}}
	if len(s.kept) > 0 {
		o.Value = core.CapBody(s.kept[s.choose(len(s.kept))])
	}
	s.vat.Settle(p, o)
}

// openHostile opens the next session of the hostile peer. Mostly it is set up properly.
func (s *siege) openHostile() {
	s.sessions++
	s.seen, s.asked, s.ops = nil, nil, 0 // but what it has copied is good for the next one, or not
	s.hostile = s.vat.Open(core.Opening{Location: at("vat"), Key: key(s.sessions, 1), Dialect: &wire.Modern})
	if s.choose(8) > 0 {
		who := []string{"hostile", "unreachable", "honest", "vat", "hostile"}[min(s.choose(20), 4)]
		s.vat.Receive(s.hostile, hello(who, key(s.sessions, 2)))
	}
}

func at(designator string) locator.Peer {
	p, err := locator.NewPeer("memory", designator, nil)
	if err != nil {
		panic(err)
	}
	return p
}

func key(n, side int) handoff.KeyPair {
	return handoff.KeyPairFromSeed([32]byte{byte(n), byte(n >> 8), byte(side)})
}

func hello(who string, k handoff.KeyPair) *wire.StartSession {
	raw := at(who).AppendSyrup(nil)
	return &wire.StartSession{Version: "1.0", Key: k.Public(), Location: at(who), LocationRaw: raw, Signature: handoff.SignLocation(k, raw)}
}

// end ends the siege: the hostile peer goes, the program lets go of everything, and nothing may be left.
func (s *siege) end(data []byte) {
	s.isOver = true
	if s.hostile != nil {
		s.vat.Lost(s.hostile, io.EOF)
	}
	s.endHandoffs()
	for len(s.turns) > 0 || len(s.open) > 0 {
		s.runTurn()
		s.kept = nil
		s.settleOne()
		s.carryOut()
	}
	s.honest.call(s)
	for len(s.turns) > 0 {
		s.carryOut()
		s.runTurn()
		s.carryOut()
	}
	if h := s.honest; h.answered != h.sent {
		s.t.Fatalf("%d of %d calls of the honest peer were answered", h.answered, h.sent)
	}
	if len(data) > 3000 && s.length < 8 {
		s.t.Errorf("no session of the hostile peer was longer than %d operations", s.length)
	}
	s.kept, s.turns, s.open, s.away = nil, nil, nil, away{}
	var left core.Stats
	s.vat.Recount() // which leaves rings out that are passed on to the honest peer
	for range 20 {
		s.collect()
		flushGC(s.vat)
		s.carryOut()
		flushGC(s.honest.vat)
		s.honest.carryOut(s)
		left = s.vat.Stats()
		if left == (core.Stats{Sessions: 1, Up: 1, Peers: 1, Registered: left.Registered}) {
			return
		}
	}
	s.t.Fatalf("after the end: %+v\n%s", left, s.vat.Dump())
}
