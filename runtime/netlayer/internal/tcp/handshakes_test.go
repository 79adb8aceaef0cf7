package tcp_test

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
)

// TestHandshakesGoFromWhereMostAre begins handshakes from addresses, of which a table has room for four, and looks which have to go.
func TestHandshakesGoFromWhereMostAre(t *testing.T) {
	for _, tt := range []struct {
		name  string
		from  []string
		going []int // places in from
	}{
		{"one source", []string{"192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.1"}, []int{0, 1}},
		{"sources with one each", []string{"192.0.2.1", "198.51.100.1", "203.0.113.1", "10.0.0.1", "10.1.0.1", "10.2.0.1"}, []int{0, 1}},
		{"one source and others", []string{"192.0.2.1", "198.51.100.1", "203.0.113.1", "203.0.113.1", "203.0.113.1", "203.0.113.1"}, []int{2, 3}},
		{"one network and others", []string{"192.0.2.1", "198.51.100.1", "203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"}, []int{2, 3}},
		{"a source in a network of many", []string{"192.0.2.1", "203.0.113.1", "203.0.113.2", "203.0.113.2", "203.0.113.3"}, []int{2}},
		{"a source among networks of many", []string{"192.0.2.1", "192.0.2.1", "203.0.113.1", "203.0.113.2", "203.0.113.3"}, []int{2}},
		{"neighbours", []string{"192.0.2.1", "192.0.3.1", "192.0.4.1", "192.0.5.1", "192.0.6.1"}, []int{0}},
		{"an address of IPv4 in one of IPv6", []string{"198.51.100.1", "192.0.2.1", "::ffff:192.0.2.1", "203.0.113.1", "10.0.0.1"}, []int{1}},
		{"a network of 64 bits", []string{"2001:db8:1::1", "2001:db8:2::1", "2001:db8:3::1", "2001:db8:3::2", "2001:db8:3::3"}, []int{2}},
		{"a network of 48 bits", []string{"2001:db8:1::1", "2001:db8:2::1", "2001:db8:3:1::1", "2001:db8:3:2::1", "2001:db8:3:3::1"}, []int{2}},
		{"this machine and others", []string{"192.0.2.1", "127.0.0.1", "127.0.0.1", "198.51.100.1", "127.0.0.1"}, []int{1}},
		{"no addresses of IP", []string{"192.0.2.1", "", "", "198.51.100.1", ""}, []int{1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			refusals := &tcp.Refusals{}
			all := tcp.NewHandshakes(4, refusals)
			var going []int
			for i, from := range tt.from {
				all.Begin(address(from), func() { going = append(going, i) })
			}
			if !slices.Equal(going, tt.going) {
				t.Errorf("%v have gone, want %v", going, tt.going)
			}
			if got := refusals.Sum().Crowded; got != int64(len(tt.going)) {
				t.Errorf("%d are counted", got)
			}
			before := len(going)
			all.Close()
			if len(going) != len(tt.from) {
				t.Errorf("%d are dropped by Close, want %d", len(going)-before, len(tt.from)-before)
			}
			all.Begin(address("192.0.2.1"), func() { going = append(going, -1) })
			if going[len(going)-1] != -1 {
				t.Error("one that begins after Close goes on")
			}
		})
	}
}

// TestOneNetworkDropsNobody has handshakes begin from a network all the time, and others begin in others, some of them in the same, go on
// for a while and end. As long as these are fewer in each network, none of them has to go.
func TestOneNetworkDropsNobody(t *testing.T) {
	const limit = 50
	r := rand.New(rand.NewPCG(1, 2))
	refusals := &tcp.Refusals{}
	all := tcp.NewHandshakes(limit, refusals)
	var honest []*tcp.Handshake
	flood := 0
	for i := range 20_000 {
		if r.IntN(4) > 0 {
			all.Begin(address(fmt.Sprintf("203.0.113.%d", r.IntN(256))), func() { flood++ })
			continue
		}
		honest = append(honest, all.Begin(address(fmt.Sprintf("10.0.%d.%d", r.IntN(12), r.IntN(250))), func() { t.Errorf("an honest one has to go in round %d", i) }))
		if len(honest) > limit/2 {
			if !honest[0].Finish() {
				t.Fatal("an honest one is not open")
			}
			honest = honest[1:]
		}
	}
	if flood == 0 || refusals.Sum().Crowded != int64(flood) {
		t.Errorf("%d of the flood have gone, %d are counted", flood, refusals.Sum().Crowded)
	}
	for _, one := range honest {
		if !one.Finish() || one.Finish() {
			t.Error("an honest one is not open, or ends twice")
		}
	}
	if n := all.Networks(); n != 1 {
		t.Errorf("handshakes of %d networks are open", n)
	}
}

// address returns an address of TCP, or one of another sort for none.
func address(ip string) net.Addr {
	if ip == "" {
		return &net.UnixAddr{Name: "@", Net: "unix"}
	}
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(ip), 1000))
}
