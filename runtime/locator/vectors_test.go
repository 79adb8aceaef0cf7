package locator_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

// vectors are testdata/locators.json: records and URIs that other implementations wrote.
type vectors struct {
	Peers []struct {
		Name       string
		Transport  string
		Designator string
		Hints      map[string]string
		Record     string
		URI        string
	}
	SturdyRefs []struct {
		Name   string
		Swiss  string
		Record string
		URI    string
	}
}

func readVectors(tb testing.TB) vectors {
	tb.Helper()
	text, err := os.ReadFile("testdata/locators.json")
	if err != nil {
		tb.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(text, &v); err != nil {
		tb.Fatal(err)
	}
	if len(v.Peers) < 9 || len(v.SturdyRefs) < 2 {
		tb.Fatalf("only %d peers and %d sturdyrefs", len(v.Peers), len(v.SturdyRefs))
	}
	return v
}

func TestPeerVectors(t *testing.T) {
	for _, v := range readVectors(t).Peers {
		t.Run(v.Name, func(t *testing.T) {
			want := peerFields{v.Transport, v.Designator, v.Hints}
			decoded, err := decodePeer([]byte(v.Record))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, fieldsOf(decoded)); diff != "" {
				t.Errorf("decoded (-want +got):\n%s", diff)
			}
			if got := string(decoded.AppendSyrup(nil)); got != v.Record {
				t.Errorf("decoded and written as %s, want %s", got, v.Record)
			}
			if got := decoded.URI(); got != v.URI {
				t.Errorf("URI %s, want %s", got, v.URI)
			}
			parsed, err := locator.ParsePeer(v.URI)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, fieldsOf(parsed)); diff != "" {
				t.Errorf("parsed (-want +got):\n%s", diff)
			}
			if got := string(parsed.AppendSyrup(nil)); got != v.Record && v.Name != "empty dictionary of hints" {
				t.Errorf("parsed and written as %s, want %s", got, v.Record)
			}
		})
	}
}

func TestSturdyRefVectors(t *testing.T) {
	for _, v := range readVectors(t).SturdyRefs {
		t.Run(v.Name, func(t *testing.T) {
			decoded, err := decodeSturdyRef([]byte(v.Record))
			if err != nil {
				t.Fatal(err)
			}
			if got := string(decoded.Swiss.Bytes()); got != v.Swiss {
				t.Errorf("swiss number %q, want %q", got, v.Swiss)
			}
			if got := decoded.URI(); got != v.URI {
				t.Errorf("URI %s, want %s", got, v.URI)
			}
			if got := string(mustSturdyRef(t, v.URI).AppendSyrup(nil)); got != v.Record {
				t.Errorf("parsed and written as %s, want %s", got, v.Record)
			}
		})
	}
}
