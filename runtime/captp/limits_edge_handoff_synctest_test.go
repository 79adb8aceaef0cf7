package captp_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// This file has what the rows of limitEdges do that are about handoffs.

// handoffs is an exporter with limits, a peer that gives its treasure, which is export 1 to it, and one that receives it.
type handoffs struct {
	*rawScene

	giver, receiver *rawSession
}

func newHandoffs(t *testing.T, limits captp.Limits) *handoffs {
	t.Helper()
	scene := newRawScene(t, netlayertest.NetworkOptions{}, limits)
	s := &handoffs{
		rawScene: scene,
		giver:    rawDial(t, scene.network, "giver", scene.exporter, peerNamed("giver")),
		receiver: rawDial(t, scene.network, "receiver", scene.exporter, peerNamed("receiver")),
	}
	s.giver.expectTold(fetch(s.published), "fulfill <desc:import-object 1>")
	return s
}

// deposits has the giver deposit a gift.
func (s *handoffs) deposits(n byte) {
	s.giver.t.Helper()
	s.giver.expectTold(deposit(giftID(n), 1), "fulfill t")
}

// withdraws has the receiver ask for a gift, and returns what it is told.
func (s *handoffs) withdraws(n byte) string {
	s.receiver.t.Helper()
	return s.receiver.told(s.receiver.asksForGift(s.giver, s.there, n))
}

// asksForGift asks for a gift of a gifter that is for this side, and returns the position of the resolver.
func (s *rawSession) asksForGift(gifter *rawSession, exporter locator.Peer, n byte) int {
	s.t.Helper()
	give := handoff.SignGive(gifter.key, gifter.give(giftID(n), exporter, s.key.Public()))
	return s.asks(withdraw(s.receive(s.key, give, uint64(n))))
}

// orNothing returns what somebody was told.
func orNothing(told string) string {
	if told == "" {
		return "told nothing"
	}
	return "told " + told
}

// depositFive deposits five gifts, and returns which of them can be withdrawn.
func depositFive(t *testing.T, limits captp.Limits) string {
	s := newHandoffs(t, limits)
	for n := range byte(5) {
		s.deposits(n)
	}
	var there []int
	for n := range byte(5) {
		if strings.HasPrefix(s.withdraws(n), "fulfill ") {
			there = append(there, int(n))
		}
	}
	if s.giver.isOver() {
		t.Error("the session of the gifter has ended")
	}
	return fmt.Sprintf("gifts %v", there)
}

// withdrawFive asks for five gifts that nobody has deposited, of so many gifters, until it is refused one.
func withdrawFive(gifters int) func(*testing.T, captp.Limits) string {
	return func(t *testing.T, limits captp.Limits) string {
		s := newHandoffs(t, limits)
		var all []*rawSession
		for i := range gifters {
			name := fmt.Sprint("gifter-", i)
			all = append(all, rawDial(t, s.network, name, s.exporter, peerNamed(name)))
		}
		told := ""
		for n := byte(0); n < 5 && told == ""; n++ {
			told = s.receiver.told(s.receiver.asksForGift(all[int(n)%gifters], s.there, n))
		}
		waiting := s.exporter.Stats().Withdrawals
		s.receiver.expectTold(fetch(s.published), "fulfill <desc:import-object") // the session goes on
		return fmt.Sprintf("%d wait, then: %s", waiting, told)
	}
}

// handOffFive hands five references off while the exporter cannot be reached yet.
func handOffFive(t *testing.T, limits captp.Limits) string {
	s := newHandoffScene(t, captp.WithLimits(limits))
	dials := s.Way(captptest.Receiver, captptest.Exporter)
	dials.HoldDials()
	given := s.desk.givenAll(t, s.far, slices.Repeat([]any{s.gift}, 5)...)
	synctest.Wait()
	dials.ReleaseDials()
	done, then := 0, ""
	for _, r := range given {
		_, err := captp.Resolve(t.Context(), r)
		var (
			failed *captp.ThirdPartyError
			limit  *captp.LimitError
		)
		switch {
		case err == nil:
			done++
			expectAnswers(t, tell(t.Context(), r, done))
		case errors.As(err, &failed) && errors.As(err, &limit):
			then += fmt.Sprintf("%v: %v", failed.Stage, limit)
		default:
			t.Errorf("got error %v", err)
		}
	}
	expectNothingUnderWay(t, s.Receiver)
	return fmt.Sprintf("%d handed off, then %s", done, then)
}

