package coretest

import (
	"fmt"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// honestPeer is another core, and what its program knows.
type honestPeer struct {
	vat      *core.Vat
	session  *core.Session
	theirs   *core.Session // the other end
	sent     int
	answered int
	drops    []tracked
}

// meetHonestPeer sets up the session with the honest peer.
func (s *siege) meetHonestPeer() {
	h := &honestPeer{vat: core.New(core.Config{})}
	s.honest = h
	h.theirs = s.vat.Open(core.Opening{Location: at("vat"), Key: key(0, 1), Dialect: &wire.Modern})
	h.vat.Connect(at("vat"), h.vat.NewPromise(nil, false))
	peer := at("vat")
	h.session = h.vat.Open(core.Opening{Dialled: &peer, Location: at("honest"), Key: key(0, 2), Dialect: &wire.Modern})
	h.carryOut(s)
	s.carryOut()
	if !h.session.Established() || !h.theirs.Established() {
		s.t.Fatal("the honest session is not up")
	}
}

// keep sends the keeper an object, which the vat may then hand off.
func (h *honestPeer) keep(s *siege) {
	if h.vat.Stats().Exports > 3 {
		return // the tables of the vat are small
	}
	keeper := h.vat.NewPromise(nil, true)
	h.vat.Enliven(locator.SturdyRef{Peer: at("vat"), Swiss: locator.NewSwissNumber([]byte("keeper"))}, keeper)
	b := bodyBuilder{Data: []byte("[")}
	b.add(h.vat.NewObject(nil))
	b.Data = append(b.Data, ']')
	h.vat.Send(keeper, core.Body(b), nil)
	flushGC(h.vat)
	h.carryOut(s)
}

// call fetches the echo object, sends it an object, and expects it back.
func (h *honestPeer) call(s *siege) {
	if h.sent-h.answered > 3 {
		return // the tables of the vat are small
	}
	echo, result := h.vat.NewPromise(nil, true), h.vat.NewPromise(h.vat.NewObject(nil), true)
	h.vat.Enliven(locator.SturdyRef{Peer: at("vat"), Swiss: locator.NewSwissNumber([]byte("echo"))}, echo)
	h.vat.Send(echo, core.Body{Data: fmt.Appendf(nil, "[%d+]", h.sent)}, result)
	h.sent++
	flushGC(h.vat)
	h.carryOut(s)
}

// carryOut is the driver of the honest peer.
func (h *honestPeer) carryOut(s *siege) {
	for effects := h.vat.Effects(); len(effects) > 0; effects = h.vat.Effects() {
		for _, e := range effects {
			switch e.Kind {
			case core.Notify:
				if want := fmt.Sprintf("[%d+]", h.answered); e.Outcome.Broken || string(e.Outcome.Value.Data) != want {
					s.t.Fatalf("the honest peer got %v %q, want %s", e.Outcome.Err, e.Outcome.Value.Data, want)
				}
				h.answered++
			case core.Run:
				if e.Result != nil {
					h.vat.Settle(e.Result, core.Outcome{Value: core.Body{Data: []byte("t")}})
				}
			case core.Track:
				h.drops = append(h.drops, track(e))
			case core.Ended:
				s.t.Fatalf("the session of the honest peer ended: %v", e.Err)
			}
		}
	}
	for _, dirty := range h.vat.Dirty() {
		out, ends := dirty.Take()
		deliver(s.t, s.vat, h.theirs, out, ends)
		s.carryOut()
	}
	if err := h.vat.Check(); err != nil {
		s.t.Fatal(err)
	}
}
