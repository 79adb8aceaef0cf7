package locator_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

// uriForm returns the form of a URI: what may stand raw in designator and transport, in the name and in the value of a hint, and the
// digits of percent-encoding.
func uriForm(authority, name, value, hex, path string) *regexp.Regexp {
	return regexp.MustCompile(strings.NewReplacer(
		"AUTHORITY", "(["+authority+"]|%["+hex+"]{2})", "TRANSPORT", "(["+strings.ReplaceAll(authority, ".", "")+"]|%["+hex+"]{2})",
		"NAME", "(["+name+"]|%["+hex+"]{2})", "VALUE", "(["+value+"]|%["+hex+"]{2})", "PATH", path,
	).Replace(`^ocapn://AUTHORITY+\.TRANSPORT+PATH(\?NAME+=VALUE*(&NAME+=VALUE*)*)?$`))
}

const (
	unreserved = `A-Za-z0-9._~\-`
	delimiters = `!$'()*+,;`
	swissForm  = `/s/([A-Za-z0-9_\-=]|%[0-9A-Fa-f]{2})+`
)

// The forms of what is accepted, and of what is printed.
var (
	acceptedPeer      = uriForm(unreserved+delimiters+"&=", unreserved+delimiters+":@/?", unreserved+delimiters+":@/?=", "0-9A-Fa-f", "")
	acceptedSturdyRef = uriForm(unreserved+delimiters+"&=", unreserved+delimiters+":@/?", unreserved+delimiters+":@/?=", "0-9A-Fa-f", swissForm)
	printedPeer       = uriForm(unreserved+delimiters+"&=", unreserved, unreserved, "0-9A-F", "")
	printedSturdyRef  = uriForm(unreserved+delimiters+"&=", unreserved, unreserved, "0-9A-F", `/s/[A-Za-z0-9_\-]+`)
)

func FuzzPeerURI(f *testing.F) {
	for _, v := range readVectors(f).Peers {
		f.Add(v.URI)
	}
	for _, uri := range []string{
		"", "ocapn://", "ocapn://x", "ocapn://.", "ocapn://a.b.c?x=+%2b&y=", "ocapn://%C3%A9.%F0%9F%A6%89?%00=%ff", "ocapn://x.y/s/AA", "ocapn://x.y?a=b&a=c",
		"ocapn://a.b?c=<", "ocapn://a<.b", "ocapn://a.b#x",
	} {
		f.Add(uri)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		p, err := locator.ParsePeer(uri)
		if err != nil {
			if !p.IsZero() {
				t.Errorf("%v with error %v", p, err)
			}
			return
		}
		checkPeerRoundTrips(t, p)
		if len(uri) > locator.MaxURIBytes || !acceptedPeer.MatchString(uri) || !printedPeer.MatchString(p.URI()) {
			t.Errorf("%q is accepted, and printed as %q", uri, p.URI())
		}
		again := mustPeer(t, p.URI())
		if got := again.URI(); got != p.URI() {
			t.Errorf("printed as %s, then as %s", p.URI(), got)
		}
	})
}

func FuzzSturdyRefURI(f *testing.F) {
	for _, v := range readVectors(f).SturdyRefs {
		f.Add(v.URI)
	}
	for _, uri := range []string{
		"", "ocapn://x.y", "ocapn://x.y/s/", "ocapn://x.y/s/YQ==", "ocapn://x.y/s/YQ%3D%3D?a=b", "ocapn://x.y/s/YR", "ocapn://x.y/s/(redacted)",
	} {
		f.Add(uri)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		s, err := locator.ParseSturdyRef(uri)
		if err != nil {
			if !s.IsZero() {
				t.Errorf("%v with error %v", s, err)
			}
			return
		}
		checkSturdyRefRoundTrips(t, s)
		if len(uri) > locator.MaxURIBytes || !acceptedSturdyRef.MatchString(uri) || !printedSturdyRef.MatchString(s.URI()) {
			t.Errorf("%q is accepted, and printed as %q", uri, s.URI())
		}
		if again := mustSturdyRef(t, s.URI()); again.URI() != s.URI() {
			t.Errorf("printed as %s, then as %s", s.URI(), again.URI())
		}
	})
}

func FuzzPeerRecord(f *testing.F) {
	for _, v := range readVectors(f).Peers {
		f.Add([]byte(v.Record))
	}
	for _, record := range []string{
		``, `<`, `<10'ocapn-peer3'tcp1"xf>f`, `<010'ocapn-peer3'tcp1"x{}>`, `<10'ocapn-peer3'tcp1"x{1"b1"22"aa1"1}>`, `<10'ocapn-peer3't.p1"xt>`,
	} {
		f.Add([]byte(record))
	}
	f.Fuzz(func(t *testing.T, record []byte) {
		p, err := decodePeer(record)
		if err != nil {
			return
		}
		if got := p.AppendSyrup(nil); string(got) != string(record) {
			t.Errorf("%q is written as %q", record, got)
		}
		checkPeerRoundTrips(t, p)
		// Written from its fields, the record is another spelling of the same peer.
		anew, err := locator.NewPeer(p.Transport, p.Designator, p.Hints)
		if err != nil {
			t.Fatal(err)
		}
		checkPeerRoundTrips(t, anew)
	})
}
