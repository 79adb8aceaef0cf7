package memory_test

import (
	"strconv"
	"sync"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/memory"
)

func TestSoak(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	hub := memory.NewHub()
	peers := 0
	listen := func() netlayer.Netlayer {
		peers++
		nl, err := hub.Listen(strconv.Itoa(peers))
		if err != nil {
			t.Fatal(err)
		}
		return nl
	}
	listening := &cuttable{Netlayer: listen()}
	tcptest.SoakThrough(t, listening, listening, listen, tcptest.SoakTime(t))
}

// cuttable is a netlayer that closes what it has accepted.
type cuttable struct {
	netlayer.Netlayer
	mu    sync.Mutex
	conns []netlayer.Conn // accepted since the last cut
}

// Accept implements netlayer.Netlayer.
func (c *cuttable) Accept() (netlayer.Conn, error) {
	conn, err := c.Netlayer.Accept()
	if err == nil {
		c.mu.Lock()
		c.conns = append(c.conns, conn)
		c.mu.Unlock()
	}
	return conn, err
}

// Cut implements tcptest.Middle.
func (c *cuttable) Cut() int {
	c.mu.Lock()
	conns := c.conns
	c.conns = nil
	c.mu.Unlock()
	for _, conn := range conns {
		_ = conn.Close()
	}
	return len(conns)
}
