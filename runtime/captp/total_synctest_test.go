package captp_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// Many peers that each keep to their own limits do not make a vat keep more than it may for all of them. Those go that have it keep most.
func TestTotalBytes(t *testing.T) {
	const (
		peers  = 20
		length = 100 << 10
		total  = 1 << 20
	)
	body := fmt.Sprintf("%d:%s", length, strings.Repeat("x", length))
	var gifts []string
	for n := range length >> 10 {
		gifts = append(gifts, "<10'op:deliver<11'desc:export0+>"+deposit(giftID(byte(n)), 0)+"ff>")
	}
	tests := []struct {
		name string
		ops  []string // have the vat keep length bytes
		deaf bool     // the peer does not read
	}{
		{"messages that wait for a promise", []string{"<10'op:deliver<11'desc:answer2+>[" + body + "]ff>"}, false},
		{"answers", []string{"<10'op:deliver<11'desc:answer1+>[4'echo" + body + "]3+f>"}, false},
		{"turns", []string{"<10'op:deliver<11'desc:answer1+>[4'wait" + body + "]ff>"}, false},
		{"gifts", gifts, false},
		{"output", []string{"<10'op:deliver<11'desc:answer1+>[4'echo" + body + "]f<18'desc:import-object9+>>"}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Window: 16 << 10})
				v := vatAt(t, network, "vat", captp.WithLimits(captp.Limits{TotalBytes: total}))
				release := make(chan struct{})
				defer close(release)
				ref, err := captp.Publish(v, object(v, map[string]method{
					"echo":  func(_ context.Context, args []any) (any, error) { return args[0], nil },
					"wait":  func(context.Context, []any) (any, error) { <-release; return nil, nil },
					"never": func(context.Context, []any) (any, error) { p, _ := captp.NewPromiseRef[captp.AnyRef](v); return p, nil },
				}, captp.Concurrent()))
				if err != nil {
					t.Fatal(err)
				}
				dial := func(name string) *rawSession {
					s := rawDial(t, network, name, v, locator.Peer{Transport: netlayertest.Transport, Designator: name})
					s.say("<10'op:deliver<11'desc:export0+>"+fetch(ref)+"1+f>", "<10'op:deliver<11'desc:answer1+>[5'never]2+f>")
					return s
				}
				honest := dial("honest")
				honest.say("<10'op:deliver<11'desc:answer2+>[1000:" + strings.Repeat("x", 1000) + "]ff>") // keeps a little, too
				for i := range peers {
					name := fmt.Sprint("peer", i)
					s := dial(name)
					if tt.deaf {
						network.Way("vat", name).Hold()
					}
					var msgs [][]byte
					for _, op := range tt.ops {
						msgs = append(msgs, []byte(op))
					}
					if tt.deaf {
						msgs = append(msgs, msgs...) // the network takes the first
					}
					go s.conn.Send(msgs)
					synctest.Wait()
				}
				up := v.Stats().Up
				if most := total/length + 1; up > most {
					t.Errorf("%d sessions that keep %d KiB each, want at most %d", up, length>>10, most)
				}
				if least := total/(2*length) - 1; up < least { // one that does not read may have two such messages for a moment
					t.Errorf("%d sessions are left, want at least %d", up, least)
				}
				if honest.isOver() {
					t.Error("the session that keeps little has ended")
				}
				time.Sleep(5 * time.Second)
				if st := v.Stats(); st.Conns != st.Up {
					t.Errorf("%d connections of %d sessions", st.Conns, st.Up)
				}
			})
		})
	}
}

// What has arrived of messages that are not whole counts, too, at once.
func TestTotalBytesOfHalfMessages(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const (
			peers = 20
			total = 1 << 20
		)
		network := newWires()
		v, err := captp.New(captp.WithNetlayer(network.peer("vat")), captp.WithLimits(captp.Limits{TotalBytes: total}))
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		var ends []*wireEnd
		for i := range peers {
			name := fmt.Sprint("peer", i)
			end, err := network.peer(name).dial(peerNamed("vat"))
			if err != nil {
				t.Fatal(err)
			}
			newRawSession(t, end.stream("vat"), peerNamed(name))
			ends = append(ends, end)
		}
		before := v.Stats()
		if before.Up != peers {
			t.Fatalf("%d sessions", before.Up)
		}
		for _, end := range ends[1:] {
			_, _ = fmt.Fprintf(end, "%d:<%s", 10_000_000, strings.Repeat("1+", 50<<10)) // fails if the session has ended
		}
		_, _ = fmt.Fprintf(ends[0], "%d:<%s", 10_000_000, strings.Repeat("1+", 20<<10))
		synctest.Wait()
		st := v.Stats()
		if st.KeptBytes > total || st.KeptBytes < total/4 {
			t.Errorf("%d bytes are kept, want at most %d", st.KeptBytes, total)
		}
		if st.Up == peers || st.Up < total/(4*100<<10+32<<10) {
			t.Errorf("%d sessions are left", st.Up)
		}
		arriving, least := 0, false
		for _, s := range v.Sessions(-1) {
			arriving += s.Arriving
			least = least || s.Peer == peerNamed("peer0").ID()
		}
		if arriving < total/4 {
			t.Errorf("%d bytes are held for messages that are not whole", arriving)
		}
		if !least {
			t.Error("the session for which least is kept has ended")
		}
		for _, end := range ends {
			end.Close()
		}
		time.Sleep(10 * time.Second)
		if st := v.Stats(); st.Conns > 0 || st.KeptBytes > 0 {
			t.Errorf("%d connections, and %d bytes are kept", st.Conns, st.KeptBytes)
		}
	})
}

// lateHolder is a netlayer whose conns hold what they hold until they are told otherwise.
type lateHolder struct {
	netlayer.Netlayer
	conns []*lateConn
}

type lateConn struct {
	netlayer.Conn
	tell func(change int)
}

func (c *lateConn) OnHolding(f func(change int)) { c.tell = f }

func (h *lateHolder) Accept() (netlayer.Conn, error) {
	c, err := h.Netlayer.Accept()
	if err != nil {
		return nil, err
	}
	late := &lateConn{Conn: c}
	h.conns = append(h.conns, late)
	return late, nil
}

// Nobody has to go for what a connection still holds whose session is over.
func TestTotalBytesOfClosedConns(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const total = 1 << 20
		network := newWires()
		holder := &lateHolder{Netlayer: network.peer("vat")}
		v, err := captp.New(captp.WithNetlayer(holder), captp.WithLimits(captp.Limits{TotalBytes: total}))
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		var ends []*wireEnd
		for i := range 5 {
			name := fmt.Sprint("peer", i)
			end, err := network.peer(name).dial(peerNamed("vat"))
			if err != nil {
				t.Fatal(err)
			}
			newRawSession(t, end.stream("vat"), peerNamed(name))
			ends = append(ends, end)
		}
		holder.conns[0].tell(total - 20_000)
		ends[0].Close()
		synctest.Wait()
		for _, c := range holder.conns[1:] {
			c.tell(6_000)
		}
		synctest.Wait()
		if st := v.Stats(); st.Up != 4 || st.KeptBytes > total/2 {
			t.Errorf("%d sessions are left, for which %d bytes are kept", st.Up, st.KeptBytes)
		}
		holder.conns[0].tell(20_000 - total)
		for _, c := range holder.conns[1:] {
			c.tell(-6_000)
		}
		if st := v.Stats(); st.Up != 4 || st.KeptBytes < 0 {
			t.Errorf("%d sessions are left, for which %d bytes are kept", st.Up, st.KeptBytes)
		}
	})
}
