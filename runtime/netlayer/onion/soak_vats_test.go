package onion_test

import (
	"math/rand/v2"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
)

// TestSoakOfVats has vats call each other while streams, and control ports, are cut at random. In the end nothing is left, in their
// tables or elsewhere.
func TestSoakOfVats(t *testing.T) {
	folder := t.TempDir()
	tcptest.ExpectNoLeaks(t)
	fake := startFake(t, folder, nil)
	newNetlayer := func() netlayer.Netlayer {
		return open(t, onion.Options{ControlAddr: fake.address(), Authenticate: true})
	}
	listening := newNetlayer()
	tcptest.SoakThrough(t, listening, cutTor{fake, listening.Location()}, newNetlayer, tcptest.SoakTime(t))
}

// cutTor is a tcptest.Middle: a fake, and where the peer is that is dialled through it.
type cutTor struct {
	*fakeTor
	location locator.Peer
}

// Location implements tcptest.Middle.
func (c cutTor) Location() locator.Peer { return c.location }

// Cut ends all streams that were dialled, and now and then a conversation with the control port, for which tor is gone then.
func (c cutTor) Cut() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	cut := 0
	for conn := range c.conns {
		if conn.LocalAddr().String() == c.socks.Addr().String() || rand.N(100) == 0 {
			_ = conn.Close()
			cut++
		}
	}
	return cut
}
