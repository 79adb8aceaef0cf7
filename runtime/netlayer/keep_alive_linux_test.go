package netlayer_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
)

// A stream over TCP finds out within a minute that the machine at the other side is gone.
func TestKeepAlive(t *testing.T) {
	c, _ := tcptest.Wires(t)
	if err := c.SetKeepAlive(false); err != nil {
		t.Fatal(err)
	}
	conn := netlayer.NewStream(c, netlayer.StreamOptions{})
	defer conn.Close()
	tcptest.ExpectKeepAlive(t, c)
}
