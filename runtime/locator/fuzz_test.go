package locator_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

func FuzzPeerURI(f *testing.F) {
	for _, v := range readVectors(f).Peers {
		f.Add(v.URI)
	}
	for _, uri := range []string{
		"", "ocapn://", "ocapn://x", "ocapn://.", "ocapn://a.b.c?x=+%2b&y=", "ocapn://%C3%A9.%F0%9F%A6%89?%00=%ff", "ocapn://x.y/s/AA", "ocapn://x.y?a=b&a=c",
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
