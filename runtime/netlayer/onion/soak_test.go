package onion_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
)

// soakTime is for how long conns are cut at random: what OCAPN_SOAK says, such as 10m, or a short time.
func soakTime(t *testing.T, short time.Duration) time.Duration {
	t.Helper()
	if os.Getenv("OCAPN_SOAK") == "" {
		return short
	}
	return tcptest.SoakTime(t)
}

// TestSoak has two netlayers exchange messages while conns, and both tors, are cut at random. In the end nothing is left.
func TestSoak(t *testing.T) {
	folder := t.TempDir()
	tcptest.ExpectNoLeaks(t)
	tors := [2]*restartedFake{}
	var nls [2]*onion.Netlayer
	for i := range tors {
		tors[i] = &restartedFake{folder: folder}
		tors[i].start(t, "127.0.0.1:0")
		nls[i] = open(t, onion.Options{ControlAddr: tors[i].fake.address(), Authenticate: true, HandshakeTime: time.Second})
	}
	next := time.Now().Add(time.Second)
	soak(t, nls[0], nls[1], soakTime(t, 2*time.Second), 2*time.Second, func() {
		tor := tors[rand.N(2)]
		if time.Now().Before(next) {
			tor.cutOne()
			return
		}
		next = time.Now().Add(rand.N(4 * time.Second))
		tor.restart(t)
	})
	for i := range nls {
		_ = nls[i].Close()
		tors[i].fake.close()
	}
}

// soak has eight goroutines of a dial b and exchange messages with it, and calls cut now and then, until the time is over and
// something has been exchanged after the last cut. A dial may take as long as dialTime.
func soak(t *testing.T, a, b *onion.Netlayer, length, dialTime time.Duration, cut func()) {
	t.Helper()
	over := time.Now().Add(length)
	var exchanged, failed atomic.Int64
	var echoes, dialling sync.WaitGroup
	echoes.Go(func() { echoAll(b, &echoes) })
	ctx, cancel := context.WithCancel(t.Context())
	for range 8 {
		dialling.Go(func() {
			for ctx.Err() == nil {
				if err := exchange(ctx, a, b, dialTime, &exchanged); err != nil {
					failed.Add(1)
				}
			}
		})
	}
	for time.Now().Before(over) {
		<-time.After(rand.N(50 * time.Millisecond))
		cut()
	}
	last := exchanged.Load()
	for deadline := time.Now().Add(torPatience); exchanged.Load() < last+10; <-time.After(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Error("nothing is exchanged after the last cut")
			break
		}
	}
	cancel()
	dialling.Wait()
	_ = b.Close()
	echoes.Wait()
	t.Logf("%d messages there and back, %d conns that ended early", exchanged.Load(), failed.Load())
	if failed.Load() == 0 {
		t.Error("nothing was cut")
	}
}

// echoAll answers what comes on each conn.
func echoAll(nl *onion.Netlayer, echoes *sync.WaitGroup) {
	for {
		c, err := nl.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			continue // tor is gone, and comes back
		}
		echoes.Go(func() {
			defer c.Close()
			var msgs [][]byte
			for {
				var err error
				if msgs, err = c.Receive(msgs[:0]); err != nil {
					return
				}
				if rand.N(200) == 0 || c.Send(msgs) != nil {
					return
				}
			}
		})
	}
}

// exchange dials b, and sends and receives until one of the two has had enough.
func exchange(ctx context.Context, a, b *onion.Netlayer, dialTime time.Duration, exchanged *atomic.Int64) error {
	attempt, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	c, err := a.Dial(attempt, b.Location())
	if err != nil {
		wait, stop := context.WithTimeout(ctx, 20*time.Millisecond)
		defer stop()
		<-wait.Done()
		return err
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	for range rand.N(100) {
		msg := append(fmt.Appendf(nil, "<4'soak%d:", 5000), make([]byte, 5000)...)
		if err := c.Send([][]byte{append(msg, '>')}); err != nil {
			return err
		}
		if _, err := c.Receive(nil); err != nil {
			return err
		}
		exchanged.Add(1)
	}
	return nil
}

// restartedFake is a fake that is started again at the same address.
type restartedFake struct {
	folder string
	fake   *fakeTor
}

// start starts the fake.
func (r *restartedFake) start(t *testing.T, address string) {
	t.Helper()
	r.fake = newFake(r.folder)
	if err := r.fake.run(address); err != nil {
		t.Fatal(err)
	}
}

// restart ends the fake and starts another one.
func (r *restartedFake) restart(t *testing.T) {
	t.Helper()
	address := r.fake.address()
	r.fake.close()
	r.start(t, address)
}

// cutOne ends one conn through the fake; if that is the control port, tor is gone.
func (r *restartedFake) cutOne() {
	r.fake.mu.Lock()
	defer r.fake.mu.Unlock()
	for c := range r.fake.conns { // in no particular order
		_ = c.Close()
		return
	}
}
