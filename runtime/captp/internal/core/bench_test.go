package core_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// pair is two vats with a session between them, without I/O: what one sends the other decodes and receives at once.
type pair struct {
	vats     [2]*core.Vat
	sessions [2]*core.Session
	buf      []byte
	ends     []int
	notified int
}

var swissX = locator.NewSwissNumber([]byte("x"))

// newPair returns a pair whose first vat holds a reference to an object of the second, which answers everything with t.
func newPair(b testing.TB) (*pair, core.Cap) {
	b.Helper()
	p := &pair{vats: [2]*core.Vat{core.New(core.Config{}), core.New(core.Config{})}}
	p.vats[1].Register(swissX, p.vats[1].NewObject(nil))
	here, there := peerAt("memory", "here"), peerAt("memory", "there")
	result := p.vats[0].NewPromise(1, true)
	p.vats[0].Enliven(locator.SturdyRef{Peer: there, Swiss: swissX}, result)
	p.sessions[0] = p.vats[0].Open(core.Opening{Host: 1, Dialled: &there, Location: here, Key: handoff.KeyPairFromSeed([32]byte{1}), Dialect: &wire.Modern})
	p.sessions[1] = p.vats[1].Open(core.Opening{Host: 0, Location: there, Key: handoff.KeyPairFromSeed([32]byte{2}), Dialect: &wire.Modern})
	p.run(b)
	if p.notified != 1 {
		b.Fatal("there is no session")
	}
	return p, result
}

// run lets the two vats talk until they have nothing to say.
func (p *pair) run(b testing.TB) {
	b.Helper()
	for again := true; again; {
		again = false
		for i, v := range p.vats {
			p.carryOut(b, i)
			for range v.Dirty() {
				again = true
				p.buf, p.ends = p.sessions[i].Take()
				// The other vat keeps what it received, as a connection's reader would let it.
				data := append([]byte(nil), p.buf...)
				for len(data) > 0 {
					op, n, err := wire.Decode(data, wire.Limits{})
					if err != nil {
						b.Fatal(err)
					}
					data = data[n:]
					p.vats[1-i].Receive(p.sessions[1-i], op)
				}
			}
		}
	}
}

func (p *pair) carryOut(b testing.TB, i int) {
	b.Helper()
	v := p.vats[i]
	for effects := v.Effects(); len(effects) > 0; effects = v.Effects() {
		for _, e := range effects {
			switch {
			case e.Kind == core.Notify:
				if e.Outcome.Broken {
					b.Fatal(e.Outcome.Err)
				}
				p.notified++
			case e.Kind == core.Run && e.Result != nil:
				v.Settle(e.Result, core.Outcome{Value: core.CapBody(e.Object)})
			}
		}
	}
}

var callArgs = core.Body{Data: []byte("[5'greet5\"world]")}

// BenchmarkCall is a call of which only the outcome is wanted, and its answer, through two cores and the codec.
func BenchmarkCall(b *testing.B) { benchmarkCall(b, false) }

// BenchmarkCallWithAnswer is the same with an answer position, which is let go of.
func BenchmarkCallWithAnswer(b *testing.B) { benchmarkCall(b, true) }

func benchmarkCall(b *testing.B, answer bool) {
	p, target := newPair(b)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		p.vats[0].Send(target, callArgs, p.vats[0].NewPromise(1, answer))
		p.run(b)
		n++
	}
	if p.notified != n+1 {
		b.Fatalf("%d calls, %d outcomes", n, p.notified-1)
	}
}

// BenchmarkOneway is a message without an answer.
func BenchmarkOneway(b *testing.B) {
	p, target := newPair(b)
	b.ReportAllocs()
	for b.Loop() {
		p.vats[0].Send(target, callArgs, nil)
		p.run(b)
	}
}

// BenchmarkPipeline64 is a chain of sixty-four calls, each to the answer of the one before it, in one flight.
func BenchmarkPipeline64(b *testing.B) {
	p, root := newPair(b)
	b.ReportAllocs()
	for b.Loop() {
		target := root
		for range 64 {
			result := p.vats[0].NewPromise(1, true)
			p.vats[0].Send(target, callArgs, result)
			target = result
		}
		p.run(b)
		flushGC(p.vats[0])
	}
}
