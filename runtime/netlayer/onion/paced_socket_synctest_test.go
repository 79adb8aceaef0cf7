package onion

import (
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// greedySocket takes everything at once, and notes when.
type greedySocket struct {
	net.Conn
	taken []int // bytes, by the number of milliseconds since begun
	begun time.Time
}

func (g *greedySocket) Write(b []byte) (int, error) {
	at := int(time.Since(g.begun).Milliseconds())
	for len(g.taken) <= at {
		g.taken = append(g.taken, 0)
	}
	g.taken[at] += len(b)
	return len(b), nil
}

func (g *greedySocket) WriteNow(b []byte) (int, error) { return g.Write(b) }

func TestPacedSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &greedySocket{begun: time.Now()}
		p := newPacedSocket(g)
		if n, err := p.Write(make([]byte, 1<<20)); n != 1<<20 || err != nil {
			t.Fatalf("Write: %d, %v", n, err)
		}
		total := 0
		for at, n := range g.taken {
			total += n
			if n > 0 && (n != paceBytes || at%int(paceTime.Milliseconds()) != 0) {
				t.Errorf("%d bytes after %d ms", n, at)
			}
		}
		if total != 1<<20 {
			t.Errorf("%d bytes were written", total)
		}
		if n, err := p.WriteNow([]byte("x")); n != 0 || err != nil {
			t.Errorf("WriteNow in a pause: %d, %v, want nothing", n, err)
		}
		time.Sleep(paceTime)
		if n, err := p.WriteNow(make([]byte, 2*paceBytes)); n != paceBytes || err != nil {
			t.Errorf("WriteNow after a pause: %d, %v, want %d", n, err, paceBytes)
		}
		time.Sleep(paceTime)
		for range 2000 { // what is short and seldom is not held up
			if n, err := p.WriteNow(make([]byte, 100)); n != 100 || err != nil {
				t.Fatalf("WriteNow: %d, %v", n, err)
			}
			time.Sleep(paceTime)
		}
	})
}
