package locator_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

func TestParsePeer(t *testing.T) {
	tests := []struct {
		uri   string
		want  peerFields
		print string // when it differs from uri
	}{
		{"ocapn://abc.onion", peerFields{"onion", "abc", nil}, ""},
		{"ocapn://a.b.c.tcp", peerFields{"tcp", "a.b.c", nil}, ""},
		{"ocapn://a..tcp", peerFields{"tcp", "a.", nil}, ""},
		{"ocapn://ABC.TCP", peerFields{"TCP", "ABC", nil}, ""},
		{"ocapn://-_~!$&'()*+,;=.tcp", peerFields{"tcp", "-_~!$&'()*+,;=", nil}, ""},
		{"ocapn://a%20b%2fc.tcp", peerFields{"tcp", "a b/c", nil}, "ocapn://a%20b%2Fc.tcp"},
		{"ocapn://%61%2eb.tcp", peerFields{"tcp", "a.b", nil}, "ocapn://a.b.tcp"},
		{"ocapn://%F0%9F%A6%89.tcp", peerFields{"tcp", "🦉", nil}, ""},
		{"ocapn://x.tcp?host=127.0.0.1&port=22045", peerFields{"tcp", "x", map[string]string{"host": "127.0.0.1", "port": "22045"}}, ""},
		{"ocapn://x.tcp?port=1&host=h", peerFields{"tcp", "x", map[string]string{"host": "h", "port": "1"}}, "ocapn://x.tcp?host=h&port=1"},
		{"ocapn://x.ws?url=ws%3A%2F%2F127.0.0.1%3A22047", peerFields{"ws", "x", map[string]string{"url": "ws://127.0.0.1:22047"}}, ""},
		{"ocapn://x.ws?url=ws://[::1]:1", peerFields{}, ""},
		{"ocapn://x.ws?url=ws://h:1/?a=b", peerFields{"ws", "x", map[string]string{"url": "ws://h:1/?a=b"}}, "ocapn://x.ws?url=ws%3A%2F%2Fh%3A1%2F%3Fa%3Db"},
		{"ocapn://x.tcp?a=1+2%2B3%203", peerFields{"tcp", "x", map[string]string{"a": "1 2+3 3"}}, "ocapn://x.tcp?a=1%202%2B3%203"},
		{"ocapn://x.tcp?a+b=", peerFields{"tcp", "x", map[string]string{"a b": ""}}, "ocapn://x.tcp?a%20b="},
		{"ocapn://x.tcp?a%26b=c%3Dd%23", peerFields{"tcp", "x", map[string]string{"a&b": "c=d#"}}, ""},
	}
	for _, test := range tests {
		t.Run(test.uri, func(t *testing.T) {
			p, err := locator.ParsePeer(test.uri)
			if test.want.Transport == "" {
				if err == nil {
					t.Errorf("parsed as %+v", fieldsOf(p))
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, fieldsOf(p)); diff != "" {
				t.Errorf("peer (-want +got):\n%s", diff)
			}
			if test.print == "" {
				test.print = test.uri
			}
			if got := p.URI(); got != test.print {
				t.Errorf("prints as %s, want %s", got, test.print)
			}
			checkPeerRoundTrips(t, p)
		})
	}
}

// TestParseErrors checks what is said of texts that are no URIs, word by word, because people read it.
func TestParseErrors(t *testing.T) {
	peer := func(uri string) error { _, err := locator.ParsePeer(uri); return err }
	ref := func(uri string) error { _, err := locator.ParseSturdyRef(uri); return err }
	tests := []struct {
		parse func(string) error
		uri   string
		want  string
	}{
		{peer, "", `scheme at byte 0: want ocapn://`},
		{peer, "https://x.tcp", `scheme at byte 0: want ocapn://`},
		{peer, "OCAPN://x.tcp", `scheme at byte 0: want ocapn://`},
		{peer, "ocapn:x.tcp", `scheme at byte 0: want ocapn://`},
		{peer, " ocapn://x.tcp", `scheme at byte 0: want ocapn://`},
		{peer, "ocapn://", `transport at byte 8: want a dot and the name of a transport`},
		{peer, "ocapn://abc", `transport at byte 11: want a dot and the name of a transport`},
		{peer, "ocapn://abc?a=b.c", `transport at byte 11: want a dot and the name of a transport`},
		{peer, "ocapn://.tcp", `designator at byte 8: want 1 to 512 bytes`},
		{peer, "ocapn://x.", `transport at byte 10: want 1 to 64 bytes`},
		{peer, "ocapn://x.a%2Eb", `transport at byte 10: want a name without a dot`},
		{peer, "ocapn://%FF.tcp", `designator at byte 8: want valid UTF-8`},
		{peer, "ocapn://x.tcp:80", `transport at byte 13: want a character that may stand here without percent-encoding, got ":"`},
		{peer, "ocapn://me@x.tcp", `designator at byte 10: want a character that may stand here without percent-encoding, got "@"`},
		{peer, "ocapn://bj\u00f6rn.tcp", `designator at byte 10: want a character that may stand here without percent-encoding, got "\u00f6"`},
		{peer, "ocapn://a\xffb.tcp", `designator at byte 9: want a character that may stand here without percent-encoding, got "\xff"`},
		{peer, "ocapn://x.tcp\n", `transport at byte 13: want a character that may stand here without percent-encoding, got "\n"`},
		{peer, "ocapn://a%4.tcp", `designator at byte 9: want a percent sign with two hexadecimal digits, got "%"`},
		{peer, "ocapn://a%zz.tcp", `designator at byte 9: want a percent sign with two hexadecimal digits, got "%"`},
		{peer, "ocapn://x.tcp/", `path at byte 13: want no path: a peer has none, only a sturdyref has`},
		{peer, "ocapn://x.tcp/s/c2VjcmV0", `path at byte 13: want no path: a peer has none, only a sturdyref has`},
		{peer, "ocapn://x.tcp#a", `URI at byte 13: want no fragment`},
		{peer, "ocapn://x.tcp?", `hints at byte 14: want an equals sign and the value of the hint, got the end of the hints`},
		{peer, "ocapn://x.tcp?a", `hints at byte 15: want an equals sign and the value of the hint, got the end of the hints`},
		{peer, "ocapn://x.tcp?a&b=c", `hints at byte 15: want an equals sign and the value of the hint, got "&"`},
		{peer, "ocapn://x.tcp?a=b&", `hints at byte 18: want an equals sign and the value of the hint, got the end of the hints`},
		{peer, "ocapn://x.tcp?=b", `hint name at byte 14: want 1 to 64 bytes`},
		{peer, "ocapn://x.tcp?a=1&b=2&a=1", `hints at byte 22: want each hint once, got "a"`},
		{peer, "ocapn://x.tcp?a=b c", `hints at byte 17: want a character that may stand here without percent-encoding, got " "`},
		{peer, "ocapn://x.tcp?a=%", `hints at byte 16: want a percent sign with two hexadecimal digits, got "%"`},
		{peer, "ocapn://x.tcp?a=%C0%80", `hint value at byte 16: want valid UTF-8`},
		{ref, "https://x.tcp/s/c2VjcmV0", `scheme at byte 0: want ocapn://`},
		{ref, "ocapn://x/s/c2VjcmV0", `transport at byte 9: want a dot and the name of a transport`},
		{ref, "ocapn://x.tcp", `path at byte 13: want /s/ and a swiss number`},
		{ref, "ocapn://x.tcp/c2VjcmV0", `path at byte 13: want /s/ and a swiss number`},
		{ref, "ocapn://x.tcp/S/c2VjcmV0", `path at byte 13: want /s/ and a swiss number`},
		{ref, "ocapn://x.tcp/s/", `swiss number at byte 16: want 1 to 1024 bytes`},
		{ref, "ocapn://x.tcp/s/c2VjcmV0/", `swiss number at byte 24: want a character that may stand here without percent-encoding`},
		{ref, "ocapn://x.tcp/s/c2VjcmV+", `swiss number at byte 23: want a character that may stand here without percent-encoding`},
		{ref, "ocapn://x.tcp/s/c2VjcmV0c", `swiss number at byte 16: want base64url`},
		{ref, "ocapn://x.tcp/s/c2VjcmV0%0A", `swiss number at byte 16: want base64url`},
		{ref, "ocapn://x.tcp/s/=", `swiss number at byte 16: want base64url`},
		{ref, "ocapn://x.tcp/s/YQ=", `swiss number at byte 16: want base64url`},
		{ref, "ocapn://x.tcp/s/YQ===", `swiss number at byte 16: want base64url`},
		{ref, "ocapn://x.tcp/s/YR", `swiss number at byte 16: want base64url`}, // bits that no byte has
		{ref, "ocapn://x.tcp/s/Y%5", `swiss number at byte 17: want a percent sign with two hexadecimal digits`},
	}
	for _, test := range tests {
		t.Run(test.uri, func(t *testing.T) {
			err := test.parse(test.uri)
			if err == nil {
				t.Fatal("no error")
			}
			if got, want := err.Error(), "locator: "+test.want; got != want {
				t.Errorf("error\n%s\nwant\n%s", got, want)
			}
			var parse *locator.ParseError
			if !errors.As(err, &parse) || parse.Offset < 0 || parse.Offset > len(test.uri) {
				t.Errorf("error %#v, want a ParseError with an offset inside the text", err)
			}
		})
	}
}

func TestURILimits(t *testing.T) {
	var hints []string
	for i := range locator.MaxHints + 1 {
		hints = append(hints, fmt.Sprintf("%d=", i))
	}
	tests := []struct {
		name, uri, part string
	}{
		{"URI", "ocapn://x.tcp?" + strings.Repeat("a", locator.MaxURIBytes), "URI"},
		{"designator", "ocapn://" + strings.Repeat("x", locator.MaxDesignatorBytes+1) + ".tcp", "designator"},
		{"transport", "ocapn://x." + strings.Repeat("x", locator.MaxTransportBytes+1), "transport"},
		{"hints", "ocapn://x.tcp?" + strings.Join(hints, "&"), "hints"},
		{"hint value", "ocapn://x.tcp?a=" + strings.Repeat("x", locator.MaxHintValueBytes+1), "hint value"},
		{"record", "ocapn://x.tcp?" + strings.Join([]string{
			"a=" + strings.Repeat("x", 2048), "b=" + strings.Repeat("x", 2048),
			"c=" + strings.Repeat("x", 2048), "d=" + strings.Repeat("x", 2048),
		}, "&"), "hints"},
		{"swiss number", "ocapn://x.tcp/s/" + strings.Repeat("AAAA", locator.MaxSwissBytes/3+1), "swiss number"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := locator.ParsePeer(test.uri)
			if strings.Contains(test.uri, "/s/") {
				_, err = locator.ParseSturdyRef(test.uri)
			}
			var parse *locator.ParseError
			if !errors.As(err, &parse) || parse.Part != test.part {
				t.Errorf("error %v, want one about the %s", err, test.part)
			}
		})
	}
}

// TestLongestURI checks that the longest valid locator can be written as a URI and read again.
func TestLongestURI(t *testing.T) {
	peer, err := locator.NewPeer(strings.Repeat(" ", locator.MaxTransportBytes), strings.Repeat(" ", locator.MaxDesignatorBytes), map[string]string{
		"a": strings.Repeat(" ", locator.MaxHintValueBytes), "b": strings.Repeat(" ", locator.MaxHintValueBytes),
		"c": strings.Repeat(" ", locator.MaxHintValueBytes), "d": strings.Repeat(" ", 1380),
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(peer.AppendSyrup(nil)); n < locator.MaxRecordBytes-50 {
		t.Fatalf("the record has %d bytes, far from the limit", n)
	}
	ref := locator.SturdyRef{Peer: peer, Swiss: locator.NewSwissNumber(make([]byte, locator.MaxSwissBytes))}
	parsed, err := locator.ParseSturdyRef(ref.URI())
	if err != nil {
		t.Fatal(err)
	}
	if !parsed.Equal(ref) || !parsed.Peer.Equal(peer) {
		t.Error("the longest sturdyref changed on its way through a URI")
	}
}
