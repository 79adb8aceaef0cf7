package core_test

import (
	"fmt"
	"io"
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
		Sessions: much, Dials: much, Exports: much, Imports: much, Answers: much, Listeners: much, QueuedMessages: much, QueuedBytes: much,
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
		s.Take(nil, nil)
	}
}

// up sets up a session with a peer of its own.
func (l *load) up() *core.Session {
	l.sessions++
	return l.upWith(fmt.Sprintf("peer%d", l.sessions))
}

// oneKey is the session key of all peers.
var oneKey = handoff.KeyPairFromSeed([32]byte{1})

func (l *load) upWith(designator string) *core.Session {
	at := peerAt("memory", designator)
	raw := at.AppendSyrup(nil)
	s := l.vat.Open(core.Opening{Location: peerAt("memory", "me"), Key: handoff.KeyPairFromSeed([32]byte{2}), Dialect: &wire.Modern})
	l.vat.Receive(s, &wire.StartSession{Version: "1.0", Key: oneKey.Public(), Location: at, LocationRaw: raw, Signature: handoff.SignLocation(oneKey, raw)})
	l.settle()
	return s
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

var scenarios = []scenario{
	{"promises that become one another, each waited for", 100_000, func(l *load, n int) func() {
		chain := make([]*core.Promise, n)
		for i := range chain {
			chain[i] = l.vat.NewPromise(i, true)
		}
		return func() {
			for i := range chain[1:] {
				l.vat.Settle(chain[i], core.Outcome{Value: core.CapBody(chain[i+1])})
			}
			l.vat.Settle(chain[n-1], core.Outcome{Value: core.Body{Data: []byte("t")}})
		}
	}},
	{"the same from the other end", 100_000, func(l *load, n int) func() {
		chain := make([]*core.Promise, n)
		for i := range chain {
			chain[i] = l.vat.NewPromise(i, true)
		}
		return func() {
			for i := n - 2; i >= 0; i-- {
				l.vat.Settle(chain[i], core.Outcome{Value: core.CapBody(chain[i+1])})
			}
			l.vat.Settle(chain[n-1], core.Outcome{Value: core.Body{Data: []byte("t")}})
		}
	}},
	{"a promise that a peer puts off again and again, and another listens to often", 50_000, func(l *load, n int) func() {
		a, b := l.up(), l.up()
		p := l.vat.NewPromise(nil, true)
		l.register(p)
		l.fetch(b)
		for i := range n {
			l.vat.Receive(b, &wire.Listen{To: answer(0), Resolver: object(i)})
		}
		bob := l.vat.NewObject(nil)
		l.vat.Register(locator.NewSwissNumber([]byte("x")), bob)
		l.fetch(a)
		l.vat.Receive(a, &wire.Deliver{To: answer(0), Args: list(wire.Desc{Kind: wire.ImportPromise, Pos: 1})})
		for _, e := range l.vat.Effects() {
			if e.Kind == core.Run {
				l.vat.Settle(p, core.Outcome{Value: core.CapBody(e.Args.Slots[0].Cap)})
			}
		}
		return func() {
			for i := range n {
				l.vat.Receive(a, fulfill(i+1, wire.Desc{Kind: wire.ImportPromise, Pos: uint64(i + 2)}))
			}
			l.settle()
			l.vat.Receive(a, fulfill(n+1, object(1)))
		}
	}},
	{"promises that become one another while many messages wait", 20_000, func(l *load, n int) func() {
		s := l.up()
		chain := make([]*core.Promise, n)
		for i := range chain {
			chain[i] = l.vat.NewPromise(nil, true)
		}
		l.register(chain[0])
		l.fetch(s)
		for range n {
			l.vat.Receive(s, &wire.Deliver{To: answer(0), Args: empty})
		}
		return func() {
			for i := range chain[1:] {
				l.vat.Settle(chain[i], core.Outcome{Value: core.CapBody(chain[i+1])})
			}
			l.vat.Settle(chain[n-1], core.Outcome{Value: core.CapBody(l.vat.NewObject(nil))})
		}
	}},
	{"a promise that two peers put off to each other, and a third listens to often", 50_000, func(l *load, n int) func() {
		a, b, c := l.up(), l.up(), l.up()
		first := l.vat.NewPromise(nil, true)
		l.register(first)
		l.fetch(c)
		for i := range n {
			l.vat.Receive(c, &wire.Listen{To: answer(0), Resolver: object(i)})
		}
		l.register(l.vat.NewObject(nil))
		l.fetch(a)
		l.fetch(b)
		theirs := func(s *core.Session, i int) core.Cap {
			l.vat.Receive(s, &wire.Deliver{To: answer(0), Args: list(wire.Desc{Kind: wire.ImportPromise, Pos: uint64(i)})})
			for _, e := range l.vat.Effects() {
				if e.Kind == core.Run {
					return e.Args.Slots[0].Cap
				}
			}
			return nil
		}
		return func() {
			at := first
			for i := range n {
				s := []*core.Session{a, b}[i%2]
				l.vat.Settle(at, core.Outcome{Value: core.CapBody(theirs(s, i))})
				at = l.vat.NewPromise(nil, true)
				// The resolvers of s count from 1, and each tells of one promise.
				l.vat.Register(locator.NewSwissNumber([]byte("next")), at)
				l.vat.Receive(s, &wire.Deliver{To: export(0), Args: wire.Body{Data: []byte("[5'fetch4:next]")}, Answer: uint64(i + 1), HasAnswer: true})
				l.vat.Receive(s, fulfill(i/2+1, answer(i+1)))
				l.settle()
			}
			l.vat.Settle(at, core.Outcome{Value: core.Body{Data: []byte("t")}})
		}
	}},
	{"a pipeline", 100_000, func(l *load, n int) func() {
		s := l.up()
		p := l.vat.NewPromise(nil, true)
		l.register(p)
		l.fetch(s)
		return func() {
			for i := range n {
				l.vat.Receive(s, &wire.Deliver{To: answer(i), Args: empty, Answer: uint64(i + 1), HasAnswer: true, Resolver: object(i)})
			}
			l.vat.Settle(p, core.Outcome{Broken: true, Value: core.Body{Data: []byte("t")}})
		}
	}},
	{"a pipeline of the program's", 100_000, func(l *load, n int) func() {
		s := l.up()
		return func() {
			target := core.Cap(l.vat.NewPromise(nil, true))
			first := target.(*core.Promise)
			for i := range n {
				result := l.vat.NewPromise(i, true)
				l.vat.Send(target, core.Body{Data: []byte("[]")}, result)
				target = result
			}
			l.vat.Enliven(locator.SturdyRef{Peer: s.Peer(), Swiss: locator.NewSwissNumber([]byte("x"))}, first)
			l.vat.Lost(s, io.EOF)
		}
	}},
	{"steps into steps", 100_000, func(l *load, n int) func() {
		s := l.up()
		p := l.vat.NewPromise(nil, true)
		l.register(p)
		l.fetch(s)
		return func() {
			for i := range n {
				l.vat.Receive(s, &wire.Index{To: answer(i), Answer: uint64(i + 1)})
			}
			l.vat.Settle(p, core.Outcome{Value: core.Body{Data: []byte("[]")}})
		}
	}},
	{"steps into a value with many references", 21_000, func(l *load, n int) func() {
		s := l.up()
		p, bob := l.vat.NewPromise(nil, true), l.vat.NewObject(nil)
		value := core.Body{Data: []byte("[")}
		for range n {
			start := len(value.Data)
			value.Data = append(value.Data, core.Placeholder...)
			value.Slots = append(value.Slots, core.Slot{Start: start, End: len(value.Data), Cap: bob})
		}
		value.Data = append(value.Data, ']')
		l.register(p)
		l.fetch(s)
		l.vat.Settle(p, core.Outcome{Value: value})
		return func() {
			for i := range n {
				l.vat.Receive(s, &wire.Index{To: answer(0), Answer: uint64(i + 1)})
			}
		}
	}},
	{"the end of a session whose messages wait for one promise", 100_000, func(l *load, n int) func() {
		s := l.up()
		l.register(l.vat.NewPromise(nil, true))
		l.fetch(s)
		for i := range n {
			l.vat.Receive(s, &wire.Deliver{To: answer(0), Args: empty, Answer: uint64(i + 1), HasAnswer: true, Resolver: object(i)})
		}
		return func() { l.vat.Lost(s, io.EOF) }
	}},
	{"the end of sessions that wait for one promise", 2000, func(l *load, n int) func() {
		p := l.vat.NewPromise(nil, true)
		l.register(p)
		for range n {
			s := l.up()
			l.fetch(s)
			for i := range 10 {
				l.vat.Receive(s, &wire.Listen{To: answer(0), Resolver: object(i)})
				l.vat.Receive(s, &wire.Deliver{To: answer(0), Args: empty})
			}
		}
		return func() { l.vat.Shutdown("bye") }
	}},
	{"the end of a session with full tables", 20_000, func(l *load, n int) func() {
		s := l.up()
		bob := l.vat.NewObject(nil)
		l.register(bob)
		l.fetch(s)
		for i := range n {
			l.vat.Receive(s, &wire.Deliver{To: answer(0), Args: list(wire.Desc{Kind: wire.ImportPromise, Pos: uint64(i)}), Answer: uint64(i + 1), HasAnswer: true, Resolver: object(i)})
		}
		l.settle()
		for _, r := range l.results {
			l.vat.Settle(r, core.Outcome{Value: core.CapBody(l.vat.NewObject(nil))})
			l.vat.Enliven(locator.SturdyRef{Peer: s.Peer(), Swiss: locator.NewSwissNumber([]byte("x"))}, l.vat.NewPromise(0, true))
		}
		l.settle()
		return func() { l.vat.Lost(s, io.EOF) }
	}},
	{"calls of one peer again and again", 1000, func(l *load, n int) func() {
		first := l.upWith("anna")
		return func() {
			for range n {
				l.upWith("anna")
			}
			l.vat.Lost(first, io.EOF)
			l.vat.Shutdown("bye")
		}
	}},
	{"requests for one peer", 100_000, func(l *load, n int) func() {
		at := peerAt("memory", "anna")
		return func() {
			for i := range n {
				l.vat.Connect(at, l.vat.NewPromise(i, false))
			}
			l.vat.DialFailed(at, io.EOF)
		}
	}},
	{"letting go of answers and exports", 100_000, func(l *load, n int) func() {
		s := l.up()
		bob := l.vat.NewObject(nil)
		l.register(bob)
		l.fetch(s)
		for i := range n {
			l.vat.Receive(s, &wire.Deliver{To: answer(0), Args: empty, Answer: uint64(i + 1), HasAnswer: true, Resolver: object(i)})
		}
		l.settle()
		for _, r := range l.results {
			l.vat.Settle(r, core.Outcome{Value: core.CapBody(l.vat.NewObject(nil))})
		}
		l.settle()
		return func() {
			for i := range n {
				l.vat.Receive(s, &wire.GCAnswers{Pos: []uint64{uint64(i + 1)}})
				l.vat.Receive(s, &wire.GCExports{Pos: []uint64{uint64(i + 1)}, Delta: []uint64{1}})
			}
		}
	}},
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
