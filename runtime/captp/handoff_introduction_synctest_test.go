package captp_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/memory"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// A vat that declines an introduction calls nobody, gets the message all the same, and says why to its own program alone.
func TestDeclinedIntroduction(t *testing.T) {
	bubble(t, func(t *testing.T) {
		errNotThem := errors.New("not with those")
		var asked captp.Introduction
		s := newHandoffScene(t, captp.WithIntroductions(captp.IntroductionPolicy{
			Peer: func(_ context.Context, i captp.Introduction) error {
				asked = i
				return errNotThem
			},
		}))
		given := s.give(t)
		failed := expectHandoffFails(t, given, captp.StageDial, "not with those")
		expectTrioNamed(t, failed)
		if !errors.Is(failed, errNotThem) {
			t.Errorf("got error %v", failed)
		}
		if asked.Gifter.Designator != "gifter" || !asked.Exporter.SameAs(peerNamed("exporter")) {
			t.Errorf("asked about %+v", asked)
		}
		if got := len(s.Line(captptest.Receiver, captptest.Exporter).Conns()); got != 0 {
			t.Errorf("%d conns", got)
		}
		_, err := captp.Invoke(t.Context(), s.far.Ref, captp.Symbol("use"), s.gift).Await(t.Context())
		if got, want := err.Error(), `captp: broken promise: third-party handoff failed (dial)`; got != want {
			t.Errorf("the gifter is told %s, want %s", got, want)
		}
		// A session that there is already is no introduction.
		if err := s.Receiver.Connect(t.Context(), peerNamed("exporter")); err != nil {
			t.Fatal(err)
		}
		expectAnswers(t, tell(t.Context(), s.give(t), 1))
	})
}

// A policy that takes its time holds up nothing else, and is told when it takes too long.
func TestSlowIntroductionPolicy(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const limit = time.Minute
		s := newHandoffScene(t, captp.WithLimits(captp.Limits{HandoffTime: limit}), captp.WithIntroductions(captp.IntroductionPolicy{
			Peer: func(ctx context.Context, _ captp.Introduction) error {
				<-ctx.Done()
				return ctx.Err()
			},
		}))
		given := s.give(t)
		start := time.Now()
		expectAnswers(t, tell(t.Context(), s.gift, 1))
		if waited := time.Since(start); waited > 0 {
			t.Errorf("a message to another object took %v", waited)
		}
		expectHandoffFails(t, given, captp.StageDial, "")
		if waited := time.Since(start); waited > limit {
			t.Errorf("the receiver waited %v", waited)
		}
		s.give(t)
		start = time.Now()
		s.Receiver.Close() // ends the context that the policy was given
		if waited := time.Since(start); waited > 2*time.Second {
			t.Errorf("the vat was closed after %v", waited)
		}
	})
}

// The exporter speaks by a transport that the receiver does not have.
func TestUnknownTransport(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network, hub := netlayertest.NewNetwork(netlayertest.NetworkOptions{}), memory.NewHub()
		listen := func(name string) netlayer.Netlayer {
			nl, err := hub.Listen(name)
			if err != nil {
				t.Fatal(err)
			}
			return nl
		}
		gifter := vatAt(t, network, "gifter", captp.WithNetlayer(listen("gifter")))
		receiver := vatAt(t, network, "receiver")
		exporter, err := captp.New(captp.WithNetlayer(listen("exporter")))
		if err != nil {
			t.Fatal(err)
		}
		defer exporter.Close()
		d := newDesk(receiver)
		far := captptest.Carry(t, receiver, gifter, d.anyRef)
		given := d.given(t, far, captptest.Carry(t, exporter, gifter, newTreasure(exporter).anyRef))
		failed := expectHandoffFails(t, given, captp.StageDial, `no netlayer for transport "memory"`)
		if !errors.Is(failed, netlayer.ErrLocation) {
			t.Errorf("got error %v", failed)
		}
		expectTrioNamed(t, failed)
	})
}

// A gifter says that the receiver is the exporter. The gift is withdrawn as another peer would, and nobody is called.
func TestGiveOfTheReceiversOwn(t *testing.T) {
	tests := []struct {
		name    string
		deposit bool
		change  func(g *handoff.Give)
		why     string // the handoff fails
	}{
		{"deposited", true, func(*handoff.Give) {}, ""},
		{"never deposited", false, func(*handoff.Give) {}, "it took too long"},
		{"another gift", true, func(g *handoff.Give) { g.GiftID = giftID(9) }, "it took too long"},
		{"a session that there is not", true, func(g *handoff.Give) { g.Session[0] ^= 1 }, "gifter-session"},
		{"in the name of the receiver", true, func(g *handoff.Give) { g.GifterSide = g.ReceiverKey.ID() }, "gifter-side"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
				receiver := vatAt(t, network, "receiver")
				d, tr := newDesk(receiver), newTreasure(receiver)
				toDesk, err := captp.Publish(receiver, d.anyRef)
				if err != nil {
					t.Fatal(err)
				}
				toTreasure, err := captp.Publish(receiver, tr.anyRef)
				if err != nil {
					t.Fatal(err)
				}
				gifter := rawDial(t, network, "gifter", receiver, peerNamed("gifter"))
				gifter.expectTold(fetch(toTreasure), "fulfill <desc:import-object 1>")
				if tt.deposit {
					gifter.expectTold(deposit(giftID(0), 1), "fulfill t")
				}
				give := gifter.give(giftID(0), peerNamed("receiver"), gifter.theirs)
				tt.change(&give)
				gifter.givesTo(toDesk, handoff.SignGive(gifter.key, give))
				given := <-d.refs
				if tt.why != "" {
					failed := expectHandoffFails(t, given, captp.StageWithdraw, tt.why)
					got := []string{failed.Gifter.Designator, failed.Receiver.Designator, failed.Exporter.Designator}
					if diff := cmp.Diff([]string{"gifter", "receiver", "receiver"}, got); diff != "" {
						t.Errorf("gifter, receiver and exporter (-want +got):\n%s", diff)
					}
				} else if got := resolve(t, given); got != tr.anyRef {
					t.Error("it is not the own object")
				}
				if got := len(network.Links()); got != 1 || gifter.isOver() {
					t.Errorf("%d conns, want 1; the session has ended: %v", got, gifter.isOver())
				}
				time.Sleep(10 * time.Minute)
				expectNothingUnderWay(t, receiver)
			})
		})
	}
}

// The receiver may learn from the program where the exporter is while a dial at the gifter's word is on its way. A gifter that lies
// about that breaks nothing but its own gift.
func TestGifterThatLiesAboutTheLocation(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newHandoffScene(t)
		errLie := errors.New("there is nothing there")
		way := s.Way(captptest.Receiver, captptest.Exporter)
		way.RefuseDials(errLie)
		given := s.give(t)
		expectHandoffFails(t, given, captp.StageDial, errLie.Error())
		way.RefuseDials(nil)
		expectAnswers(t, tell(t.Context(), captptest.Carry(t, s.Exporter, s.Receiver, s.treasure.anyRef), 1))
		synctest.Wait()
		expectNothingUnderWay(t, s.Receiver)
	})
}

// A policy that panics declines.
func TestPolicyThatPanics(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newHandoffScene(t, captp.WithIntroductions(captp.IntroductionPolicy{
			Peer: func(context.Context, captp.Introduction) error { panic("a secret") },
		}))
		if failed := expectHandoffFails(t, s.give(t), captp.StageDial, "internal error"); strings.Contains(failed.Error(), "secret") {
			t.Errorf("the error says too much: %v", failed)
		}
	})
}