// introduceFive hands off references to objects of five peers, which are called and do not answer yet. In the end all get through.
func introduceFive(t *testing.T, limits captp.Limits) string {
	n := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
	var asked, called atomic.Int32
	gifter := vatAt(t, n, "gifter")
	receiver := vatAt(t, n, "receiver", captp.WithLimits(limits),
		captp.WithIntroductions(captp.IntroductionPolicy{
			Peer: func(context.Context, captp.Introduction) error { asked.Add(1); return nil },
		}),
		captp.WithTracer(tracerFunc(func(e captp.TraceEvent) {
			if e.Kind == captp.TraceDial {
				called.Add(1)
			}
		})))
	d := newDesk(receiver)
	var gifts []any
	for i := range 5 {
		name := fmt.Sprint("exporter-", i)
		exporter := vatAt(t, n, name)
		gifts = append(gifts, captptest.Carry(t, exporter, gifter, newTreasure(exporter).anyRef))
		n.Way("receiver", name).HoldDials()
	}
	far := captptest.Carry(t, receiver, gifter, d.anyRef)
	given := d.givenAll(t, far, gifts...)
	synctest.Wait()
	atOnce := fmt.Sprintf("%d asked about, %d called", asked.Load(), called.Load())
	for i := range 5 {
		n.Way("receiver", fmt.Sprint("exporter-", i)).ReleaseDials()
	}
	for i, r := range given {
		expectAnswers(t, tell(t.Context(), r, i))
	}
	if asked, called := asked.Load(), called.Load(); asked != 5 || called != 5 {
		t.Errorf("in the end %d were asked about and %d called, want 5", asked, called)
	}
	expectNothingUnderWay(t, receiver)
	return atOnce
}

// withdrawLate withdraws a gift a limitedTime after it was deposited.
func withdrawLate(t *testing.T, limits captp.Limits) string {
	s := newHandoffs(t, limits)
	s.deposits(0)
	time.Sleep(limitedTime)
	synctest.Wait()
	return orNothing(s.withdraws(0))
}

// withdrawOneOfTwoLate does the same with a gift that may lie there for as short a time as any: as long as there are gifts, it is looked
// twice in the time of the limit for those that were there at the last look, and this one is deposited just before such a look.
func withdrawOneOfTwoLate(t *testing.T, limits captp.Limits) string {
	s := newHandoffs(t, limits)
	s.deposits(0)
	time.Sleep(limits.HandoffTime/2 - 1)
	s.deposits(1)
	time.Sleep(limitedTime)
	synctest.Wait()
	return orNothing(s.withdraws(1))
}

// depositLate deposits a gift a limitedTime after it was asked for.
func depositLate(t *testing.T, limits captp.Limits) string {
	s := newHandoffs(t, limits)
	resolver := s.receiver.asksForGift(s.giver, s.there, 0)
	time.Sleep(limitedTime)
	told := orNothing(s.receiver.told(resolver))
	s.deposits(0)
	if late := s.receiver.told(resolver); (late != "") != (told == "told nothing") {
		t.Errorf("at first it is %s, later told %q", told, late)
	}
	return told
}

// dialLate hands off a reference to an object of a peer that can be reached after a limitedTime.
func dialLate(t *testing.T, limits captp.Limits) string {
	s := newHandoffScene(t, captp.WithLimits(limits))
	dials := s.Way(captptest.Receiver, captptest.Exporter)
	dials.HoldDials()
	given := s.give(t)
	settled := make(chan error, 1)
	go func() {
		_, err := captp.Resolve(t.Context(), given)
		settled <- err
	}()
	time.Sleep(limitedTime)
	synctest.Wait()
	select {
	case err := <-settled:
		return fmt.Sprint(err)
	default:
	}
	dials.ReleaseDials()
	if err := <-settled; err != nil {
		t.Errorf("in the end: %v", err)
	}
	return "not broken"
}
