package paths_test

import (
	"cmp"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// A path and the messages at its end take one round trip with peers that know steps. With those that do not, the messages wait for
// the result.
func TestRoundTrips(t *testing.T) {
	const oneWay = 50 * time.Millisecond
	for d, travels := range dialects {
		t.Run(d.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := captptest.NewLink(t, captp.WithDialect(d))
				e := captptest.Carry(t, l.B, l.A, scene{l.B}.registry()).E(t.Context())
				l.Network.Way(captptest.NameA, captptest.NameB).SetLatency(oneWay)
				l.Network.Way(captptest.NameB, captptest.NameA).SetLatency(oneWay)
				for _, r := range routes {
					want := 2 * oneWay
					if !travels {
						want *= time.Duration(cmp.Or(r.trips, 2))
					}
					start := time.Now()
					got, err := r.send(e).Await(t.Context())
					if spent := time.Since(start); got != r.want || err != nil || spent != want {
						t.Errorf("%s: got %q, %v after %v, want %q after %v", r.name, got, err, spent, r.want, want)
					}
				}
			})
		})
	}
}
