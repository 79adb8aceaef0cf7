package captp_test

import (
	"context"
	"runtime"
	"runtime/debug"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// A handoff, message by message, in testdata.
func TestHandoffTranscripts(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // what is let go of is the test's to say
	tests := []struct {
		name string
		run  func(t *testing.T, s *handoffScene) (kept []anyRef)
	}{
		{"handoff_argument", handOffInArgument},
		{"handoff_argument_session", func(t *testing.T, s *handoffScene) []anyRef {
			s.Release()
			kept := captptest.Carry(t, s.Exporter, s.Receiver, s.treasure.anyRef)
			synctest.Wait()
			s.ClearTranscript()
			s.Hold()
			return append(handOffInArgument(t, s), kept)
		}},
		{"handoff_withdrawal_first", withdrawFirst},
		{"handoff_result", handOffInResult},
		{"handoff_promise", handOffPromise},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for range 3 { // it goes the same way every time
				bubble(t, func(t *testing.T) {
					s := newHandoffScene(t, captp.WithoutIdleCollection())
					time.Sleep(time.Second) // by when the vats have told each other what they have let go of
					synctest.Wait()
					s.ClearTranscript()
					s.Hold()
					kept := tt.run(t, s)
					time.Sleep(time.Second)
					s.Play()
					expectTranscript(t, tt.name, s.Transcript())
					expectNothingUnderWay(t, s.Gifter, s.Receiver, s.Exporter)
					s.Trio.Release()
					runtime.KeepAlive(kept)
				})
			}
		})
	}
}

// handOffInArgument hands the treasure to the desk, which uses it at once, and lets go of it.
func handOffInArgument(t *testing.T, s *handoffScene) []anyRef {
	thanks := captp.Invoke(t.Context(), s.far.Ref, captp.Symbol("take"), s.gift)
	synctest.Wait()
	for len(s.desk.refs) == 0 {
		s.Step()
		synctest.Wait()
	}
	given := <-s.desk.refs
	first := tell(t.Context(), given, 1)
	s.Play()
	second := tell(t.Context(), given, 2)
	s.Play()
	expectAnswers(t, thanks, first, second)
	s.treasure.expect(t, 2)
	captp.Release(resolve(t, given))
	return []anyRef{given}
}

// withdrawFirst is a handoff in which the deposit is late.
func withdrawFirst(t *testing.T, s *handoffScene) []anyRef {
	thanks := captp.Invoke(t.Context(), s.far.Ref, captp.Symbol("take"), s.gift)
	playAllBut(s.Trio, captptest.Gifter, captptest.Exporter)
	given := <-s.desk.refs
	first := tell(t.Context(), given, 1)
	playAllBut(s.Trio, captptest.Gifter, captptest.Exporter)
	if st := s.Exporter.Stats(); st.Withdrawals != 1 || st.QueuedMessages != 1 || st.Gifts != 0 {
		t.Errorf("the exporter is not waiting for the gift: %+v", st)
	}
	s.Play()
	expectAnswers(t, thanks, first)
	s.treasure.expect(t, 1)
	captp.Release(resolve(t, given))
	return []anyRef{given}
}

// handOffInResult is a call whose result is the treasure, with messages for it on their way through the gifter when it turns out to be.
func handOffInResult(t *testing.T, s *handoffScene) []anyRef {
	s.Release()
	shop := captptest.Carry(t, s.Gifter, s.Receiver, object(s.Gifter, map[string]method{
		"sell": func(context.Context, []any) (any, error) { return s.gift, nil },
	}))
	synctest.Wait()
	s.ClearTranscript()
	s.Hold()
	bought := captp.InvokeRef(t.Context(), shop.Ref, captp.Symbol("sell")).Cap()
	first, second := tell(t.Context(), bought, 1), tell(t.Context(), bought, 2)
	synctest.Wait()
	// The gifter sells before it knows of the messages.
	for range 2 {
		s.Way(captptest.Receiver, captptest.Gifter).Step()
		synctest.Wait()
	}
	for s.Way(captptest.Gifter, captptest.Receiver).Step() {
		synctest.Wait()
	}
	third := tell(t.Context(), bought, 3)
	s.Play()
	fourth := tell(t.Context(), bought, 4)
	s.Play()
	expectAnswers(t, first, second, third, fourth)
	s.treasure.expect(t, 4)
	captp.Release(resolve(t, bought))
	captp.Release(shop)
	return []anyRef{bought, shop}
}

// handOffPromise is a promise of the gifter that is sent to the receiver, and turns out to be the treasure.
func handOffPromise(t *testing.T, s *handoffScene) []anyRef {
	promised, resolver := captp.NewPromiseRef[anyRef](s.Gifter)
	thanks := captp.Invoke(t.Context(), s.far.Ref, captp.Symbol("take"), promised)
	s.Play()
	given := <-s.desk.refs
	first := tell(t.Context(), given, 1)
	s.Play()
	second := tell(t.Context(), given, 2)
	resolver.Fulfill(s.gift)
	synctest.Wait()
	third := tell(t.Context(), given, 3)
	s.Play()
	fourth := tell(t.Context(), given, 4)
	s.Play()
	expectAnswers(t, thanks, first, second, third, fourth)
	s.treasure.expect(t, 4)
	captp.Release(resolve(t, given))
	return []anyRef{given, promised}
}

// playAllBut delivers everything that is not on its way from one vat to another.
func playAllBut(trio *captptest.Trio, from, to captptest.Role) {
	roles := []captptest.Role{captptest.Gifter, captptest.Exporter, captptest.Receiver}
	for moved := true; moved; {
		moved = false
		for _, f := range roles {
			for _, r := range roles {
				if f != r && (f != from || r != to) {
					synctest.Wait()
					moved = trio.Way(f, r).Step() || moved
				}
			}
		}
	}
	synctest.Wait()
}

// expectAnswers waits for calls that are to succeed.
func expectAnswers(t *testing.T, answers ...*captp.Promise[any]) {
	t.Helper()
	for i, p := range answers {
		if _, err := p.Await(t.Context()); err != nil {
			t.Errorf("answer %d: %v", i+1, err)
		}
	}
}
