package locator_test

import (
	"errors"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

func decodeSturdyRef(record []byte) (locator.SturdyRef, error) {
	var d syrup.Decoder
	d.Reset(record, syrup.Options{})
	s := locator.DecodeSturdyRef(&d)
	return s, d.Finish()
}

func mustSturdyRef(tb testing.TB, uri string) locator.SturdyRef {
	tb.Helper()
	s, err := locator.ParseSturdyRef(uri)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func TestParseSturdyRef(t *testing.T) {
	tests := []struct {
		uri   string
		peer  string
		swiss string
		print string // when it differs from uri
	}{
		{"ocapn://x.tcp/s/c2VjcmV0", "ocapn://x.tcp", "secret", ""},
		{"ocapn://x.tcp/s/c2VjcmV0?host=h", "ocapn://x.tcp?host=h", "secret", ""},
		{"ocapn://a.b.tcp/s/YQ", "ocapn://a.b.tcp", "a", ""},
		{"ocapn://x.tcp/s/YQ==", "ocapn://x.tcp", "a", "ocapn://x.tcp/s/YQ"},
		{"ocapn://x.tcp/s/YQ%3D%3d", "ocapn://x.tcp", "a", "ocapn://x.tcp/s/YQ"},
		{"ocapn://x.tcp/s/%59%51", "ocapn://x.tcp", "a", "ocapn://x.tcp/s/YQ"},
		{"ocapn://x.tcp/s/YWI=", "ocapn://x.tcp", "ab", "ocapn://x.tcp/s/YWI"},
		{"ocapn://x.tcp/s/-_-_", "ocapn://x.tcp", "\xfb\xff\xbf", ""},
		{"ocapn://x.ws/s/AA?url=ws://h/s/", "ocapn://x.ws?url=ws%3A%2F%2Fh%2Fs%2F", "\x00", "ocapn://x.ws/s/AA?url=ws%3A%2F%2Fh%2Fs%2F"},
	}
	for _, test := range tests {
		t.Run(test.uri, func(t *testing.T) {
			s := mustSturdyRef(t, test.uri)
			if got := s.Peer.URI(); got != test.peer {
				t.Errorf("peer %s, want %s", got, test.peer)
			}
			if got := string(s.Swiss.Bytes()); got != test.swiss {
				t.Errorf("swiss number %q, want %q", got, test.swiss)
			}
			if test.print == "" {
				test.print = test.uri
			}
			if got := s.URI(); got != test.print {
				t.Errorf("prints as %s, want %s", got, test.print)
			}
			checkSturdyRefRoundTrips(t, s)
		})
	}
}

// checkSturdyRefRoundTrips checks that a valid sturdyref survives its record and its URI, and does not survive printing.
func checkSturdyRefRoundTrips(tb testing.TB, s locator.SturdyRef) {
	tb.Helper()
	if err := s.Validate(); err != nil {
		tb.Errorf("valid sturdyref: %v", err)
	}
	decoded, err := decodeSturdyRef(s.AppendSyrup(nil))
	if err != nil {
		tb.Fatalf("decoding the record of %v: %v", s, err)
	}
	if !decoded.Equal(s) || !decoded.Peer.Equal(s.Peer) {
		tb.Errorf("decoded %v, want %v", decoded, s)
	}
	parsed, err := locator.ParseSturdyRef(s.URI())
	if err != nil {
		tb.Fatalf("parsing the URI of %v: %v", s, err)
	}
	if !parsed.Equal(s) {
		tb.Errorf("parsed %v, want %v", parsed, s)
	}
	if _, err := locator.ParseSturdyRef(s.String()); err == nil {
		tb.Errorf("what was printed is read as a sturdyref: %s", s)
	}
}

func TestDecodeSturdyRef(t *testing.T) {
	const record = `<15'ocapn-sturdyref<10'ocapn-peer3'tcp1"x{}>6:secret>`
	s, err := decodeSturdyRef([]byte(record))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(s.AppendSyrup(nil)); got != record {
		t.Errorf("written as %s, want %s", got, record)
	}
	tolerated, err := decodeSturdyRef([]byte(`<15'ocapn-sturdyref<10'ocapn-peer3'tcp1"x{}>6"secret>`))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(tolerated.AppendSyrup(nil)); got != record {
		t.Errorf("with a string for the swiss number: written as %s, want %s", got, record)
	}
}

func TestDecodeSturdyRefRefuses(t *testing.T) {
	tests := []struct {
		name, record, field string
	}{
		{"other label", `<10'ocapn-peer3'tcp1"xf>`, "record label"},
		{"no peer", `<15'ocapn-sturdyref1"x1:x>`, ""},
		{"bad peer", `<15'ocapn-sturdyref<10'ocapn-peer3't.p1"xf>1:x>`, "transport"},
		{"no swiss number", `<15'ocapn-sturdyref<10'ocapn-peer3'tcp1"xf>>`, ""},
		{"empty swiss number", `<15'ocapn-sturdyref<10'ocapn-peer3'tcp1"xf>0:>`, "swiss number"},
		{"swiss number a symbol", `<15'ocapn-sturdyref<10'ocapn-peer3'tcp1"xf>1'x>`, ""},
		{"one field too many", `<15'ocapn-sturdyref<10'ocapn-peer3'tcp1"xf>1:xf>`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, err := decodeSturdyRef([]byte(test.record))
			if err == nil || !s.IsZero() {
				t.Fatalf("decoded as %v, error %v", s, err)
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

func TestSturdyRefEqual(t *testing.T) {
	s := mustSturdyRef(t, "ocapn://x.tcp/s/AAAA?host=here")
	for uri, want := range map[string]bool{
		"ocapn://x.tcp/s/AAAA?host=here":  true,
		"ocapn://x.tcp/s/AAAA?host=there": true,
		"ocapn://x.tcp/s/AAAB?host=here":  false,
		"ocapn://y.tcp/s/AAAA?host=here":  false,
	} {
		if got := s.Equal(mustSturdyRef(t, uri)); got != want {
			t.Errorf("Equal to %s: %t, want %t", uri, got, want)
		}
	}
}

func TestZeroSturdyRef(t *testing.T) {
	var s locator.SturdyRef
	if !s.IsZero() || s.String() != "" || s.URI() != "" || s.Validate() == nil {
		t.Errorf("zero sturdyref: IsZero %t, String %q, URI %q, Validate %v", s.IsZero(), s, s.URI(), s.Validate())
	}
	s.Peer = mustPeer(t, "ocapn://x.tcp")
	if s.IsZero() || s.Validate() == nil {
		t.Errorf("without a swiss number: IsZero %t, Validate %v", s.IsZero(), s.Validate())
	}
}
