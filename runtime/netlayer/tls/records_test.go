package tls

import (
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
)

// TestRecords sends messages together: they share records, whatever the framing.
func TestRecords(t *testing.T) {
	for name, framed := range map[string]bool{"raw": false, "framed": true} {
		t.Run(name, func(t *testing.T) {
			v := newVictim(t, Options{})
			var tape tcptest.Tape
			relay := tcptest.NewRelay(t, v.Location(), tape.Record)
			dialled, err := newNetlayerOf(t, Options{Framed: framed}).Dial(t.Context(), relay.Location())
			if err != nil {
				t.Fatal(err)
			}
			defer dialled.Close()
			accepted, err := v.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer accepted.Close()
			handshake := len(tape.Bytes())
			want := make([][]byte, 64)
			for i := range want {
				want[i] = []byte("<1'm100:" + string(make([]byte, 100)) + ">")
			}
			if err := dialled.Send(want); err != nil {
				t.Fatal(err)
			}
			var got [][]byte
			for len(got) < len(want) {
				if got, err = accepted.Receive(got); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("received (-want +got):\n%s", diff)
			}
			records := 0
			for rest := tape.Bytes()[handshake:]; len(rest) > 0; records++ {
				const headSize = 5
				rest = rest[headSize+int(binary.BigEndian.Uint16(rest[headSize-2:])):]
			}
			if records != 1 {
				t.Errorf("%d records for messages that fit into one", records)
			}
		})
	}
}
