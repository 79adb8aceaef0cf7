package locator_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

func decodePeer(record []byte) (locator.Peer, error) {
	var d syrup.Decoder
	d.Reset(record, syrup.Options{})
	p := locator.DecodePeer(&d)
	return p, d.Finish()
}

// TestDecodePeerSpellings decodes what differs from what is written, and expects it to be kept.
func TestDecodePeerSpellings(t *testing.T) {
	tests := []struct {
		name   string
		record string
		hints  map[string]string
	}{
		{"no hints", `<10'ocapn-peer3'tcp1"xf>`, nil},
		{"empty dictionary", `<10'ocapn-peer3'tcp1"x{}>`, nil},
		{"raw order", `<10'ocapn-peer3'tcp1"x{2"aa1"11"b1"2}>`, map[string]string{"aa": "1", "b": "2"}},
		{"encoded order", `<10'ocapn-peer3'tcp1"x{1"b1"22"aa1"1}>`, map[string]string{"aa": "1", "b": "2"}},
		{"leading zeros", `<010'ocapn-peer03'tcp1"xf>`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := decodePeer([]byte(test.record))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(peerFields{"tcp", "x", test.hints}, fieldsOf(p)); diff != "" {
				t.Errorf("peer (-want +got):\n%s", diff)
			}
			if got := string(p.AppendSyrup([]byte("before"))); got != "before"+test.record {
				t.Errorf("written as %s", got)
			}
			if !p.Equal(p) {
				t.Error("peer is not equal to itself")
			}
		})
	}
}

// TestChangedPeerIsWrittenAnew checks that a decoded peer does not speak through the bytes it came in once its fields
// have been changed.
func TestChangedPeerIsWrittenAnew(t *testing.T) {
	tests := []struct {
		name   string
		change func(p *locator.Peer)
		want   string
	}{
		{"transport", func(p *locator.Peer) { p.Transport = "udp" }, `<10'ocapn-peer3'udp1"x{2"aa1"11"b1"2}>`},
		{"designator", func(p *locator.Peer) { p.Designator = "y" }, `<10'ocapn-peer3'tcp1"y{2"aa1"11"b1"2}>`},
		{"hints", func(p *locator.Peer) { p.Hints = nil }, `<10'ocapn-peer3'tcp1"xf>`},
		{"nothing", func(p *locator.Peer) {}, `<10'ocapn-peer3'tcp1"x{1"b1"22"aa1"1}>`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := decodePeer([]byte(`<10'ocapn-peer3'tcp1"x{1"b1"22"aa1"1}>`))
			if err != nil {
				t.Fatal(err)
			}
			test.change(&p)
			if got := string(p.AppendSyrup(nil)); got != test.want {
				t.Errorf("written as %s, want %s", got, test.want)
			}
		})
	}
}

func TestDecodePeerKeepsNoInput(t *testing.T) {
	record := []byte(`<10'ocapn-peer3'tcp1"x{4"host1"h}>`)
	before := string(record)
	p, err := decodePeer(record)
	if err != nil {
		t.Fatal(err)
	}
	for i := range record {
		record[i] = '!'
	}
	if got := string(p.AppendSyrup(nil)); got != before || p.URI() != "ocapn://x.tcp?host=h" {
		t.Errorf("after the input was overwritten: %s, %s", got, p)
	}
}

func TestDecodePeerRefuses(t *testing.T) {
	text := func(n int) string { return fmt.Sprintf(`%d"%s`, n, strings.Repeat("x", n)) }
	hints := func(n int, value string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `2"%02d%s`, i, value)
		}
		return "{" + b.String() + "}"
	}
	tests := []struct {
		name   string
		record string
		field  string // of a [locator.FieldError], or empty for an error of package syrup alone
	}{
		{"other label", `<10'ocapn-node3'tcp1"xf>`, "record label"},
		{"label a string", `<10"ocapn-peer3'tcp1"xf>`, ""},
		{"a list", `[10'ocapn-peer3'tcp1"xf]`, ""},
		{"transport a string", `<10'ocapn-peer3"tcp1"xf>`, ""},
		{"transport empty", `<10'ocapn-peer0'1"xf>`, "transport"},
		{"dot in the transport", `<10'ocapn-peer3't.p1"xf>`, "transport"},
		{"long transport", `<10'ocapn-peer65'` + strings.Repeat("t", 65) + `1"xf>`, "transport"},
		{"designator a symbol", `<10'ocapn-peer3'tcp1'xf>`, ""},
		{"designator bytes", `<10'ocapn-peer3'tcp1:xf>`, ""},
		{"designator empty", `<10'ocapn-peer3'tcp0"f>`, "designator"},
		{"long designator", `<10'ocapn-peer3'tcp` + text(locator.MaxDesignatorBytes+1) + `f>`, "designator"},
		{"designator not UTF-8", "<10'ocapn-peer3'tcp1\"\xfff>", ""},
		{"hints true", `<10'ocapn-peer3'tcp1"xt>`, "hints"},
		{"hints a list", `<10'ocapn-peer3'tcp1"x[]>`, ""},
		{"hint name a symbol", `<10'ocapn-peer3'tcp1"x{4'host1"h}>`, ""},
		{"hint name empty", `<10'ocapn-peer3'tcp1"x{0"1"h}>`, "hint name"},
		{"long hint name", `<10'ocapn-peer3'tcp1"x{` + text(locator.MaxHintNameBytes+1) + `1"h}>`, "hint name"},
		{"hint value an integer", `<10'ocapn-peer3'tcp1"x{4"port1+}>`, ""},
		{"long hint value", `<10'ocapn-peer3'tcp1"x{4"host` + text(locator.MaxHintValueBytes+1) + `}>`, "hint value"},
		{"hint without value", `<10'ocapn-peer3'tcp1"x{4"host}>`, ""},
		{"hint twice", `<10'ocapn-peer3'tcp1"x{1"a1"11"a1"1}>`, ""},
		{"hint twice, apart", `<10'ocapn-peer3'tcp1"x{1"b1"11"a1"11"b1"1}>`, ""},
		{"many hints", `<10'ocapn-peer3'tcp1"x` + hints(locator.MaxHints+1, `1"v`) + `>`, "hints"},
		{"long record", `<10'ocapn-peer3'tcp1"x` + hints(8, text(2000)) + `>`, "record"},
		{"one field too few", `<10'ocapn-peer3'tcp1"x>`, ""},
		{"one field too many", `<10'ocapn-peer3'tcp1"xff>`, ""},
		{"something after it", `<10'ocapn-peer3'tcp1"xf>f`, ""},
		{"nothing", ``, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := decodePeer([]byte(test.record))
			if err == nil {
				t.Fatalf("decoded as %v", p)
			}
			var wrong *locator.FieldError
			field := ""
			if errors.As(err, &wrong) {
				field = wrong.Field
			}
			if field != test.field {
				t.Errorf("error %v about %q, want one about %q", err, field, test.field)
			}
		})
	}
}

// TestDecodePeerTruncated decodes every beginning of a record.
func TestDecodePeerTruncated(t *testing.T) {
	record := mustPeer(t, "ocapn://x.tcp?host=127.0.0.1&port=1").AppendSyrup(nil)
	for i := range record {
		if p, err := decodePeer(record[:i]); err == nil || !p.IsZero() {
			t.Errorf("%s: decoded as %v, error %v", record[:i], p, err)
		}
	}
}
