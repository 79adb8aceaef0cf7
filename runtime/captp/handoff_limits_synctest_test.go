package captp_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// A gifter that deposits and deposits fills its part of the table, where the oldest make room, and nobody else's. Its session goes on.
func TestFloodOfGifts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const most, more = 10, 200
		scene := newRawScene(t, netlayertest.NetworkOptions{}, captp.Limits{Gifts: most})
		flooder := rawDial(t, scene.network, "flooder", scene.exporter, peerNamed("flooder"))
		flooder.expectTold(fetch(scene.published), "fulfill <desc:import-object 1>")
		for n := range byte(more) {
			flooder.expectTold(deposit(giftID(n), 1), "fulfill t")
		}
		if got := scene.exporter.Stats().Gifts; got != most || flooder.isOver() {
			t.Errorf("%d gifts, want %d; the session has ended: %v", got, most, flooder.isOver())
		}
		// Others give as ever.
		give := scene.given(t)
		receiver := rawDial(t, scene.network, "receiver", scene.exporter, peerNamed("receiver"))
		receiver.expectTold(withdraw(receiver.receive(scene.toGifter.key, give, 0)), "fulfill <desc:import-object")
		// The newest lie there, the oldest do not.
		newest := handoff.SignGive(flooder.key, flooder.give(giftID(more-most), scene.there, receiver.key.Public()))
		receiver.expectTold(withdraw(receiver.receive(receiver.key, newest, 1)), "fulfill <desc:import-object")
		oldest := handoff.SignGive(flooder.key, flooder.give(giftID(more-most-1), scene.there, receiver.key.Public()))
		receiver.expectTold(withdraw(receiver.receive(receiver.key, oldest, 2)), "")
		flooder.conn.Close()
		synctest.Wait()
		if got := scene.exporter.Stats().Gifts; got != 0 {
			t.Errorf("%d gifts after the end of the session", got)
		}
	})
}

// A receiver that has its gifter deposit more and more, and takes nothing, does not keep other receivers from the gifts of that gifter.
func TestReceiverThatTakesNoGifts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		scene := newRawScene(t, netlayertest.NetworkOptions{}, captp.Limits{Gifts: 20})
		shop := object(scene.gifter, map[string]method{
			"sell": func(context.Context, []any) (any, error) { return scene.gift, nil },
		})
		ref, err := captp.Publish(scene.gifter, shop)
		if err != nil {
			t.Fatal(err)
		}
		scene.toGifter.say("<10'op:deliver<11'desc:export0+>"+fetch(ref)+"77+f>", "<10'op:deliver<11'desc:answer77+>[4'sell]78+f>")
		for n := range 50 {
			scene.toGifter.say(fmt.Sprintf("<9'op:listen<11'desc:answer78+><18'desc:import-object%d+>f>", 2000+n))
		}
		if got := scene.exporter.Stats().Gifts; got != 20 {
			t.Errorf("%d gifts lie", got)
		}
		receiver := vatAt(t, scene.network, "honest")
		d := newDesk(receiver)
		given := d.given(t, captptest.Carry(t, receiver, scene.gifter, d.anyRef), scene.gift)
		if _, err := captp.Resolve(t.Context(), given); err != nil {
			t.Errorf("the gift of an honest receiver: %v", err)
		}
	})
}

// A gift that is never deposited is waited for by the receiver, and by the exporter, for Limits.HandoffTime at most.
func TestDepositThatNeverComes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const limit = time.Minute
		s := newHandoffScene(t, captp.WithLimits(captp.Limits{HandoffTime: limit}))
		s.Way(captptest.Gifter, captptest.Exporter).Hold()
		given := s.give(t)
		answer := tell(t.Context(), given, 1)
		start := time.Now()
		failed := expectHandoffFails(t, given, captp.StageWithdraw, "")
		expectTrioNamed(t, failed)
		if waited := time.Since(start); waited < limit/2 || waited > limit {
			t.Errorf("the receiver waited %v", waited)
		}
		if _, err := answer.Await(t.Context()); err == nil || !strings.Contains(err.Error(), "third-party handoff failed (deposit): it took too long") {
			t.Errorf("what waited at the exporter: %v", err)
		}
		if waited := time.Since(start); waited > limit {
			t.Errorf("the exporter waited %v", waited)
		}
		expectNothingUnderWay(t, s.Receiver, s.Exporter)
		// The deposit comes too late, and is forgotten in its time.
		s.Way(captptest.Gifter, captptest.Exporter).Release()
		synctest.Wait()
		if got := s.Exporter.Stats().Gifts; got != 1 {
			t.Errorf("%d gifts, want 1", got)
		}
		time.Sleep(limit + time.Second)
		expectNothingUnderWay(t, s.Exporter)
		expectAnswers(t, tell(t.Context(), s.give(t), 1))
	})
}

// An exporter that never answers a withdrawal is given up by the receiver alone.
func TestWithdrawalThatIsNeverAnswered(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const limit = time.Minute
		s := newHandoffScene(t, captp.WithLimits(captp.Limits{HandoffTime: limit}))
		captptest.Carry(t, s.Exporter, s.Receiver, newTreasure(s.Exporter).anyRef)
		s.Way(captptest.Exporter, captptest.Receiver).Hold()
		given := s.give(t)
		start := time.Now()
		expectTrioNamed(t, expectHandoffFails(t, given, captp.StageWithdraw, "it took too long"))
		if waited := time.Since(start); waited < limit/2 || waited > limit {
			t.Errorf("the receiver waited %v", waited)
		}
		s.Way(captptest.Exporter, captptest.Receiver).Release() // the answer comes too late
		expectNothingUnderWay(t, s.Receiver, s.Exporter)
		expectAnswers(t, tell(t.Context(), s.give(t), 1))
	})
}

// A dial that takes for ever is given up when the handoff is, if not before.
func TestDialThatTakesForEver(t *testing.T) {
	for name, limits := range map[string]captp.Limits{
		"DialTime":    {DialTime: time.Minute, HandoffTime: time.Hour},
		"HandoffTime": {DialTime: time.Hour, HandoffTime: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := newHandoffScene(t, captp.WithLimits(limits))
				s.Way(captptest.Receiver, captptest.Exporter).HoldDials()
				given := s.give(t)
				start := time.Now()
				expectTrioNamed(t, expectHandoffFails(t, given, captp.StageDial, ""))
				if waited := time.Since(start); waited < 30*time.Second || waited > time.Minute {
					t.Errorf("the receiver waited %v", waited)
				}
				s.Way(captptest.Receiver, captptest.Exporter).ReleaseDials()
				expectAnswers(t, tell(t.Context(), s.give(t), 1))
			})
		})
	}
}

// What one message may hand off is less than any of the tables has room for that it goes through.
func TestDefaultLimitsOfHandoffsFit(t *testing.T) {
	l := captp.DefaultLimits()
	for name, room := range map[string]int{"Gifts": l.Gifts, "Withdrawals of one gifter": l.Withdrawals / 4, "Handoffs": l.Handoffs} {
		if l.Gives > room {
			t.Errorf("Gives is %d, %s %d", l.Gives, name, room)
		}
	}
}
