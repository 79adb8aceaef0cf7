package captp_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// waysToKnow are two ways each in which a vat comes to know the treasure.
var waysToKnow = []struct {
	name string
	get  func(t *testing.T, s *handoffScene) (got, want anyRef)
}{
	{"handed off and enlivened", func(t *testing.T, s *handoffScene) (got, want anyRef) {
		return s.give(t), captptest.Carry(t, s.Exporter, s.Receiver, s.treasure.anyRef)
	}},
	{"enlivened and handed off", func(t *testing.T, s *handoffScene) (got, want anyRef) {
		want = captptest.Carry(t, s.Exporter, s.Receiver, s.treasure.anyRef)
		return s.give(t), want
	}},
	{"handed off twice", func(t *testing.T, s *handoffScene) (got, want anyRef) {
		return s.give(t), s.give(t)
	}},
	{"handed off twice in one message", func(t *testing.T, s *handoffScene) (got, want anyRef) {
		return s.desk.given(t, s.far, s.gift, s.gift), <-s.desk.refs
	}},
	{"in a promise", func(t *testing.T, s *handoffScene) (got, want anyRef) {
		promised, resolver := captp.NewPromiseRef[anyRef](s.Gifter)
		got = s.desk.given(t, s.far, promised)
		resolver.Fulfill(s.gift)
		return got, s.give(t)
	}},
	{"back to the gifter", func(t *testing.T, s *handoffScene) (got, want anyRef) {
		own := newDesk(s.Gifter)
		far := captptest.Carry(t, s.Gifter, s.Receiver, own.anyRef)
		return own.given(t, far, resolve(t, s.give(t))), s.gift
	}},
	{"back to the gifter while it is a promise", func(t *testing.T, s *handoffScene) (got, want anyRef) {
		own := newDesk(s.Gifter)
		far := captptest.Carry(t, s.Gifter, s.Receiver, own.anyRef)
		s.Way(captptest.Receiver, captptest.Exporter).HoldDials()
		got = own.given(t, far, s.give(t))
		s.Way(captptest.Receiver, captptest.Exporter).ReleaseDials()
		return got, s.gift
	}},
	{"to the exporter", func(t *testing.T, s *handoffScene) (got, want anyRef) {
		own := newDesk(s.Exporter)
		far := captptest.Carry(t, s.Exporter, s.Receiver, own.anyRef)
		got = own.given(t, far, resolve(t, s.give(t)))
		if tr, ok := captp.Local[*treasure](got); !ok || tr != s.treasure {
			t.Error("it is not the local object")
		}
		return got, s.treasure.anyRef
	}},
	{"to the exporter while it is a promise", func(t *testing.T, s *handoffScene) (got, want anyRef) {
		own := newDesk(s.Exporter)
		far := captptest.Carry(t, s.Exporter, s.Receiver, own.anyRef)
		s.Way(captptest.Gifter, captptest.Exporter).Hold()
		got = own.given(t, far, s.give(t))
		s.Way(captptest.Gifter, captptest.Exporter).Release()
		return got, s.treasure.anyRef
	}},
}

// However a vat came to know an object, it has one reference to it.
func TestHandoffIdentity(t *testing.T) {
	for _, tt := range waysToKnow {
		t.Run(tt.name, func(t *testing.T) {
			s := newHandoffScene(t)
			got, want := tt.get(t, s)
			if resolve(t, got) != resolve(t, want) {
				t.Error("two references to one object")
			}
			if same, err := captp.Same(t.Context(), got, want); !same || err != nil {
				t.Errorf("Same: %v, %v", same, err)
			}
			expectAnswers(t, tell(t.Context(), got, 1), tell(t.Context(), want, 2))
		})
	}
}

// The reference that a gifter got by a handoff can be given in turn, once round and back.
func TestHandoffRoundTrip(t *testing.T) {
	s := newHandoffScene(t)
	atGifter := newDesk(s.Gifter)
	far := captptest.Carry(t, s.Gifter, s.Receiver, atGifter.anyRef)
	gift := s.gift
	for n := range 5 {
		given := resolve(t, s.desk.given(t, s.far, gift))
		gift = resolve(t, atGifter.given(t, far, given))
		if gift != s.gift {
			t.Errorf("round %d: another reference comes back", n)
		}
		expectAnswers(t, tell(t.Context(), given, 2*n+1))
		expectAnswers(t, tell(t.Context(), gift, 2*n+2))
	}
	s.treasure.expect(t, 10)
	expectNothingUnderWay(t, s.Gifter, s.Receiver, s.Exporter)
}
