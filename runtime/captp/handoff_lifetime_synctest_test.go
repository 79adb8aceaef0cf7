package captp_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// giftTime is how long a gift may lie there.
const giftTime = time.Minute

// endsOfAGift are what may become of a gift that lies at the exporter, which the receiver is kept from dialling.
var endsOfAGift = []struct {
	name string
	end  func(t *testing.T, s *handoffScene, given anyRef)
}{
	{"taken and released", func(t *testing.T, s *handoffScene, given anyRef) {
		s.Way(captptest.Receiver, captptest.Exporter).ReleaseDials()
		settled := resolve(t, given)
		time.Sleep(2 * giftTime)
		if len(s.treasure.unreferenced) > 0 {
			t.Error("the receiver holds it")
		}
		captp.Release(settled)
		time.Sleep(time.Second)
	}},
	{"taken, and the receiver goes", func(t *testing.T, s *handoffScene, given anyRef) {
		s.Way(captptest.Receiver, captptest.Exporter).ReleaseDials()
		resolve(t, given)
		s.Receiver.Close()
		synctest.Wait()
	}},
	{"never taken, and the gifter goes", func(_ *testing.T, s *handoffScene, _ anyRef) {
		s.Gifter.Close()
		synctest.Wait()
	}},
	{"never taken, and the receiver goes", func(t *testing.T, s *handoffScene, _ anyRef) {
		s.Receiver.Close()
		time.Sleep(giftTime / 4)
		if len(s.treasure.unreferenced) > 0 {
			t.Error("the receiver may come back")
		}
		time.Sleep(giftTime)
	}},
	{"never taken in time", func(t *testing.T, s *handoffScene, given anyRef) {
		time.Sleep(giftTime/2 - time.Second)
		if len(s.treasure.unreferenced) > 0 {
			t.Error("it is not time yet")
		}
		time.Sleep(giftTime/2 + 2*time.Second)
		expectHandoffFails(t, given, captp.StageDial, "it took too long")
	}},
}

// A gift keeps its object as long as it lies at the exporter, even when the gifter has let go of it, and no longer: what ends it, ends
// that.
func TestGiftLetsGo(t *testing.T) {
	for _, tt := range endsOfAGift {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := newHandoffScene(t, captp.WithLimits(captp.Limits{HandoffTime: giftTime, DialTime: time.Hour}))
				s.Way(captptest.Receiver, captptest.Exporter).HoldDials()
				given := s.give(t)
				captp.Release(s.gift)
				time.Sleep(time.Second)
				if got := s.Exporter.Stats(); got.Exports != 0 || got.Gifts != 1 || len(s.treasure.unreferenced) > 0 {
					t.Errorf("before: %d exports, %d gifts; unreferenced %d times", got.Exports, got.Gifts, len(s.treasure.unreferenced))
				}
				tt.end(t, s, given)
				synctest.Wait()
				if got := s.Exporter.Stats(); got.Exports != 0 || got.Gifts != 0 || len(s.treasure.unreferenced) != 1 {
					t.Errorf("after: %d exports, %d gifts; unreferenced %d times", got.Exports, got.Gifts, len(s.treasure.unreferenced))
				}
			})
		})
	}
}
