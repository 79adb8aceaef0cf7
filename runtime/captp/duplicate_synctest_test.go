package captp_test

import (
	"bytes"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// forgetful is a netlayer that knows who calls, but for some of the calls.
type forgetful struct {
	netlayer.Netlayer

	knows    func(call int) bool
	accepted int
}

func (n *forgetful) Accept() (netlayer.Conn, error) {
	c, err := n.Netlayer.Accept()
	if n.accepted++; !n.knows(n.accepted) {
		c = unprovedConn{c}
	}
	return c, err
}

type unprovedConn struct{ netlayer.Conn }

func (unprovedConn) Proved() locator.PeerID { return locator.PeerID{} }

// A peer that calls a second time is refused. If its first session shows no sign of life then, it is ended, so that a later call gets
// through, unless anybody could be calling.
func TestSecondCall(t *testing.T) {
	all := func(int) bool { return true }
	none := func(int) bool { return false }
	first := func(call int) bool { return call == 1 }
	later := func(call int) bool { return call > 1 }
	tests := []struct {
		name  string
		knows func(call int) bool
		hangs bool
		ends  bool // the first session
	}{
		{"the first hangs", all, true, true},
		{"the first hangs, nobody is known", none, true, true},
		{"the first hangs, and was known, the second is not", first, true, false},
		{"the first hangs, and was not known, the second is", later, true, true},
		{"the first lives", all, false, false},
		{"the first lives, nobody is known", none, false, false},
		{"the first lives, and was known, the second is not", first, false, false},
		{"the first lives, and was not known, the second is", later, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Latency: 100 * time.Millisecond})
				house, err := captp.New(captp.WithNetlayer(&forgetful{Netlayer: network.Peer("house"), knows: tt.knows}))
				if err != nil {
					t.Fatal(err)
				}
				defer house.Close()
				guest := vatAt(t, network, "guest")
				near := captptest.Carry(t, house, guest, toolbox(house))
				far := captptest.Carry(t, guest, house, toolbox(guest))
				link := network.Links()[0]
				if tt.hangs {
					link.Out().Hold()
					link.Back().Hold()
				}
				call := func() string {
					c := rawDial(t, network, "guest", house, peerNamed("guest"))
					time.Sleep(2 * time.Second)
					return string(bytes.Join(c.hears(), nil))
				}
				if told := call(); !strings.Contains(told, "there is a session with this peer already") {
					t.Errorf("told %q", told)
				}
				time.Sleep(5 * time.Second)
				if tt.ends {
					<-captp.Broken(far)
					if told := call(); strings.Contains(told, "op:abort") {
						t.Errorf("told %q after the end of the first", told)
					}
					return
				}
				link.Out().Release()
				link.Back().Release()
				if got := invoke(t, far.Ref, "add", 1, 2); got != int64(3) {
					t.Errorf("got %v", got)
				}
				if got := invoke(t, near.Ref, "add", 1, 2); got != int64(3) {
					t.Errorf("got %v", got)
				}
			})
		})
	}
}

// A peer that was switched off, which nobody was told, is back before the other side notices by itself.
func TestPeerBackWithoutGoodBye(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		h := newHouse(network)
		h.come(t)
		for i := range 3 {
			guest := vatAt(t, network, "guest")
			start := time.Now()
			for room, err := range captp.Keep[anyRef](t.Context(), guest, h.ref) {
				if err == nil {
					if got := invoke(t, room.Ref, "times"); got != int64(1) {
						t.Errorf("got %v", got)
					}
					break
				}
				t.Log(i, time.Since(start), err)
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("back after %v", took)
			}
			link := network.Links()[len(network.Links())-1]
			link.Out().Hold()
			link.Back().Hold()
			guest.Close()
			synctest.Wait()
		}
	})
}

// Whoever calls in the name of a peer again and again does not have the peer asked as often.
func TestManySecondCalls(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var asked atomic.Int64
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Unproved: true, Tap: func(m netlayertest.Message) {
			if m.From == "house" && strings.Contains(string(m.Data), "fetch") {
				asked.Add(1)
			}
		}})
		house, guest := vatAt(t, network, "house"), vatAt(t, network, "guest")
		near := captptest.Carry(t, house, guest, toolbox(house))
		for range 300 {
			rawDial(t, network, "guest", house, peerNamed("guest"))
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(5 * time.Second)
		if n := asked.Load(); n > 1 {
			t.Errorf("the peer was asked %d times", n)
		}
		if got := invoke(t, near.Ref, "add", 1, 2); got != int64(3) {
			t.Errorf("got %v", got)
		}
		if st := house.Stats(); st.Sessions != 1 {
			t.Errorf("%d sessions", st.Sessions)
		}
	})
}

// While it is in doubt whether a session lives, further calls do not have its peer asked again; and if there are other signs of life
// while a call waits, it is not asked at all.
func TestSecondCallsAskOnce(t *testing.T) {
	for name, lives := range map[string]bool{"it hangs": false, "it lives": true} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				sent := new(sendings)
				network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Unproved: true, Tap: sent.tap})
				house, guest := vatAt(t, network, "house"), vatAt(t, network, "guest")
				near := captptest.Carry(t, house, guest, toolbox(house))
				before := fetches(sent.by("house"), "guest")
				if !lives {
					network.Links()[0].Back().Hold()
					network.Links()[0].Out().Hold()
				}
				for range 3 {
					rawDial(t, network, "guest", house, peerNamed("guest"))
					time.Sleep(750 * time.Millisecond)
					if lives {
						invoke(t, near.Ref, "add", 1, 2)
					}
					time.Sleep(750 * time.Millisecond)
				}
				want := 1
				if lives {
					want = 0
				}
				if n := fetches(sent.by("house"), "guest") - before; n != want {
					t.Errorf("the peer was asked %d times, want %d", n, want)
				}
			})
		})
	}
}
