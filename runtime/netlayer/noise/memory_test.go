package noise_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/noise"
)

// TestMemory checks what conns hold: idle ones, and those that have carried long messages.
func TestMemory(t *testing.T) {
	const pairs = 20
	client, server := open(t, noise.Options{}), open(t, listening())
	before := tcptest.LiveHeap()
	var conns []netlayer.Conn
	for range pairs {
		dialled, err := client.Dial(t.Context(), server.Location())
		if err != nil {
			t.Fatal(err)
		}
		defer dialled.Close()
		accepted, err := server.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer accepted.Close()
		conns = append(conns, dialled, accepted)
	}
	carry := func(size int) {
		for i, c := range conns {
			sending := make(chan error, 1)
			go func() { sending <- conns[i^1].Send([][]byte{make([]byte, size)}) }()
			if _, err := c.Receive(nil); err != nil {
				t.Fatal(err)
			}
			if err := <-sending; err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, test := range []struct {
		size int
		most int64
	}{{100, 40 << 10}, {1 << 20, 160 << 10}} {
		carry(test.size)
		if each := (tcptest.LiveHeap() - before) / int64(len(conns)); each > test.most {
			t.Errorf("a conn holds %d bytes after messages of %d, want at most %d", each, test.size, test.most)
		} else {
			t.Logf("a conn holds %d bytes after messages of %d", each, test.size)
		}
	}
}
