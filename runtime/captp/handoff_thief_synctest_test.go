package captp_test

import (
	"crypto/rand"
	"strings"
	"sync"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

func peerNamed(name string) locator.Peer {
	return locator.Peer{Transport: netlayertest.Transport, Designator: name}
}

// A thief has a copy of a certificate that is for another receiver. Whatever it makes of it is refused, and the gift stays where it is.
func TestThiefWithCopiedGive(t *testing.T) {
	type seen struct {
		give        handoff.SignedGive
		thief       *rawSession // with the exporter
		ofTheVictim handoff.SignedReceive
	}
	rewritten := func(s seen, change func(*handoff.Give), by handoff.KeyPair) handoff.SignedReceive {
		give := s.give.Give()
		change(&give)
		return s.thief.receive(s.thief.key, handoff.SignGive(by, give), 0)
	}
	tests := []struct {
		name string
		make func(s seen) handoff.SignedReceive
		want string
	}{
		{"signed with the thief's key", func(s seen) handoff.SignedReceive { return s.thief.receive(s.thief.key, s.give, 0) }, "receive-signature"},
		{"rewritten for the thief", func(s seen) handoff.SignedReceive {
			return rewritten(s, func(g *handoff.Give) { g.ReceiverKey = s.thief.key.Public() }, s.thief.key)
		}, "give-signature"},
		{"rewritten as the thief's own gift", func(s seen) handoff.SignedReceive {
			return rewritten(s, func(g *handoff.Give) {
				g.ReceiverKey, g.GifterSide, g.Session = s.thief.key.Public(), s.thief.key.Public().ID(), s.thief.id
			}, s.thief.key)
		}, ""}, // it waits for a gift of the thief's
		{"side of the thief in the session of the gifter", func(s seen) handoff.SignedReceive {
			return rewritten(s, func(g *handoff.Give) { g.GifterSide = s.thief.key.Public().ID() }, s.thief.key)
		}, "gifter-side"},
		{"session that there is not", func(s seen) handoff.SignedReceive {
			return rewritten(s, func(g *handoff.Give) { g.Session[0] ^= 1 }, s.thief.key)
		}, "gifter-session"},
		{"other exporter", func(s seen) handoff.SignedReceive {
			return rewritten(s, func(g *handoff.Give) { g.ExporterLocation = peerNamed("thief") }, s.thief.key)
		}, "exporter-location"},
		{"receive of the victim", func(s seen) handoff.SignedReceive { return s.ofTheVictim }, "receiving-session"},
		{"no signature", func(s seen) handoff.SignedReceive { return s.thief.receive(handoff.KeyPair{}, s.give, 0) }, "receive-signature"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				scene := newRawScene(t, netlayertest.NetworkOptions{}, captp.Limits{})
				give := scene.given(t)
				thief := rawDial(t, scene.network, "thief", scene.exporter, peerNamed("thief"))
				victim := rawDial(t, scene.network, "receiver", scene.exporter, peerNamed("receiver"))
				reads := victim.receive(scene.toGifter.key, give, 0)
				stolen := tt.make(seen{give, thief, reads})
				if got := thief.ask(withdraw(stolen)); tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
					t.Errorf("the thief was told %q, want %q", got, tt.want)
				}
				if thief.isOver() {
					t.Error("the session with the thief has ended")
				}
				victim.expectTold(withdraw(reads), "fulfill <desc:import-object")
			})
		})
	}
}

// What is no certificate at all is refused as well.
func TestOddCertificates(t *testing.T) {
	replace := func(old, by string) func(string) string {
		return func(text string) string { return strings.Replace(text, old, by, 1) }
	}
	sig := func(text string) int { return strings.LastIndex(text, "[7'sig-val") }
	const malformed = "" // no operation that can be read: the session ends
	tests := []struct {
		name string
		make func(text string) string
		want string
	}{
		{"nothing", func(string) string { return "" }, "wants a certificate"},
		{"no certificate", func(string) string { return "5+" }, "cannot be read"},
		{"give", func(text string) string {
			return text[strings.LastIndex(text, "<17'desc:sig-envelope"):strings.LastIndex(text, ">[7'sig-val")]
		}, "cannot be read"},
		{"no envelope", func(text string) string { return text[strings.Index(text, "<20'desc:handoff-receive"):sig(text)] }, "cannot be read"},
		{"envelope around", func(text string) string { return "<17'desc:sig-envelope" + text + text[sig(text):] }, "cannot be read"},
		{"negative count", replace("3+<17'desc", "3-<17'desc"), "cannot be read"},
		{"fractional count", replace("3+<17'desc", "D\x40\x08\x00\x00\x00\x00\x00\x00<17'desc"), "cannot be read"},
		{"huge count", replace("3+<17'desc", "18446744073709551616+<17'desc"), "cannot be read"},
		{"surplus field", func(text string) string { return strings.TrimSuffix(text, ">") + "1+>" }, malformed},
		{"other count", replace("3+<17'desc", "4+<17'desc"), "receive-signature"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				scene := newRawScene(t, netlayertest.NetworkOptions{}, captp.Limits{})
				give := scene.given(t)
				receiver := rawDial(t, scene.network, "receiver", scene.exporter, peerNamed("receiver"))
				good := receiver.receive(scene.toGifter.key, give, 3)
				receiver.expectTold("[13'withdraw-gift"+tt.make(string(good.AppendSyrup(nil)))+"]", tt.want)
				if got := receiver.isOver(); got != (tt.want == malformed) {
					t.Errorf("the session has ended: %v", got)
				}
				if receiver.isOver() {
					receiver = rawDial(t, scene.network, "receiver", scene.exporter, peerNamed("receiver"))
					good = receiver.receive(scene.toGifter.key, give, 3)
				}
				receiver.expectTold(withdraw(good), "fulfill <desc:import-object")
			})
		})
	}
}

