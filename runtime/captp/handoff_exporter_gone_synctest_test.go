package captp_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// errNobody is why the exporter cannot be dialled.
var errNobody = errors.New("nobody there")

// cutReceiverOff ends the session of receiver and exporter, for good.
func cutReceiverOff(s *handoffScene) {
	line := s.Line(captptest.Receiver, captptest.Exporter)
	line.RefuseDials(errNobody)
	s.Network.Cut(string(captptest.Receiver), string(captptest.Exporter))
}

// departures are the steps of a handoff at which the exporter may go.
var departures = []struct {
	name    string
	prepare func(s *handoffScene) // before the give
	leave   func(s *handoffScene) // after it
	stage   captp.HandoffStage
	is      error
}{
	{
		"before the dial",
		func(s *handoffScene) { s.Line(captptest.Receiver, captptest.Exporter).RefuseDials(errNobody) },
		func(*handoffScene) {},
		captp.StageDial, errNobody,
	},
	{
		"while dialling",
		func(s *handoffScene) { s.Way(captptest.Receiver, captptest.Exporter).HoldDials() },
		func(s *handoffScene) {
			s.Exporter.Close()
			s.Way(captptest.Receiver, captptest.Exporter).ReleaseDials()
		},
		captp.StageDial, netlayer.ErrRefused,
	},
	{
		"after the hello",
		func(s *handoffScene) { s.Way(captptest.Exporter, captptest.Receiver).Hold() },
		cutReceiverOff,
		captp.StageDial, net.ErrClosed,
	},
	{
		"closed after the hello",
		func(s *handoffScene) { s.Way(captptest.Receiver, captptest.Exporter).Hold() },
		func(s *handoffScene) {
			go s.Exporter.Close() // which waits until the receiver has heard
			synctest.Wait()
			s.Way(captptest.Receiver, captptest.Exporter).Release()
		},
		captp.StageDial, net.ErrClosed,
	},
	{
		"after the withdrawal",
		func(s *handoffScene) {
			s.Receiver.Connect(context.Background(), peerNamed("exporter"))
			s.Way(captptest.Exporter, captptest.Receiver).Hold()
		},
		cutReceiverOff,
		captp.StageWithdraw, net.ErrClosed,
	},
	{
		"closed after the withdrawal",
		func(s *handoffScene) { s.Way(captptest.Gifter, captptest.Exporter).Hold() },
		func(s *handoffScene) { s.Exporter.Close() },
		captp.StageWithdraw, net.ErrClosed,
	},
}

// The exporter goes at each step of a handoff. The receiver is told, with the stage and the peers, and so is whoever waits for an
// answer; the session with the gifter goes on, and nothing is left.
func TestExporterGone(t *testing.T) {
	for _, tt := range departures {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := newHandoffScene(t)
				tt.prepare(s)
				synctest.Wait()
				given := s.give(t)
				answer := tell(t.Context(), given, 1)
				synctest.Wait()
				start := time.Now()
				tt.leave(s)
				failed := expectHandoffFails(t, given, tt.stage, "")
				expectTrioNamed(t, failed)
				if !errors.Is(failed, tt.is) {
					t.Errorf("got error %v, want one that wraps %v", failed, tt.is)
				}
				if _, err := answer.Await(t.Context()); err == nil {
					t.Error("what is gone has answered")
				}
				if waited := time.Since(start); waited > 15*time.Second {
					t.Errorf("it took %v", waited)
				}
				expectNothingUnderWay(t, s.Gifter, s.Receiver)
				if got := invoke(t, s.far.Ref, "take"); got != "thanks" {
					t.Errorf("the desk says %v", got)
				}
			})
		})
	}
}

// What was got by a handoff before the exporter goes breaks as any other reference does, and the gifter's own lives on if only the
// receiver has lost the exporter.
func TestExporterGoneAfterTheGift(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newHandoffScene(t)
		given := s.give(t)
		expectAnswers(t, tell(t.Context(), given, 1))
		settled := resolve(t, given)
		s.Line(captptest.Receiver, captptest.Exporter).Cut()
		<-captp.Broken(given)
		<-captp.Broken(settled)
		for _, r := range []anyRef{given, settled} {
			var ended *captp.SessionError
			if _, err := tell(t.Context(), r, 2).Await(t.Context()); !errors.As(err, &ended) || ended.Peer.Designator != "exporter" {
				t.Errorf("got error %v", err)
			}
		}
		s.Line(captptest.Receiver, captptest.Exporter).Mend()
		expectAnswers(t, tell(t.Context(), s.gift, 2), tell(t.Context(), s.give(t), 3))
		s.treasure.expect(t, 3)
	})
}

