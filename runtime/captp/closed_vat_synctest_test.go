package captp_test

import (
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

func TestBrokenOfAPromiseWhoseVatIsClosed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := captptest.NewLink(t)
		p, _ := captp.NewPromiseRef[captp.AnyRef](l.A)
		ch := captp.Broken(p)
		l.A.Close()
		synctest.Wait()
		select {
		case <-ch:
		default:
			t.Error("the channel is open")
		}
	})
}

func TestBreakWithoutAReason(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := captptest.NewLink(t)
		p, r := captp.NewPromise[any](l.A)
		r.Break(nil)
		if v, err := p.Await(t.Context()); err == nil || !strings.Contains(err.Error(), "internal error") {
			t.Errorf("got %v, %v", v, err)
		}
	})
}

// A closed vat is garbage, also if a gift lay there that nobody had withdrawn.
func TestClosedVatIsCollected(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		vat := func() weak.Pointer[captp.Vat] {
			v, err := captp.New(captp.WithNetlayer(network.Peer("vat"))) // not for Cleanup, which would keep it
			if err != nil {
				t.Fatal(err)
			}
			s := rawDial(t, network, "x", v, locator.Peer{Transport: netlayertest.Transport, Designator: "x"})
			if got := s.ask(deposit(giftID(1), 0)); got == "" {
				t.Fatal("nothing came of the deposit")
			}
			s.conn.Close()
			v.Close()
			return weak.Make(v)
		}()
		time.Sleep(time.Second) // the connections end
		for range 10 {
			runtime.GC()
		}
		if vat.Value() != nil {
			t.Error("the vat is still there")
		}
	})
}
