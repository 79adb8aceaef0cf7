package onion_test

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
)

// TestStalls sends halves of messages to the port that tor passes streams on to.
func TestStalls(t *testing.T) {
	folder := t.TempDir()
	b := open(t, onion.Options{
		ControlAddr: startFake(t, folder, nil).address(), Key: keyOf("b"), MessageTime: 50 * time.Millisecond,
	})
	target, err := os.ReadFile(filepath.Join(folder, peerOf("b").Designator))
	if err != nil {
		t.Fatal(err)
	}
	for _, half := range []string{"3", "300000:<", "<1'a", "<1'a300000:xxx"} {
		c, err := net.Dial("tcp", string(target))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := io.WriteString(c, half); err != nil {
			t.Fatal(err)
		}
		if _, err := accept(t, b).Receive(nil); !errors.Is(err, netlayer.ErrStalled) {
			t.Errorf("after %q, Receive: %v, want an error that wraps ErrStalled", half, err)
		}
	}
}
