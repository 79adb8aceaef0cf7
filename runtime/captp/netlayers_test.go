package captp_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/memory"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
	"github.com/ocapn-go/ocapn/runtime/netlayer/unix"
)

// town has a network of each of three kinds.
type town struct {
	hub *memory.Hub
	dir string
}

func newTown(t *testing.T) *town {
	t.Helper()
	dir, err := os.MkdirTemp("", "ocapn") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return &town{memory.NewHub(), dir}
}

// vat returns a vat that is on the networks of the transports.
func (n *town) vat(t *testing.T, name string, transports ...string) *captp.Vat {
	t.Helper()
	var opts []captp.Option
	for _, transport := range transports {
		var (
			nl  netlayer.Netlayer
			err error
		)
		switch transport {
		case memory.Transport:
			nl, err = n.hub.Listen(name)
		case tcptesting.Transport:
			nl, err = tcptesting.New(tcptesting.Options{Designator: name})
		case unix.Transport:
			nl, err = unix.New(unix.Options{Path: filepath.Join(n.dir, name), Designator: name})
		}
		if err != nil {
			t.Fatal(err)
		}
		opts = append(opts, captp.WithNetlayer(nl))
	}
	v, err := captp.New(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v
}

// publishEverywhere publishes an object and returns its sturdyrefs by transport.
func publishEverywhere(t *testing.T, v *captp.Vat, r anyRef) map[string]locator.SturdyRef {
	t.Helper()
	ref, err := captp.Publish(v, r)
	if err != nil {
		t.Fatal(err)
	}
	refs := map[string]locator.SturdyRef{}
	for _, other := range v.SturdyRefs(ref.Swiss) {
		refs[other.Peer.Transport] = other
	}
	return refs
}

// enliven follows a sturdyref to its end.
func enliven(t *testing.T, v *captp.Vat, ref locator.SturdyRef) anyRef {
	t.Helper()
	r, err := captp.Enliven[anyRef](t.Context(), v, ref).Await(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var transports = []string{memory.Transport, tcptesting.Transport, unix.Transport}

func TestSturdyRefs(t *testing.T) {
	host := newTown(t).vat(t, "host", transports...)
	ref, err := captp.Publish(host, toolbox(host))
	if err != nil {
		t.Fatal(err)
	}
	refs := host.SturdyRefs(ref.Swiss)
	if len(refs) != len(transports) || refs[0].URI() != ref.URI() {
		t.Fatalf("%d sturdyrefs, the first is %v", len(refs), refs[0])
	}
	for i, transport := range transports {
		at, ok := host.Location(transport)
		if !ok || !refs[i].Peer.Equal(at) || !refs[i].Swiss.Equal(ref.Swiss) {
			t.Errorf("number %d is at %v, want %v", i, refs[i].Peer, at)
		}
	}
	alone, err := captp.New()
	if err != nil {
		t.Fatal(err)
	}
	defer alone.Close()
	if refs := alone.SturdyRefs(ref.Swiss); len(refs) != 0 {
		t.Errorf("a vat without netlayers has %d sturdyrefs", len(refs))
	}
}

// onlyDials is a netlayer that nobody can dial and that proves who it is.
type onlyDials struct{ netlayer.Netlayer }

func (onlyDials) OnlyDials() bool { return true }

// Where nobody can dial a vat, it does not say that it can be reached, although its peers know who it is.
func TestLocationsOfDiallers(t *testing.T) {
	hub := memory.NewHub()
	nl, err := hub.Listen("walker")
	if err != nil {
		t.Fatal(err)
	}
	open, err := tcptesting.New(tcptesting.Options{Designator: "house"})
	if err != nil {
		t.Fatal(err)
	}
	v, err := captp.New(captp.WithNetlayer(onlyDials{nl}), captp.WithNetlayer(open))
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if got := v.Locations(); len(got) != 1 || got[0].Designator != "house" {
		t.Errorf("locations: %v", got)
	}
	if at, ok := v.Location(memory.Transport); ok {
		t.Errorf("location of what only dials: %v", at)
	}
	ref, err := captp.Publish(v, toolbox(v))
	if err != nil || ref.Peer.Designator != "house" {
		t.Errorf("published at %v, error %v", ref.Peer, err)
	}
	if refs := v.SturdyRefs(ref.Swiss); len(refs) != 1 {
		t.Errorf("%d sturdyrefs", len(refs))
	}
}

// One vat serves three peers on three networks at the same time, each over one session, whoever opened it and however often it is
// asked for.
func TestSeveralNetlayers(t *testing.T) {
	n := newTown(t)
	host := n.vat(t, "host", transports...)
	refs := publishEverywhere(t, host, toolbox(host))
	for _, transport := range transports {
		guest := n.vat(t, "guest", transport)
		back := publishEverywhere(t, guest, toolbox(guest))[transport]
		first := enliven(t, guest, refs[transport])
		for range 3 {
			if again := enliven(t, guest, refs[transport]); again != first {
				t.Errorf("%s: another reference to the same object", transport)
			}
			far := enliven(t, host, back)
			if got := invoke(t, first.Ref, "call", toolbox(guest), captp.Symbol("add"), 1, 2); got != int64(3) {
				t.Errorf("%s: got %v", transport, got)
			}
			if got := invoke(t, far.Ref, "add", 1, 2); got != int64(3) {
				t.Errorf("%s, by the host: got %v", transport, got)
			}
			if err := host.Connect(t.Context(), back.Peer); err != nil {
				t.Error(err)
			}
		}
		if st := guest.Stats(); st.Sessions != 1 || st.Conns != 1 {
			t.Errorf("%s: %d sessions, %d conns", transport, st.Sessions, st.Conns)
		}
	}
	if st := host.Stats(); st.Sessions != 3 || st.Up != 3 || st.Conns != 3 {
		t.Errorf("the host has %d sessions, %d conns", st.Sessions, st.Conns)
	}
}

// A peer that is reached by two transports is two peers.
func TestTwoWaysToOnePeer(t *testing.T) {
	n := newTown(t)
	host, guest := n.vat(t, "host", transports...), n.vat(t, "guest", transports...)
	refs := publishEverywhere(t, host, toolbox(host))
	byTCP, byUnix := enliven(t, guest, refs[tcptesting.Transport]), enliven(t, guest, refs[unix.Transport])
	if same, err := captp.Same(t.Context(), byTCP, byUnix); same || err != nil {
		t.Errorf("references of two sessions are the same: %v, %v", same, err)
	}
	if byTCP != enliven(t, guest, refs[tcptesting.Transport]) {
		t.Error("references of one session are not the same")
	}
	if st := guest.Stats(); st.Sessions != 2 {
		t.Errorf("%d sessions", st.Sessions)
	}
	guest.Disconnect(refs[tcptesting.Transport].Peer)
	<-captp.Broken(byTCP)
	if got := invoke(t, byUnix.Ref, "add", 1, 2); got != int64(3) {
		t.Errorf("got %v", got)
	}
}

// Objects are handed off between peers on different networks, if the receiver is on the network of the exporter.
func TestHandoffsAcrossNetlayers(t *testing.T) {
	tests := []struct {
		name     string
		receiver []string // the first is how it reaches the gifter
		exporter string
		ok       bool
	}{
		{"from memory to tcp", []string{tcptesting.Transport}, memory.Transport, false},
		{"from tcp to memory", []string{memory.Transport}, tcptesting.Transport, false},
		{"from unix to memory", []string{memory.Transport}, unix.Transport, false},
		{"from memory to tcp, which knows memory", []string{tcptesting.Transport, memory.Transport}, memory.Transport, true},
		{"from tcp to unix, which knows tcp", []string{unix.Transport, tcptesting.Transport}, tcptesting.Transport, true},
		{"from unix to memory, which knows unix", []string{memory.Transport, unix.Transport}, unix.Transport, true},
		{"from tcp to tcp", []string{tcptesting.Transport}, tcptesting.Transport, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := newTown(t)
			gifter := n.vat(t, "gifter", transports...)
			receiver, exporter := n.vat(t, "receiver", tt.receiver...), n.vat(t, "exporter", tt.exporter)
			d, tr := newDesk(receiver), newTreasure(exporter)
			far := enliven(t, gifter, publishEverywhere(t, receiver, d.anyRef)[tt.receiver[0]])
			gift := enliven(t, gifter, publishEverywhere(t, exporter, tr.anyRef)[tt.exporter])
			given := d.given(t, far, gift)
			if !tt.ok {
				failed := expectHandoffFails(t, given, captp.StageDial, "no netlayer for transport")
				if failed.Exporter.Transport != tt.exporter || failed.Exporter.Designator != "exporter" {
					t.Errorf("the exporter is %v", failed.Exporter)
				}
				if _, err := tell(t.Context(), given, 1).Await(t.Context()); err == nil || !strings.Contains(err.Error(), "no netlayer") {
					t.Errorf("a message: got error %v", err)
				}
				// The gifter can be asked to pass messages on instead.
				expectAnswers(t, tell(t.Context(), gift, 1))
				return
			}
			settled := resolve(t, given)
			gifter.Close()
			expectAnswers(t, tell(t.Context(), settled, 1))
			tr.expect(t, 1)
		})
	}
}

// refuser is a netlayer that has refused some connections.
type refuser struct {
	netlayer.Netlayer
	refused netlayer.Refusals
}

func (r *refuser) Refused() netlayer.Refusals { return r.refused }

// TestTotalsOfNetlayers checks that what netlayers refuse is counted, also when the vat is closed.
func TestTotalsOfNetlayers(t *testing.T) {
	inner, err := memory.NewHub().Listen("vat")
	if err != nil {
		t.Fatal(err)
	}
	nl := &refuser{Netlayer: inner}
	v, err := captp.New(captp.WithNetlayer(nl))
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	nl.refused = netlayer.Refusals{Source: 1, Crowded: 20, Failed: 300}
	for range 2 {
		if n := v.Totals().NotAccepted; n != 321 {
			t.Errorf("%d connections were not accepted", n)
		}
		v.Close()
	}
}
