package tcp_test

import (
	"net"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
)

// from returns the address of a connection.
func from(address string) net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(address), 1234))
}

// sources is a table, and what it has refused.
type sources struct {
	*tcp.Sources
	refusals *tcp.Refusals
}

func newSources(limits netlayer.SourceLimits) sources {
	refusals := &tcp.Refusals{}
	return sources{tcp.NewSources(limits, refusals), refusals}
}

// enter has so many connections come from the address, and returns those that may be.
func (s sources) enter(address string, n int) (entered []func()) {
	for range n {
		if leave, ok := s.Enter(from(address)); ok {
			entered = append(entered, leave)
		}
	}
	return entered
}

// TestSourceConns bounds the connections that are open at once, and counts those that are closed out.
func TestSourceConns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSources(netlayer.SourceLimits{Conns: 3, Burst: 100})
		entered := s.enter("192.0.2.1", 5)
		if len(entered) != 3 || s.refusals.Sum() != (netlayer.Refusals{Source: 2}) {
			t.Fatalf("%d connections, %+v", len(entered), s.refusals.Sum())
		}
		if others := s.enter("192.0.2.2", 3); len(others) != 3 {
			t.Errorf("%d connections of another source", len(others))
		}
		time.Sleep(time.Hour)
		if more := s.enter("192.0.2.1", 1); len(more) != 0 {
			t.Error("one more, an hour later")
		}
		for range 2 {
			entered[0]() // the second time, it has left already
		}
		if more := s.enter("192.0.2.1", 3); len(more) != 1 {
			t.Errorf("%d connections in the place of one", len(more))
		}
	})
}

// TestSourceRate bounds how many connections come, whether they stay or not.
func TestSourceRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSources(netlayer.SourceLimits{Conns: -1, Rate: 2, Burst: 10})
		come := func(want int) {
			t.Helper()
			entered := s.enter("192.0.2.1", 100)
			if len(entered) != want {
				t.Errorf("%d connections, want %d", len(entered), want)
			}
			for _, leave := range entered {
				leave()
			}
		}
		come(10)
		come(0)
		time.Sleep(3 * time.Second)
		come(6)
		time.Sleep(time.Hour)
		come(10)
	})
}

// TestSourceDefaults lets a crowd behind one address through, and not more.
func TestSourceDefaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSources(netlayer.SourceLimits{})
		if n := len(s.enter("192.0.2.1", 10_000)); n != netlayer.DefaultSourceBurst {
			t.Errorf("%d connections at once", n)
		}
		time.Sleep(time.Second)
		if n := len(s.enter("192.0.2.1", 10_000)); n != netlayer.DefaultSourceRate {
			t.Errorf("%d connections a second later", n)
		}
		time.Sleep(time.Hour)
		if n := len(s.enter("192.0.2.1", 10_000)); n != netlayer.DefaultSourceConns-netlayer.DefaultSourceBurst-netlayer.DefaultSourceRate {
			t.Errorf("%d connections an hour later", n)
		}
	})
}

// TestWhatASourceIs has connections come from two addresses, which are one source or two.
func TestWhatASourceIs(t *testing.T) {
	for _, test := range []struct {
		name, one, other string
		limits           netlayer.SourceLimits
		want             int // connections of two, where a source may have one
	}{
		{"two addresses", "192.0.2.1", "192.0.2.2", netlayer.SourceLimits{}, 2},
		{"one address in two forms", "192.0.2.1", "::ffff:192.0.2.1", netlayer.SourceLimits{}, 1},
		{"one network", "2001:db8::1", "2001:db8::ffff:1", netlayer.SourceLimits{}, 1},
		{"two networks", "2001:db8:0:1::1", "2001:db8:0:2::1", netlayer.SourceLimits{}, 2},
		{"two of a link", "fe80::1%1", "fe80::2%1", netlayer.SourceLimits{}, 2},
		{"this machine", "127.0.0.1", "127.0.0.1", netlayer.SourceLimits{}, 2},
		{"this machine in another form", "::ffff:127.0.0.1", "::ffff:127.0.0.1", netlayer.SourceLimits{}, 2},
		{"this machine, IPv6", "::1", "::1", netlayer.SourceLimits{}, 2},
		{"this machine, bounded", "127.0.0.1", "127.0.0.1", netlayer.SourceLimits{Loopback: true}, 1},
		{"this machine, IPv6, bounded", "::1", "::1", netlayer.SourceLimits{Loopback: true}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.limits.Conns = 1
			s := newSources(test.limits)
			if got := len(s.enter(test.one, 1)) + len(s.enter(test.other, 1)); got != test.want {
				t.Errorf("%d connections, want %d", got, test.want)
			}
		})
	}
	s := newSources(netlayer.SourceLimits{Conns: 1, Loopback: true})
	for range 2 {
		if _, ok := s.Enter(&net.UnixAddr{Name: "@", Net: "unix"}); !ok {
			t.Error("a socket in the file system is bounded")
		}
	}
}

// TestManySources has many sources come and go, and measures what is remembered of them.
func TestManySources(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSources(netlayer.SourceLimits{})
		stay := s.enter("192.0.2.1", 200)
		at := netip.MustParseAddr("2001:db8::").As16()
		for i := range 100_000 {
			at[4], at[5], at[6] = byte(i>>16), byte(i>>8), byte(i)
			for _, leave := range s.enter(netip.AddrFrom16(at).String(), 1) {
				leave()
			}
			if n := s.Known(); n > 4096+1 {
				t.Fatalf("%d sources are remembered", n)
			}
		}
		if n := s.Known(); n < 4096 {
			t.Errorf("%d sources are remembered", n)
		}
		more := s.enter("192.0.2.1", 200)
		if len(more) != netlayer.DefaultSourceBurst-200 {
			t.Errorf("one with connections was forgotten: %d more", len(more))
		}
		time.Sleep(time.Minute) // then any may open as many as one that is new
		for _, leave := range append(stay, more...) {
			leave()
		}
		if n := s.Known(); n > 1 {
			t.Errorf("%d sources are remembered after a minute", n)
		}
	})
}