// A gifter that goes after it has given takes along what it deposited, if nobody has withdrawn it, and nothing that somebody has.
func TestGifterGone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newHandoffScene(t)
		first := s.give(t)
		expectAnswers(t, tell(t.Context(), first, 1))
		s.Way(captptest.Receiver, captptest.Exporter).Hold()
		second := s.give(t)
		synctest.Wait()
		if got := s.Exporter.Stats().Gifts; got != 1 {
			t.Errorf("%d gifts, want 1", got)
		}
		s.Gifter.Close()
		synctest.Wait()
		s.Way(captptest.Receiver, captptest.Exporter).Release()
		failed := expectHandoffFails(t, second, captp.StageWithdraw, "gifter-session")
		expectTrioNamed(t, failed)
		expectAnswers(t, tell(t.Context(), first, 2))
		expectNothingUnderWay(t, s.Receiver, s.Exporter)
	})
}

// An exporter that is gone before the gift is written is no third party any longer.
func TestGiftOfAPeerThatIsGone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newHandoffScene(t)
		s.Exporter.Close()
		<-captp.Broken(s.gift)
		var ended *captp.SessionError
		if _, err := captp.Invoke(t.Context(), s.far.Ref, captp.Symbol("take"), s.gift).Await(t.Context()); !errors.As(err, &ended) {
			t.Errorf("got error %v", err)
		}
		if got := len(s.desk.refs); got != 0 {
			t.Errorf("%d references were given", got)
		}
	})
}

// An exporter that does not say that it is the one who was called, or says nothing, gets no withdrawal.
func TestExporterThatIsAnother(t *testing.T) {
	tests := []struct {
		name   string
		answer func(t *testing.T, network *netlayertest.Network)
		why    string
		after  time.Duration
	}{
		{"impostor", func(t *testing.T, network *netlayertest.Network) {
			session := rawAccept(t, network, "exporter", peerNamed("impostor"))
			if got := captptest.Notation(session.hears()[0]); !strings.Contains(got, "the location is not the one that was dialled") {
				t.Errorf("heard %s", got)
			}
		}, "the location is not the one that was dialled", 0},
		{"garbage", func(t *testing.T, network *netlayertest.Network) {
			conn, err := network.Peer("exporter").Accept()
			if err == nil {
				err = conn.Send([][]byte{[]byte("HTTP/1.1 200 OK\r\n\r\n")})
			}
			if err != nil {
				t.Error(err)
			}
		}, "malformed operation", 0},
		{"silence", func(*testing.T, *netlayertest.Network) {}, "the session was not set up in time", 10 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Unproved: true})
				gifter, receiver := vatAt(t, network, "gifter"), vatAt(t, network, "receiver")
				gift := rawDial(t, network, "exporter", gifter, peerNamed("exporter")).exports(gifter, 5)
				d := newDesk(receiver)
				far := captptest.Carry(t, receiver, gifter, d.anyRef)
				given := d.given(t, far, gift)
				start := time.Now()
				synctest.Wait()
				tt.answer(t, network)
				failed := expectHandoffFails(t, given, captp.StageDial, tt.why)
				expectTrioNamed(t, failed)
				if waited := time.Since(start); waited != tt.after {
					t.Errorf("it took %v, want %v", waited, tt.after)
				}
				if st := receiver.Stats(); st.Up != 1 || st.Introductions != 0 {
					t.Errorf("%d sessions, %d introductions", st.Up, st.Introductions)
				}
			})
		})
	}
}

// expectTrioNamed checks that an error of the receiver names all three.
func expectTrioNamed(t *testing.T, failed *captp.ThirdPartyError) {
	t.Helper()
	got := []string{failed.Gifter.Designator, failed.Receiver.Designator, failed.Exporter.Designator}
	if diff := cmp.Diff([]string{"gifter", "receiver", "exporter"}, got); diff != "" {
		t.Errorf("gifter, receiver and exporter (-want +got):\n%s", diff)
	}
}
