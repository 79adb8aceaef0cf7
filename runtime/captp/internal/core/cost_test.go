package core_test

import (
	"fmt"
	"runtime/debug"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// This file checks that nothing costs more than in proportion to what was sent, and that nothing costs stack.

// load is a vat and what a scenario does with it.
type load struct {
	vat      *core.Vat
	sessions int
	notified int
	results  []*core.Promise // of turns
}

func newLoad() *load {
	const much = 1 << 30
	return &load{vat: core.New(core.Config{Limits: core.Limits{
		Sessions: much, Dials: much, Exports: much, Imports: much, Answers: much, Listeners: much, QueuedMessages: much, HeldBytes: much,
	}})}
}

// settle carries out the effects, and drops what is sent.
func (l *load) settle() {
	for effects := l.vat.Effects(); len(effects) > 0; effects = l.vat.Effects() {
		for _, e := range effects {
			switch {
			case e.Kind == core.Notify:
				l.notified++
			case e.Kind == core.Run && e.Result != nil:
				l.results = append(l.results, e.Result)
			}
		}
	}
	for _, s := range l.vat.Dirty() {
		s.Take()
	}
}

// up sets up a session with a peer of its own.
func (l *load) up() *core.Session {
	l.sessions++
	return l.upWith(fmt.Sprintf("peer%d", l.sessions))
}

// oneKey is the session key of all peers.
var oneKey = handoff.KeyPairFromSeed([32]byte{1})

func (l *load) upWith(designator string) *core.Session { return l.upAs(designator, oneKey) }

// upAs is upWith for a peer with a session key of its own. Without one, sessions have one identifier.
func (l *load) upAs(designator string, key handoff.KeyPair) *core.Session {
	at := peerAt("memory", designator)
	raw := at.AppendSyrup(nil)
	s := l.vat.Open(core.Opening{Location: peerAt("memory", "me"), Key: handoff.KeyPairFromSeed([32]byte{2}), Dialect: &wire.Modern})
	l.vat.Receive(s, &wire.StartSession{Version: "1.0", Key: key.Public(), Location: at, LocationRaw: raw, Signature: handoff.SignLocation(key, raw)})
	l.settle()
	return s
}

// withdraw has another peer withdraw a gift that the peer of a session, which has the key given, has not deposited yet.
func (l *load) withdraw(gifter *core.Session, gifterKey handoff.KeyPair) {
	l.sessions++
	n := l.sessions
	key := handoff.KeyPairFromSeed([32]byte{3, byte(n), byte(n >> 8), byte(n >> 16)})
	s := l.upAs(fmt.Sprintf("peer%d", n), key)
	give := handoff.SignGive(gifterKey, handoff.Give{
		ReceiverKey: key.Public(), ExporterLocation: peerAt("memory", "me"), Session: gifter.ID(), GifterSide: gifterKey.Public().ID(),
		GiftID: gifterKey.GiftID(uint64(n)),
	})
	receive := handoff.SignReceive(key, handoff.Receive{ReceivingSession: s.ID(), ReceivingSide: key.Public().ID(), SignedGive: give})
	data := append(receive.AppendSyrup([]byte("[13'withdraw-gift")), ']')
	l.vat.Receive(s, &wire.Deliver{To: export(0), Args: wire.Body{Data: data}, HasAnswer: true})
}

// register lets peers fetch c by the swiss number x, as answer position 0.
func (l *load) register(c core.Cap) { l.vat.Register(locator.NewSwissNumber([]byte("x")), c) }

func (l *load) fetch(s *core.Session) {
	l.vat.Receive(s, &wire.Deliver{To: export(0), Args: wire.Body{Data: []byte("[5'fetch1:x]")}, HasAnswer: true})
}

func export(pos int) wire.Desc { return wire.Desc{Kind: wire.Export, Pos: uint64(pos)} }
func answer(pos int) wire.Desc { return wire.Desc{Kind: wire.Answer, Pos: uint64(pos)} }
func object(pos int) wire.Desc { return wire.Desc{Kind: wire.ImportObject, Pos: uint64(pos)} }

// list returns the arguments [d].
func list(d wire.Desc) wire.Body {
	data := []byte("[" + core.Placeholder + "]")
	return wire.Body{Data: data, Slots: []wire.Slot{{Start: 1, End: len(data) - 1, Desc: d}}}
}

// fulfill returns the message that tells resolver pos that its promise is d.
func fulfill(pos int, d wire.Desc) wire.Op {
	data := []byte("[7'fulfill" + core.Placeholder + "]")
	return &wire.Deliver{To: export(pos), Args: wire.Body{Data: data, Slots: []wire.Slot{{Start: 10, End: len(data) - 1, Desc: d}}}}
}

var empty = wire.Body{Data: []byte("[]")}

// scenario prepares something of size n, and returns what is to be measured.
type scenario struct {
	name string
	n    int
	make func(l *load, n int) func()
}

// TestCost runs each scenario with very much, on a stack that has no room for recursion. It checks that eight times as much
// takes about eight times as long. If the work grew with the square, it would take sixty-four times as long, and seconds.
func TestCost(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	defer debug.SetMaxStack(debug.SetMaxStack(1 << 20))
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			large, small := sc.run(t, sc.n), sc.run(t, sc.n/8)
			for range 5 { // more than once only if something else took the time
				if large <= 32*small || large <= time.Second {
					return
				}
				large, small = min(large, sc.run(t, sc.n)), min(small, sc.run(t, sc.n/8))
			}
			t.Errorf("%d take %v, but %d take %v", sc.n/8, small, sc.n, large)
		})
	}
}

// run returns how long the scenario takes.
func (sc *scenario) run(t *testing.T, n int) time.Duration {
	t.Helper()
	l := newLoad()
	run := sc.make(l, n)
	start := time.Now()
	run()
	l.settle()
	took := time.Since(start)
	if err := l.vat.Check(); err != nil {
		t.Error(err)
	}
	return took
}
