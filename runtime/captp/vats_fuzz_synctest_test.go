package captp_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
)

// FuzzVats lets three honest vats do with each other what the fuzzer says, over connections that it splits, delays and cuts at any byte.
// Every call has one outcome, none is handled twice, those that were made on one reference are handled in order, and nothing is left.
func FuzzVats(f *testing.F) {
	for i := range 24 {
		rng := rand.New(rand.NewPCG(uint64(i), 13))
		data := make([]byte, 40+10*i)
		for j := range data {
			data[j] = byte(rng.Uint32())
		}
		f.Add(data)
	}
	// One vat gives another a reference to its own object and gets it back; a message that was sent meanwhile takes its time.
	f.Add([]byte{0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 7, 1, 255, 2, 140, 1, 0, 15, 0, 1, 0, 19, 2, 0, 6, 0, 19, 2})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 600 {
			return
		}
		watchdog := time.AfterFunc(time.Minute, func() { panic("vats that do not come to rest") })
		defer watchdog.Stop()
		bubble(t, func(t *testing.T) {
			tangle := &tangle{crew: newCrew(t, captp.WithRand(newSameRandom(1))), octets: &octets{choices: data}, t: t}
			tangle.net.most = tangle.choose(64)
			tangle.run()
			tangle.end()
		})
	})
}

// tangle is a crew that does what the choices say.
type tangle struct {
	*crew
	*octets

	t      *testing.T
	held   []*holding
	open   []opening
	closed string // the vat that was closed
}

// holding is a reference that a vat holds, and the calls on it, in order.
type holding struct {
	vat   string // "" once it was let go of
	ref   captp.Ref
	calls []int64
	made  bool // for this vat, which has passed it on to nobody
	root  bool // it depends on no promise of the vat
}

// opening is a promise of a vat that is open.
type opening struct {
	vat      string
	resolver captp.Resolver[anyRef]
}

// run does what the choices say, and waits until everything that was begun is over.
func (g *tangle) run() {
	ctx := g.t.Context()
	for len(g.choices) > 0 {
		vat := g.crewing[g.choose(len(g.crewing))]
		switch kind := g.choose(22); kind {
		case 0, 1:
			name := g.crewing[g.choose(len(g.crewing))]
			g.hold(&holding{vat: vat, ref: captp.Enliven[anyRef](ctx, g.vats[vat], g.refs[name]).Cap().Ref, root: true})
		case 2:
			p, r := captp.NewPromiseRef[anyRef](g.vats[vat])
			g.hold(&holding{vat: vat, ref: p.Ref})
			g.open = append(g.open, opening{vat, r})
		case 3:
			g.settle()
		case 4:
			g.release()
		case 5:
			time.Sleep(time.Duration(g.choose(256)) * 20 * time.Millisecond)
		case 6:
			synctest.Wait()
		case 7, 8:
			g.disturb(vat)
		case 9:
			g.part(vat)
		default:
			g.call(ctx, vat, kind)
		}
	}
}

func (g *tangle) hold(h *holding) { g.held = append(g.held, h) }

// pick returns something that the vat holds, nil if that is nothing.
func (g *tangle) pick(vat string) *holding {
	var all []*holding
	for _, h := range g.held {
		if h.vat == vat {
			all = append(all, h)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all[g.choose(len(all))]
}

// lend returns something that the vat holds, for others.
func (g *tangle) lend(vat string) captp.Ref {
	h := g.pick(vat)
	h.made = false
	return h.ref
}

// call makes a call of any kind on something that the vat holds, perhaps with something else that it does.
func (g *tangle) call(ctx context.Context, vat string, kind int) {
	to := g.pick(vat)
	if to == nil {
		return
	}
	text := fmt.Sprint("text", kind)
	ask := func(selector string, want any, args ...any) {
		to.calls = append(to.calls, g.book.ask(ctx, to.ref, selector, want, args...).id)
	}
	refer := func(made bool, selector string, args ...any) {
		id := g.book.next()
		to.calls = append(to.calls, id)
		r := captp.InvokeRef(ctx, to.ref, append([]any{captp.Symbol(selector), id}, args...)...).Cap().Ref
		g.hold(&holding{vat: vat, ref: r, made: made})
	}
	switch kind {
	case 10:
		ask("fail", errFails)
	case 11:
		id := g.book.next()
		to.calls = append(to.calls, id)
		_ = captp.InvokeTell(ctx, to.ref, captp.Symbol("note"), id, text)
	case 12, 13:
		refer(true, "make")
	case 14:
		refer(false, "lend", g.crewing[g.choose(len(g.crewing))])
	case 15:
		refer(false, "back", g.lend(vat))
	case 16:
		ask("use", text, g.lend(vat), text)
	case 17:
		ask("wait", text, g.lend(vat), text)
	case 18:
		ask("pass", text, g.lend(vat), g.lend(vat), text)
	default:
		ask("note", text, text)
	}
}

// settle settles a promise that is open.
func (g *tangle) settle() {
	if len(g.open) == 0 {
		return
	}
	i := g.choose(len(g.open))
	o := g.open[i]
	g.open = slices.Delete(g.open, i, i+1)
	if g.choose(8) == 7 {
		o.resolver.Break(captp.Public(errors.New("not today"))) // not as a method fails
		return
	}
	with := g.station(g.vats[o.vat])
	if h := g.pick(o.vat); h != nil && h.root {
		with = anyRef{h.ref}
	}
	o.resolver.Fulfill(with)
}

// release lets go of a reference to something that was made.
func (g *tangle) release() {
	i := slices.IndexFunc(g.held, func(h *holding) bool { return h.made })
	if i < 0 {
		return
	}
	captp.Release(anyRef{g.held[i].ref})
	g.held[i].vat, g.held[i].made = "", false
}

// disturb lets something happen to what the vat sends to another, a few bytes from now on.
func (g *tangle) disturb(vat string) {
	to := g.crewing[g.choose(len(g.crewing))]
	delay := time.Duration(1+g.choose(256)) * 20 * time.Millisecond
	happen := func(hit *wireEnd) {
		hit.out.stall(true)
		time.AfterFunc(delay, func() { hit.out.stall(false) })
	}
	switch g.choose(6) {
	case 0:
		happen = (*wireEnd).cut
	case 1:
		happen = (*wireEnd).finish
	case 2, 3: // what was sent before still arrives
		happen = func(*wireEnd) { time.Sleep(delay) }
	}
	g.net.planSoon(way{vat, to}, g.choose(256)*g.choose(4), happen)
}

// part ends the session of a vat with another, or, seldom, the vat.
func (g *tangle) part(vat string) {
	to := g.crewing[g.choose(len(g.crewing))]
	if g.closed == "" && g.choose(8) == 7 {
		g.closed = vat
		g.vats[vat].Close()
		return
	}
	g.vats[vat].Disconnect(g.refs[to].Peer)
}

// end lets everything come to its end, and looks at what came of it, and what is left.
func (g *tangle) end() {
	g.net.plan(nil)
	for len(g.open) > 0 {
		g.settle()
	}
	g.finish(g.t)
	g.book.verify(g.t)
	for _, h := range g.held {
		g.book.verifyOrder(g.t, h.calls)
	}
	time.Sleep(time.Minute) // what was delayed has come
	if g.closed == "" {
		g.talk(g.t, g.crewing...)
	}
	g.crew.end(g.t)
}
