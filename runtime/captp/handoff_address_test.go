package captp_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// errOutside keeps every test in this file on this machine, whatever a vat would do.
var errOutside = errors.New("the test stays here")

// guard is the last to be asked before a socket connects. It allows one address, and remembers what it was asked.
type guard struct {
	mu      sync.Mutex
	allowed netip.AddrPort // Guarded by mu, as is asked.
	asked   []netip.AddrPort
}

func (g *guard) dial(addr netip.AddrPort) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked = append(g.asked, addr)
	if addr != g.allowed {
		return errOutside
	}
	return nil
}

// others returns what was asked for, but for what is allowed.
func (g *guard) others() []netip.AddrPort {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(g.asked), func(a netip.AddrPort) bool { return a == g.allowed })
}

// tcpVat returns a vat on a network of this machine.
func tcpVat(t *testing.T, nl tcptesting.Options, opts ...captp.Option) *captp.Vat {
	t.Helper()
	layer, err := tcptesting.New(nl)
	if err != nil {
		t.Fatal(err)
	}
	v, err := captp.New(append([]captp.Option{captp.WithNetlayer(layer)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v
}

// introduceTo lets a gifter, which the receiver has called, give what is at the location of an exporter: it says that it is there. It
// returns the reference of the receiver.
func introduceTo(t *testing.T, receiver *captp.Vat, g *guard, exporter tcptesting.Options) anyRef {
	t.Helper()
	gifter := tcpVat(t, tcptesting.Options{})
	far := tcpVat(t, exporter)
	here, _ := gifter.Location(tcptesting.Transport)
	host, _ := here.Hint("host")
	port, _ := here.Hint("port")
	g.mu.Lock()
	g.allowed = netip.MustParseAddrPort(host + ":" + port)
	g.mu.Unlock()

	// Both call the gifter, the exporter to leave its object there.
	left := newDesk(gifter)
	gift := left.given(t, captptest.Carry(t, gifter, far, left.anyRef), newTreasure(far).anyRef)
	shop := object(gifter, map[string]method{"sell": func(context.Context, []any) (any, error) { return []any{gift}, nil }})
	sold := invoke(t, captptest.Carry(t, gifter, receiver, shop).Ref, "sell")
	return anyRef{sold.([]any)[0].(captp.Ref)}
}

// Addresses that only this machine, or only its network, gets to are not connected to at the word of a gifter.
func TestForbiddenAddresses(t *testing.T) {
	addresses := []string{
		"169.254.169.254", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "127.0.0.1", "127.9.9.9", "0.0.0.0", "224.0.0.1",
		"255.255.255.255", "198.18.0.1", "localhost",
	}
	if l, err := net.Listen("tcp6", "[::1]:0"); err == nil { // otherwise there is no socket for such an address
		l.Close()
		addresses = append(addresses, "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
			"64:ff9b::a00:1", "2002:a00:1::1", "::a00:1", "::ffff:0:a00:1")
	}
	for _, host := range addresses {
		t.Run(host, func(t *testing.T) {
			g := &guard{}
			receiver := tcpVat(t, tcptesting.Options{DialOnly: true, DialPolicy: g.dial})
			given := introduceTo(t, receiver, g, tcptesting.Options{Host: host, Port: "9"})
			expectHandoffFails(t, given, captp.StageDial, "peers may not introduce to an address of this kind")
			if got := g.others(); len(got) > 0 {
				t.Errorf("about to connect to %v", got)
			}
		})
	}
}

// A vat may be introduced to addresses of the kind that it has itself, and to public ones.
func TestAllowedAddresses(t *testing.T) {
	tests := []struct {
		name   string
		own    tcptesting.Options // the receiver's
		host   string
		policy func(netip.AddrPort) error
		want   string // about to connect, and then kept from it by the test
	}{
		{"public", tcptesting.Options{DialOnly: true}, "192.0.2.1", nil, "192.0.2.1:9"},
		{"loopback", tcptesting.Options{}, "127.0.0.1", nil, "127.0.0.1:9"},
		{"name of loopback", tcptesting.Options{}, "localhost", nil, "127.0.0.1:9"},
		{"private", tcptesting.Options{Host: "192.168.7.7"}, "10.0.0.1", nil, "10.0.0.1:9"},
		{"private, of loopback", tcptesting.Options{}, "10.0.0.1", nil, ""},
		{"loopback, of private", tcptesting.Options{Host: "192.168.7.7"}, "127.0.0.1", nil, ""},
		{"link, of private", tcptesting.Options{Host: "192.168.7.7"}, "169.254.169.254", nil, ""},
		{"link, of a link", tcptesting.Options{Host: "169.254.7.7"}, "169.254.169.254", nil, ""},
		{"by the policy", tcptesting.Options{DialOnly: true}, "10.0.0.1", func(netip.AddrPort) error { return nil }, "10.0.0.1:9"},
		{"against the policy", tcptesting.Options{}, "127.0.0.1", func(netip.AddrPort) error { return errOutside }, ""},
		{"a policy that panics", tcptesting.Options{}, "127.0.0.1", func(netip.AddrPort) error { panic("no") }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := &guard{}
			tt.own.DialPolicy = g.dial
			receiver := tcpVat(t, tt.own, captp.WithIntroductions(captp.IntroductionPolicy{Address: tt.policy}))
			given := introduceTo(t, receiver, g, tcptesting.Options{Host: tt.host, Port: "9"})
			expectHandoffFails(t, given, captp.StageDial, "")
			var got []string
			for _, addr := range g.others() {
				got = append(got, addr.String())
			}
			// A name may have more than one address.
			if tt.want == "" && len(got) > 0 || tt.want != "" && !slices.Contains(got, tt.want) {
				t.Errorf("about to connect to %v, want %q", got, tt.want)
			}
		})
	}
}

// A port of this machine that somebody else listens on hears nothing.
func TestForbiddenPortHearsNothing(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := strings.Cut(l.Addr().String(), ":")
	for _, host := range []string{"127.0.0.1", "localhost"} {
		g := &guard{}
		receiver := tcpVat(t, tcptesting.Options{DialOnly: true, DialPolicy: g.dial})
		given := introduceTo(t, receiver, g, tcptesting.Options{Host: host, Port: port})
		expectHandoffFails(t, given, captp.StageDial, "")
	}
	if err := l.(*net.TCPListener).SetDeadline(time.Now().Add(20 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if conn, err := l.Accept(); err == nil {
		conn.Close()
		t.Error("somebody has connected")
	}
}

// What the program itself calls is its own affair.
func TestAddressesOfTheProgram(t *testing.T) {
	g := &guard{}
	receiver := tcpVat(t, tcptesting.Options{DialOnly: true, DialPolicy: g.dial})
	exporter := tcpVat(t, tcptesting.Options{})
	ref, err := captp.Publish(exporter, newTreasure(exporter).anyRef)
	if err != nil {
		t.Fatal(err)
	}
	var failed *captp.DialError
	if _, err := captp.Enliven[anyRef](t.Context(), receiver, ref).Await(t.Context()); !errors.As(err, &failed) || !errors.Is(err, errOutside) {
		t.Errorf("got error %v", err)
	}
	if len(g.others()) == 0 {
		t.Error("the guard was not asked")
	}
}

// All of it over TCP.
func TestHandoffOverTCP(t *testing.T) {
	gifter, receiver, exporter := tcpVat(t, tcptesting.Options{}), tcpVat(t, tcptesting.Options{}), tcpVat(t, tcptesting.Options{})
	d, tr := newDesk(receiver), newTreasure(exporter)
	far := captptest.Carry(t, receiver, gifter, d.anyRef)
	gift := captptest.Carry(t, exporter, gifter, tr.anyRef)
	first, second := d.given(t, far, gift), d.given(t, far, gift)
	expectAnswers(t, tell(t.Context(), first, 1), tell(t.Context(), first, 2))
	tr.expect(t, 2)
	if same, err := captp.Same(t.Context(), first, second); !same || err != nil {
		t.Error(same, err)
	}
}
