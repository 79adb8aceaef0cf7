package locator_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

func TestNewPeer(t *testing.T) {
	many := map[string]string{}
	for i := range locator.MaxHints + 1 {
		many[fmt.Sprint(i)] = ""
	}
	large := map[string]string{}
	for i := range 8 {
		large[fmt.Sprint(i)] = strings.Repeat("x", locator.MaxHintValueBytes)
	}
	tests := []struct {
		name       string
		transport  string
		designator string
		hints      map[string]string
		field      string // of the error, or empty
	}{
		{"no hints", "onion", "abc", nil, ""},
		{"hints", "tcp-testing-only", "x", map[string]string{"host": "::1", "port": "1"}, ""},
		{"dots in the designator", "tcp", "a.b..c.", nil, ""},
		{"any characters", "tcp 🦉", "a/b?c#d%", map[string]string{"é &=": ""}, ""},
		{"longest", strings.Repeat("t", locator.MaxTransportBytes), strings.Repeat("d", locator.MaxDesignatorBytes), map[string]string{
			strings.Repeat("n", locator.MaxHintNameBytes): strings.Repeat("v", locator.MaxHintValueBytes),
		}, ""},
		{"no transport", "", "abc", nil, "transport"},
		{"dot in the transport", "tcp.only", "abc", nil, "transport"},
		{"long transport", strings.Repeat("t", locator.MaxTransportBytes+1), "abc", nil, "transport"},
		{"transport not UTF-8", "\xff", "abc", nil, "transport"},
		{"no designator", "tcp", "", nil, "designator"},
		{"long designator", "tcp", strings.Repeat("d", locator.MaxDesignatorBytes+1), nil, "designator"},
		{"designator not UTF-8", "tcp", "a\xc0", nil, "designator"},
		{"hint without a name", "tcp", "x", map[string]string{"": "v"}, "hint name"},
		{"hint with a long name", "tcp", "x", map[string]string{strings.Repeat("n", locator.MaxHintNameBytes+1): "v"}, "hint name"},
		{"hint with a long value", "tcp", "x", map[string]string{"n": strings.Repeat("v", locator.MaxHintValueBytes+1)}, "hint value"},
		{"hint not UTF-8", "tcp", "x", map[string]string{"n": "\xed\xa0\x80"}, "hint value"},
		{"many hints", "tcp", "x", many, "hints"},
		{"long record", "tcp", "x", large, "record"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := locator.NewPeer(test.transport, test.designator, test.hints)
			if test.field == "" {
				if err != nil {
					t.Fatal(err)
				}
				want := peerFields{test.transport, test.designator, test.hints}
				if diff := cmp.Diff(want, fieldsOf(p)); diff != "" {
					t.Errorf("peer (-want +got):\n%s", diff)
				}
				checkPeerRoundTrips(t, p)
				return
			}
			var wrong *locator.FieldError
			if !errors.As(err, &wrong) || wrong.Field != test.field {
				t.Errorf("error %v, want one about the %s", err, test.field)
			}
			if !p.IsZero() {
				t.Errorf("peer %v with an error", p)
			}
		})
	}
}

func TestNewPeerCopiesHints(t *testing.T) {
	hints := map[string]string{"host": "a"}
	p, err := locator.NewPeer("tcp", "x", hints)
	if err != nil {
		t.Fatal(err)
	}
	hints["host"] = "b"
	if host, ok := p.Hint("host"); host != "a" || !ok {
		t.Errorf("hint %q, %t, want the one that was given", host, ok)
	}
	if port, ok := p.Hint("port"); port != "" || ok {
		t.Errorf("hint %q, %t, want none", port, ok)
	}
}

func TestPeerIdentity(t *testing.T) {
	here := mustPeer(t, "ocapn://x.tcp?host=here")
	tests := []struct {
		name  string
		other string
		same  bool
		equal bool
	}{
		{"itself", "ocapn://x.tcp?host=here", true, true},
		{"other hints", "ocapn://x.tcp?host=there", true, false},
		{"no hints", "ocapn://x.tcp", true, false},
		{"other designator", "ocapn://y.tcp?host=here", false, false},
		{"other case", "ocapn://X.tcp?host=here", false, false},
		{"other transport", "ocapn://x.onion?host=here", false, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			other := mustPeer(t, test.other)
			if got := here.SameAs(other); got != test.same {
				t.Errorf("SameAs: %t, want %t", got, test.same)
			}
			if got := here.ID() == other.ID(); got != test.same {
				t.Errorf("same ID: %t, want %t", got, test.same)
			}
			if got := here.Equal(other); got != test.equal {
				t.Errorf("Equal: %t, want %t", got, test.equal)
			}
		})
	}
	if got, want := here.ID().String(), "ocapn://x.tcp"; got != want {
		t.Errorf("ID prints %q, want %q", got, want)
	}
}

func TestZeroPeer(t *testing.T) {
	var p locator.Peer
	if !p.IsZero() || !p.Equal(p) || p.String() != "" || p.ID() != (locator.PeerID{}) {
		t.Errorf("zero peer: IsZero %t, String %q, ID %v", p.IsZero(), p, p.ID())
	}
	if p.Validate() == nil {
		t.Error("the zero peer is valid")
	}
	if (locator.Peer{Transport: "tcp"}).IsZero() {
		t.Error("a peer with a transport is zero")
	}
}

// peerFields are the exported fields of a peer, for comparing.
type peerFields struct {
	Transport, Designator string
	Hints                 map[string]string
}

func fieldsOf(p locator.Peer) peerFields { return peerFields{p.Transport, p.Designator, p.Hints} }

func mustPeer(tb testing.TB, uri string) locator.Peer {
	tb.Helper()
	p, err := locator.ParsePeer(uri)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// checkPeerRoundTrips checks that a valid peer survives its record and its URI.
func checkPeerRoundTrips(tb testing.TB, p locator.Peer) {
	tb.Helper()
	if err := p.Validate(); err != nil {
		tb.Errorf("valid peer: %v", err)
	}
	decoded, err := decodePeer(p.AppendSyrup(nil))
	if err != nil {
		tb.Fatalf("decoding the record of %v: %v", p, err)
	}
	if diff := cmp.Diff(fieldsOf(p), fieldsOf(decoded)); diff != "" {
		tb.Errorf("decoded (-want +got):\n%s", diff)
	}
	parsed, err := locator.ParsePeer(p.URI())
	if err != nil {
		tb.Fatalf("parsing the URI of the peer: %v", err)
	}
	if diff := cmp.Diff(fieldsOf(p), fieldsOf(parsed)); diff != "" {
		tb.Errorf("parsed (-want +got):\n%s", diff)
	}
}
