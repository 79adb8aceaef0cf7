package captp_test

import (
	"encoding/hex"
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// What the exporter says when it refuses is what the receiver's program finds in the error.
func TestRefusedHandoff(t *testing.T) {
	tests := []struct {
		name   string
		refuse func(exporter *rawSession, resolver string)
		reason any
	}{
		{"an error", func(e *rawSession, to string) {
			e.say("<10'op:deliver" + to + "[5'break<10'desc:error9\"no longer>]ff>")
		}, &captp.RemoteError{Message: "no longer"}},
		{"any value", func(e *rawSession, to string) { e.say("<10'op:deliver" + to + "[5'break[4'gone5+]]ff>") }, []any{captp.Symbol("gone"), int64(5)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
				gifter, receiver := vatAt(t, network, "gifter"), vatAt(t, network, "receiver")
				gift := rawDial(t, network, "exporter", gifter, peerNamed("exporter")).exports(gifter, 5)
				d := newDesk(receiver)
				far := captptest.Carry(t, receiver, gifter, d.anyRef)
				given := d.given(t, far, gift)
				exporter := rawAccept(t, network, "exporter", peerNamed("exporter"))
				tt.refuse(exporter, "<11'desc:export1+>")
				failed := expectHandoffFails(t, given, captp.StageWithdraw, "broken promise")
				expectTrioNamed(t, failed)
				var refused *captp.BrokenError
				if !errors.As(failed, &refused) {
					t.Fatalf("got error %v, want one that wraps a *BrokenError", failed)
				}
				if diff := cmp.Diff(tt.reason, refused.Reason); diff != "" {
					t.Errorf("reason (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// Of a handoff that fails, others are told the stage and what kind of thing happened: no peer, no address, no identifier.
func TestHandoffErrorsOnTheWire(t *testing.T) {
	tests := []struct {
		name string
		fail func(s *handoffScene) // whatever makes the next handoff fail
		want string
	}{
		{"dial", func(s *handoffScene) {
			s.Line(captptest.Receiver, captptest.Exporter).RefuseDials(errors.New("exporter at 10.1.2.3 is not there"))
		}, "third-party handoff failed (dial)"},
		{"hello", func(s *handoffScene) {
			s.Way(captptest.Exporter, captptest.Receiver).Hold()
		}, "third-party handoff failed (dial)"},
		{"withdraw", func(s *handoffScene) {
			s.Way(captptest.Receiver, captptest.Exporter).HoldDials()
			time.AfterFunc(time.Second, s.Line(captptest.Gifter, captptest.Exporter).Cut)
			time.AfterFunc(2*time.Second, s.Way(captptest.Receiver, captptest.Exporter).ReleaseDials) // when the exporter knows
		}, "third-party handoff failed (withdraw): "},
		{"deposit", func(s *handoffScene) { s.Way(captptest.Gifter, captptest.Exporter).Hold() }, "third-party handoff failed ("},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := newHandoffScene(t, captp.WithLimits(captp.Limits{HandoffTime: time.Minute}))
				s.ClearTranscript()
				tt.fail(s)
				_, err := captp.Invoke(t.Context(), s.far.Ref, captp.Symbol("use"), s.gift).Await(t.Context())
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("the gifter is told %v, want %q", err, tt.want)
				}
				time.Sleep(time.Minute) // by when the exporter has given up, too
				synctest.Wait()
				expectNoNames(t, s.Transcript())
			})
		})
	}
}

// named is what has a name in a transcript, or would be bytes in hexadecimal.
var named = regexp.MustCompile(`<(gifter|receiver|exporter|gift|side|session|key|sig|swiss)\b|netlayertest|exporter|10\.1\.2\.3|[0-9a-f]{12}`)

// expectNoNames checks the reasons in a transcript.
func expectNoNames(t *testing.T, transcript string) {
	t.Helper()
	reasons := 0
	for line := range strings.Lines(transcript) {
		if _, reason, ok := strings.Cut(line, "['break "); ok {
			reasons++
			if name := named.FindString(reason); name != "" {
				t.Errorf("%q is said to a peer: %s", name, line)
			}
		}
	}
	if reasons == 0 {
		t.Error("nobody is told anything")
	}
}

// Gift identifiers are secrets of three. No error has one.
func TestNoErrorHoldsAGiftIdentifier(t *testing.T) {
	bubble(t, func(t *testing.T) {
		scene := newRawScene(t, netlayertest.NetworkOptions{}, captp.Limits{Gifts: 1})
		gifter := rawDial(t, scene.network, "g", scene.exporter, peerNamed("g"))
		gifter.expectTold(fetch(scene.published), "fulfill <desc:import-object")
		secret := giftID(6)
		give := handoff.SignGive(gifter.key, gifter.give(secret, scene.there, gifter.key.Public()))
		for _, what := range []string{
			deposit(secret, 1), deposit(secret, 1), deposit(giftID(7), 1),
			withdraw(gifter.receive(scene.toGifter.key, give, 0)), withdraw(gifter.receive(gifter.key, give, 1)),
			withdraw(gifter.receive(gifter.key, give, 2)), withdraw(gifter.receive(gifter.key, give, 3)),
		} {
			told := gifter.ask(what)
			if strings.Contains(told, hex.EncodeToString(secret.Bytes())) || strings.Contains(told, string(secret.Bytes())) {
				t.Errorf("told %q", told)
			}
		}
	})
}
