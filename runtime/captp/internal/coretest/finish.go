package coretest

import (
	"fmt"
	"slices"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// Finish brings the world to rest: every message is carried, every turn runs, every promise is settled, every reference is
// dropped. Then every call must have had its outcome, every message must have arrived that could, and the tables of all vats
// must be empty.
func (w *World) Finish() error {
	w.settleAll()
	for _, v := range w.vats {
		for _, r := range v.held {
			w.watchRef(v, r)
			w.carryOut(v)
		}
	}
	w.checkMessages()
	w.checkHandoffs()
	w.checkLoads()
	if w.err != nil {
		return w.err
	}
	for w.mayLie() && w.ageAll() {
		w.settleAll()
	}
	for _, v := range w.vats {
		v.held, v.last, v.byCap, v.objects, v.resolvers = nil, nil, make(map[core.Cap]*ref), nil, nil
	}
	for _, m := range w.messages {
		m.target, m.args, m.result = nil, nil, nil
	}
	var left string
	// A reference to a reference takes the collector as many rounds, and each round the peers have to hear of it.
	for range 50 {
		w.collect()
		for _, v := range w.vats {
			flushGC(v.core)
			w.carryOut(v)
		}
		w.carryEverything()
		if left = w.leftovers(); left == "" || w.err != nil {
			return w.err
		}
	}
	w.fail("after everything was let go of: %s", left)
	return w.err
}

// settleAll settles and carries until nothing moves.
func (w *World) settleAll() {
	for w.err == nil {
		moved := w.carryEverything()
		for _, v := range w.vats {
			moved = w.decideAll(v) || moved
			for len(v.objects) > 0 && w.err == nil {
				moved = true
				w.runTurnPlainly(v)
			}
			for len(v.resolvers) > 0 && w.err == nil {
				moved = true
				w.settleSome(v, true)
				w.carryOut(v)
			}
		}
		for _, v := range w.vats {
			for len(v.waits) > 0 && !moved {
				w.giveUp(v)
				w.carryOut(v)
				moved = true
			}
		}
		// Once time has passed, a handoff may wait for a gift that was given up.
		if !moved && (w.ages == 0 || !w.ageAll()) {
			return
		}
	}
}

// mayLie says whether gifts may lie that nobody withdraws.
func (w *World) mayLie() bool {
	return w.cuts+w.declined+w.ages > 0 || slices.ContainsFunc(w.messages, func(m *message) bool {
		return len(m.args) > 0 && m.target.refusesGifts()
	})
}

// checkHandoffs checks that no handoff is under way, when nothing moves any longer. Gifts may lie.
func (w *World) checkHandoffs() {
	for _, v := range w.vats {
		if st := v.core.Stats(); st.Introductions+st.Withdrawals > 0 {
			w.fail("vat %d has %d introductions, and %d withdrawals wait", v.index, st.Introductions, st.Withdrawals)
		}
	}
}

// checkLoads checks that no message counts any longer, when all have their outcome.
func (w *World) checkLoads() {
	for l := range w.loads {
		if c := l.Charge(); c != 0 {
			w.fail("%d messages with %d bytes are still counted", c.Messages(), c.Bytes())
		}
	}
	clear(w.loads) // which keep imports
}

// runTurnPlainly runs a turn that keeps nothing and answers with a plain value.
func (w *World) runTurnPlainly(v *Vat) {
	if t := v.nextTurn(0); t.result != nil {
		w.settle(v, t.result, t.msg.result, true)
	}
	w.carryOut(v)
}

// carryEverything carries until all links are empty. It reports whether there was anything to carry.
func (w *World) carryEverything() bool {
	moved := false
	for w.err == nil {
		again := false
		for _, v := range w.vats {
			for _, l := range slices.Clone(v.links) {
				for w.err == nil && w.carry(l) {
					again = true
				}
			}
		}
		if !again {
			return moved
		}
		moved = true
	}
	return moved
}

// checkMessages checks what every message came to, when nothing moves any longer.
func (w *World) checkMessages() {
	for _, m := range w.messages {
		if m.result != nil && m.outcomes != 1 {
			w.fail("message %d had %d outcomes; it arrived %d times, its answer is %s", m.id, m.outcomes, m.delivered, m.result)
		}
		isSharp := w.cuts+w.declined+w.ages == 0 && !w.opts.Releases
		if !isSharp || m.target == nil {
			continue
		}
		if end := m.target.end(); end != nil && end.object != nil && m.delivered != 1 {
			w.fail("message %d arrived %d times", m.id, m.delivered)
		}
	}
}

// leftovers says what the tables of the vats still hold, "" if they are empty.
func (w *World) leftovers() string {
	for _, v := range w.vats {
		if w.rings {
			v.core.Recount() // which leaves them out
		}
		st := v.core.Stats()
		rest := core.Stats{
			SessionStats: st.SessionStats, Peers: st.Peers - st.Up,
			Gifts: st.Gifts, Withdrawals: st.Withdrawals, Introductions: st.Introductions,
		}
		if rest != (core.Stats{}) {
			return fmt.Sprintf("vat %d has %+v\n%s", v.index, st, v.core.Dump())
		}
	}
	return ""
}

// flushGC has everything told that waits to be let go of.
func flushGC(v *core.Vat) {
	for v.GCPending() {
		v.AgeGC()
	}
}
