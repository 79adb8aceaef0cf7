package captp_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// stranger is the other end of a connection to a vat, without a vat of its own.
type stranger struct {
	t    *testing.T
	conn netlayer.Conn
}

// newStranger returns a connection to a new vat with limits.
func newStranger(t *testing.T, limits captp.Limits) (*captp.Vat, *stranger) {
	t.Helper()
	n := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
	v, err := captp.New(captp.WithNetlayer(n.Peer("vat")), captp.WithLimits(limits))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	here := n.Peer("stranger")
	location, _ := v.Location(netlayertest.Transport)
	conn, err := here.Dial(t.Context(), location)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(); here.Close() })
	return v, &stranger{t, conn}
}

// say sends messages.
func (s *stranger) say(msgs ...string) {
	s.t.Helper()
	var out [][]byte
	for _, m := range msgs {
		out = append(out, []byte(m))
	}
	if err := s.conn.Send(out); err != nil {
		s.t.Fatal(err)
	}
}

// hear returns what comes until the end.
func (s *stranger) hear() []string {
	var out []string
	for {
		msgs, err := s.conn.Receive(nil)
		if err != nil {
			return out
		}
		for _, m := range msgs {
			out = append(out, captptest.Notation(m))
		}
	}
}

func TestStrangers(t *testing.T) {
	tests := []struct {
		name string
		say  []string
		want string // the reason of the abort that comes back
	}{
		{"nothing", nil, "the session was not set up in time"},
		{"not Syrup", []string{"hello"}, "malformed operation"},
		{"no operation", []string{"5+"}, "malformed operation"},
		{"unknown operation", []string{"<6'op:foo>"}, `unknown operation "op:foo"`},
		{"operation before the hello", []string{"<13'op:gc-answers[]>"}, "an operation before op:start-session"},
		{"malformed hello", []string{"<16'op:start-session>"}, "malformed op:start-session"},
		{"hello that is too long", []string{"<16'op:start-session" + `20000"` + strings.Repeat("x", 20000) + ">"}, "limit HelloBytes exceeded"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				v, s := newStranger(t, captp.Limits{})
				start := time.Now()
				if len(tt.say) > 0 {
					s.say(tt.say...)
				}
				heard := s.hear()
				if len(heard) != 1 || !strings.HasPrefix(heard[0], "<op:abort ") || !strings.Contains(heard[0], strings.ReplaceAll(tt.want, `"`, `\"`)) {
					t.Errorf("heard %q, want an abort for %q", heard, tt.want)
				}
				if waited := time.Since(start); waited > 11*time.Second {
					t.Errorf("it took %v", waited)
				}
				s.conn.Close()
				time.Sleep(2 * time.Second)
				if st := v.Stats(); st.Conns != 0 || st.Sessions != 0 {
					t.Errorf("something is left: %+v", st)
				}
			})
		})
	}
}

func TestStrangerThatOnlyAborts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		v, s := newStranger(t, captp.Limits{})
		s.say(`<8'op:abort3"bye>`)
		if heard := s.hear(); len(heard) != 0 {
			t.Errorf("heard %q", heard)
		}
		synctest.Wait()
		s.conn.Close()
		time.Sleep(2 * time.Second)
		if st := v.Stats(); st.Conns != 0 {
			t.Errorf("something is left: %+v", st)
		}
	})
}

func TestSessionsLimit(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		v, err := captp.New(captp.WithNetlayer(n.Peer("vat")), captp.WithLimits(captp.Limits{Sessions: 2}))
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		location, _ := v.Location(netlayertest.Transport)
		var last *stranger
		for range 3 {
			conn, err := n.Peer("stranger").Dial(t.Context(), location)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			last = &stranger{t, conn}
			synctest.Wait()
		}
		if heard := last.hear(); len(heard) != 1 || !strings.Contains(heard[0], "limit Sessions exceeded") {
			t.Errorf("heard %q", heard)
		}
	})
}

// Connections whose session is over, and that still send, are bounded as well.
func TestSessionsLimitBoundsConnections(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		v := vatAt(t, network, "vat", captp.WithLimits(captp.Limits{Sessions: 2}))
		location, _ := v.Location(netlayertest.Transport)
		for range 50 {
			conn, err := network.Peer("stranger").Dial(t.Context(), location)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			synctest.Wait()
		}
		if st := v.Stats(); st.Conns > 4 {
			t.Errorf("%d connections", st.Conns)
		}
	})
}