// A certificate is good once: not again, and not while the first use of it waits for the gift.
func TestReplayedReceive(t *testing.T) {
	bubble(t, func(t *testing.T) {
		scene := newRawScene(t, netlayertest.NetworkOptions{}, captp.Limits{})
		give := scene.given(t)
		victim := rawDial(t, scene.network, "receiver", scene.exporter, peerNamed("receiver"))
		receive := withdraw(victim.receive(scene.toGifter.key, give, 0))
		victim.expectTold(receive, "fulfill <desc:import-object")
		victim.expectTold(receive, "handoff-count")
		// With another count, the gift is not there any longer.
		victim.expectTold(withdraw(victim.receive(scene.toGifter.key, give, 1)), "")

		// The count is used up by a withdrawal that waits.
		gifter := rawDial(t, scene.network, "g", scene.exporter, peerNamed("g"))
		gifter.expectTold(fetch(scene.published), "fulfill <desc:import-object")
		waiting := withdraw(victim.receive(scene.toGifter.key,
			handoff.SignGive(gifter.key, gifter.give(giftID(0), scene.there, scene.toGifter.key.Public())), 2))
		first := victim.asks(waiting)
		victim.expectTold(waiting, "handoff-count")
		gifter.expectTold(deposit(giftID(0), 1), "fulfill t")
		if got := victim.told(first); !strings.HasPrefix(got, "fulfill <desc:import-object") {
			t.Errorf("the one who waited was told %q", got)
		}
		gifter.expectTold(deposit(giftID(0), 1), "fulfill t") // as if it were the first time
		victim.expectTold(waiting, "handoff-count")

		// On another session it is good for nothing.
		thief := rawDial(t, scene.network, "thief", scene.exporter, peerNamed("thief"))
		thief.expectTold(waiting, "receiving-session")
	})
}

// A receive of a vat is copied on the wire.
func TestReplayedReceiveOfAVat(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var mu sync.Mutex
		var copied string
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Tap: func(m netlayertest.Message) {
			mu.Lock()
			defer mu.Unlock()
			if _, args, ok := strings.Cut(string(m.Data), "[13'withdraw-gift"); ok {
				args, _, _ = strings.Cut(args, "]1+<18'desc:import-object") // what answer and resolver follow
				copied = "[13'withdraw-gift" + args + "]"
			}
		}})
		gifter, receiver, exporter := vatAt(t, network, "gifter"), vatAt(t, network, "receiver"), vatAt(t, network, "exporter")
		tr, d := newTreasure(exporter), newDesk(receiver)
		far := captptest.Carry(t, receiver, gifter, d.anyRef)
		given := d.given(t, far, captptest.Carry(t, exporter, gifter, tr.anyRef))
		expectAnswers(t, tell(t.Context(), given, 1))
		thief := rawDial(t, network, "thief", exporter, peerNamed("thief"))
		thief.expectTold(copied, "break <desc:error \"third-party handoff failed (withdraw): handoff: the receive fails the check of receiving-session\"")
		expectAnswers(t, tell(t.Context(), given, 2))
	})
}

// Where transports prove nothing, a thief can say that it is the receiver. The certificate is for a key, and not for a name.
func TestThiefInTheNameOfTheReceiver(t *testing.T) {
	bubble(t, func(t *testing.T) {
		scene := newRawScene(t, netlayertest.NetworkOptions{Unproved: true}, captp.Limits{})
		give := scene.given(t)
		thief := rawDial(t, scene.network, "thief", scene.exporter, peerNamed("receiver"))
		thief.expectTold(withdraw(thief.receive(thief.key, give, 0)), "receive-signature")
		// The name is taken by the thief now, but the receiver says how it can be reached in other ways, or under another name.
		victim := rawDial(t, scene.network, "receiver", scene.exporter, peerNamed("receiver-2"))
		victim.expectTold(withdraw(victim.receive(scene.toGifter.key, give, 0)), "fulfill <desc:import-object")
		// To the gifter, one who comes second under a name is nobody.
		second := rawDial(t, scene.network, "thief", scene.gifter, peerNamed("receiver"))
		if second.id != (handoff.SessionID{}) {
			t.Error("there are two sessions with one peer")
		}
	})
}

// A gifter cannot make a receiver withdraw for it: certificates that are not for the receiver are not used, and nobody is called.
func TestGiveForAnother(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		receiver, exporter := vatAt(t, network, "receiver"), vatAt(t, network, "exporter")
		there, _ := exporter.Location(netlayertest.Transport)
		d := newDesk(receiver)
		ref, err := captp.Publish(receiver, d.anyRef)
		if err != nil {
			t.Fatal(err)
		}
		gifter := rawDial(t, network, "gifter", receiver, peerNamed("gifter"))
		other, err := handoff.GenerateKeyPair(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		gifter.givesTo(ref, handoff.SignGive(gifter.key, gifter.give(giftID(0), there, other.Public())))
		failed := expectHandoffFails(t, <-d.refs, captp.StageGive, "the gift is for another receiver")
		if failed.Gifter.Designator != "gifter" || failed.Receiver.Designator != "receiver" {
			t.Errorf("wrong peers: %+v", failed)
		}
		if n := len(network.Links()); n != 1 || gifter.isOver() {
			t.Errorf("%d conns; the session has ended: %v", n, gifter.isOver())
		}
	})
}
