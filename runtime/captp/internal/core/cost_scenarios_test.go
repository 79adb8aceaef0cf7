package core_test

import (
	"io"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// scenarios are what the program and peers can do very much of.
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
	{"values in values that a peer holds", 100_000, func(l *load, n int) func() {
		s := l.up()
		last := l.vat.NewPromise(nil, true)
		first := last
		for range n {
			p := l.vat.NewPromise(nil, true)
			value := core.CapBody(first)
			value.Data = []byte("[" + core.Placeholder + "]")
			value.Slots[0].Start, value.Slots[0].End = 1, len(value.Data)-1
			l.vat.Settle(p, core.Outcome{Value: value})
			first = p
		}
		l.register(first)
		return func() {
			l.fetch(s)
			l.vat.Settle(last, core.Outcome{Value: core.Body{Data: []byte("t")}})
			l.vat.Receive(s, &wire.GCAnswers{Pos: []uint64{0}})
		}
	}},
	{"messages to what is broken for a long reason", 20_000, func(l *load, n int) func() {
		s := l.up()
		p := l.vat.NewPromise(nil, true)
		l.register(p)
		l.fetch(s)
		reason := core.Body{Data: []byte("[")}
		for range n {
			start := len(reason.Data)
			reason.Data = append(reason.Data, core.Placeholder...)
			reason.Slots = append(reason.Slots, core.Slot{Start: start, End: len(reason.Data), Cap: l.vat.NewPromise(nil, true)})
		}
		reason.Data = append(reason.Data, ']')
		l.vat.Settle(p, core.Outcome{Broken: true, Value: reason})
		return func() {
			for i := range n {
				l.vat.Receive(s, &wire.Deliver{To: answer(0), Args: empty, Answer: uint64(i + 1), HasAnswer: true})
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
	{"the end of sessions while the peers of others have withdrawn gifts", 8000, func(l *load, n int) func() {
		key := handoff.KeyPairFromSeed([32]byte{4})
		gifter := l.upAs("gifter", key)
		for range n / 4 {
			l.withdraw(gifter, key)
		}
		l.settle()
		ending := make([]*core.Session, n)
		for i := range ending {
			ending[i] = l.up()
		}
		return func() {
			for _, s := range ending {
				l.vat.Lost(s, io.EOF)
			}
		}
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
