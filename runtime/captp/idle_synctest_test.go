package captp_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// A peer that is gone without a word is found out, after a while.
func TestIdlePeers(t *testing.T) {
	tests := []struct {
		name    string
		idle    time.Duration // the limit, zero for the default of ten minutes
		answers bool          // the peer gives a sign of life
		until   time.Duration // the session has ended by then; zero for never
	}{
		{"gone", 0, false, 16 * time.Minute},
		{"gone, with a limit", time.Minute, false, 2 * time.Minute},
		{"silent", 0, true, 0},
		{"gone, but nobody wants to know", -1, false, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
				v := vatAt(t, network, "vat", captp.WithLimits(captp.Limits{IdleTime: tt.idle}))
				peer := rawDial(t, network, "peer", v, locator.Peer{Transport: netlayertest.Transport, Designator: "peer"})
				start, asked := time.Now(), 0
				for time.Since(start) < time.Hour && !peer.isOver() {
					time.Sleep(time.Second)
					for _, m := range peer.hears() {
						if !strings.Contains(captptest.Notation(m), "'fetch ") {
							continue
						}
						asked++
						if tt.answers {
							peer.say("<13'op:gc-answers[]>")
						}
					}
				}
				lasted := time.Since(start)
				switch {
				case tt.until == 0 && peer.isOver():
					t.Errorf("the session has ended after %v", lasted)
				case tt.until != 0 && (lasted > tt.until || lasted < tt.until/3):
					t.Errorf("the session has ended after %v, want at most %v", lasted, tt.until)
				case tt.answers && (asked < 3 || asked > 7):
					t.Errorf("asked %d times in an hour", asked)
				case tt.idle < 0 && asked > 0:
					t.Errorf("asked %d times", asked)
				}
			})
		})
	}
}

// Two vats that have nothing to say to each other stay connected.
func TestIdleVats(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var sent atomic.Int64
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Tap: func(netlayertest.Message) { sent.Add(1) }})
		a, b := vatAt(t, network, "a"), vatAt(t, network, "b")
		ref, err := captp.Publish(b, object(b, map[string]method{"nothing": func(context.Context, []any) (any, error) { return nil, nil }}))
		if err != nil {
			t.Fatal(err)
		}
		far, err := captp.Enliven[captp.AnyRef](t.Context(), a, ref).Await(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		broken := captp.Broken(far)
		before := sent.Load()
		time.Sleep(24 * time.Hour)
		select {
		case <-broken:
			t.Fatal("the session has ended")
		default:
		}
		if n := sent.Load() - before; n > 24*7*2*4 {
			t.Errorf("%d messages in a day", n)
		}
		if _, err := captp.Invoke(t.Context(), far.Ref, captp.Symbol("nothing")).Await(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// A peer that holds as much as it may is found out, too, and only if it is gone.
func TestIdlePeerThatHoldsMuch(t *testing.T) {
	for _, answers := range []bool{true, false} {
		bubble(t, func(t *testing.T) { holdMuch(t, answers) })
	}
}

func holdMuch(t *testing.T, answers bool) {
	const exports = 4
	network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
	v := vatAt(t, network, "vat", captp.WithLimits(captp.Limits{Exports: exports}))
	ref, err := captp.Publish(v, object(v, map[string]method{
		"make": func(context.Context, []any) (any, error) { return object(v, nil), nil },
	}))
	if err != nil {
		t.Fatal(err)
	}
	peer := rawDial(t, network, "peer", v, locator.Peer{Transport: netlayertest.Transport, Designator: "peer"})
	peer.say("<10'op:deliver<11'desc:export0+>" + fetch(ref) + "1+f>")
	for n := 2; n < 2+exports; n++ {
		peer.say(fmt.Sprintf("<10'op:deliver<11'desc:answer1+>[4'make]%d+<18'desc:import-object%d+>>", n, n))
	}
	synctest.Wait()
	if st := v.Stats(); st.Exports < exports-1 {
		t.Fatalf("the peer holds %d objects", st.Exports)
	}
	asked := 0
	for range 3600 {
		time.Sleep(time.Second)
		for _, m := range peer.hears() {
			if strings.Contains(captptest.Notation(m), "'fetch ") {
				asked++
				if answers {
					peer.say("<13'op:gc-answers[]>")
				}
			}
		}
	}
	if asked == 0 || peer.isOver() == answers {
		t.Errorf("asked %d times; the peer answers: %v, the session is over: %v", asked, answers, peer.isOver())
	}
	if !answers {
		return
	}
	before := v.Stats().Exports
	peer.say("<10'op:deliver<11'desc:answer1+>[4'make]100+<18'desc:import-object100+>>")
	synctest.Wait()
	if got := v.Stats().Exports; got > before {
		t.Errorf("the peer holds %d objects more than it may", got-before)
	}
}
