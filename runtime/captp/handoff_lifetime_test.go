package captp_test

import (
	"runtime"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// The object behind a gift is free when nobody holds it any longer, and not before.
func TestHandoffLifetime(t *testing.T) {
	s := newHandoffScene(t)
	unreferenced := func() bool {
		select {
		case <-s.treasure.unreferenced:
			return true
		default:
			return false
		}
	}
	func() {
		kept := s.desk.given(t, s.far, s.gift)
		s.gift = anyRef{}
		expectAnswers(t, tell(t.Context(), kept, 1))
		eventually(t, "the gifter has let go", func() bool { return s.Gifter.Stats().Imports == 1 })
		if unreferenced() {
			t.Fatal("the receiver holds it")
		}
		runtime.KeepAlive(kept)
	}()
	eventually(t, "nobody holds it", unreferenced)
	eventually(t, "nothing is left", func() bool {
		r, e := s.Receiver.Stats(), s.Exporter.Stats()
		return r.Imports == 0 && r.Questions == 0 && e.Exports == 0 && e.Answers == 0
	})
}

// Nobody that is dropped while its handoff is under way is kept by it.
func TestHandoffDroppedUnderWay(t *testing.T) {
	s := newHandoffScene(t)
	s.Way(captptest.Gifter, captptest.Exporter).Hold()
	for range 10 {
		s.give(t)
	}
	s.gift = anyRef{}
	s.Way(captptest.Gifter, captptest.Exporter).Release()
	eventually(t, "nobody holds it", func() bool { return len(s.treasure.unreferenced) > 0 })
	eventually(t, "nothing is left", func() bool {
		r, e := s.Receiver.Stats(), s.Exporter.Stats()
		return r.Imports == 0 && r.Questions == 0 && e.Exports == 0 && e.Answers == 0 && e.Gifts == 0
	})
	expectNothingUnderWay(t, s.Gifter, s.Receiver, s.Exporter)
}
