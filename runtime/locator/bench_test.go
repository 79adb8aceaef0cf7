package locator_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

const benchURI = "ocapn://aoqqpp7tzyil4hlq3umoos6atft6jvrqtosq2xy53sdgiesvgg4a.tcp/s/cTF3MmUzcjR0NXk2dTdpOG85cDBhYQ?host=127.0.0.1&port=22047"

func BenchmarkDecodePeer(b *testing.B) {
	record := mustSturdyRef(b, benchURI).Peer.AppendSyrup(nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decodePeer(record); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAppendPeerVerbatim writes a peer that was decoded, which includes the check that it is unchanged.
func BenchmarkAppendPeerVerbatim(b *testing.B) {
	p, err := decodePeer(mustSturdyRef(b, benchURI).Peer.AppendSyrup(nil))
	if err != nil {
		b.Fatal(err)
	}
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = p.AppendSyrup(dst[:0])
	}
}

func BenchmarkParseSturdyRef(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := locator.ParseSturdyRef(benchURI); err != nil {
			b.Fatal(err)
		}
	}
}
