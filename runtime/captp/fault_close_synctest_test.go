package captp_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// A vat that ends anywhere in the script, by the hand of several goroutines at once if it comes to that, ends for good: it has told all
// its callers what became of their calls, nothing of it is left, and the others go on.
func TestCloseAtAnyByte(t *testing.T) {
	for i, m := range moments(t, 100) {
		for k, end := range ends {
			if !*everyByte && i%len(ends) != k {
				continue
			}
			patience := time.Duration(i%40) * 50 * time.Millisecond
			bubble(t, func(t *testing.T) {
				c := newCrew(t)
				var ending sync.WaitGroup
				c.net.plan(&incident{m.way, m.at, func(*wireEnd) {
					for _, name := range end.vats {
						for range 3 {
							ending.Go(func() { end.by(t, c.vats[name], patience) })
						}
					}
				}})
				c.play(t.Context())
				ending.Wait()
				c.finish(t)
				c.book.verify(t)
				var left []string
				for name, v := range c.vats {
					if !c.net.isOver() || !slices.Contains(end.vats, name) {
						left = append(left, name)
					} else if st := v.Stats(); st != (captp.Stats{}) {
						t.Errorf("vat %s, which is closed, has %+v", name, st)
					}
				}
				c.net.plan(nil)
				c.talk(t, left...)
				c.end(t)
				if t.Failed() {
					t.Fatalf("%s, %v, patience %v", end.name, m, patience)
				}
			})
			if t.Failed() {
				return
			}
		}
	}
}

// ends are the ways in which vats of the script end.
var ends = []struct {
	name string
	vats []string
	by   func(t *testing.T, v *captp.Vat, patience time.Duration)
}{
	{"a is closed", []string{"a"}, closeVat},
	{"b is closed", []string{"b"}, closeVat},
	{"c is closed", []string{"c"}, closeVat},
	{"a and b are closed", []string{"a", "b"}, closeVat},
	{"a is shut down", []string{"a"}, shutVatDown},
	{"b is shut down", []string{"b"}, shutVatDown},
	{"c is shut down", []string{"c"}, shutVatDown},
}

func closeVat(t *testing.T, v *captp.Vat, _ time.Duration) {
	if err := v.Close(); err != nil {
		t.Error(err)
	}
}

// shutVatDown expects that the end of its patience is the only error, and that it is not exceeded by more than the output needs.
func shutVatDown(t *testing.T, v *captp.Vat, patience time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	start := time.Now()
	err := v.Shutdown(ctx)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got error %v", err)
	}
	if took := time.Since(start); took > patience+2*captp.DefaultLimits().DrainTime {
		t.Errorf("it took %v, with a patience of %v", took, patience)
	}
}

// A session that the program ends anywhere in the script, from either side, is over; the next one is as good as any.
func TestDisconnectAtAnyByte(t *testing.T) {
	for i, m := range moments(t, 60, "a", "b") {
		by, from := "a", "b"
		if i%2 == 0 {
			by, from = from, by
		}
		bubble(t, func(t *testing.T) {
			c := newCrew(t)
			c.net.plan(&incident{m.way, m.at, func(*wireEnd) { c.vats[by].Disconnect(c.refs[from].Peer) }})
			c.play(t.Context())
			c.finish(t)
			c.book.verify(t)
			c.net.plan(nil)
			c.talk(t, "a", "b", "c")
			c.end(t)
			if t.Failed() {
				t.Fatalf("%s disconnects, %v", by, m)
			}
		})
		if t.Failed() {
			return
		}
	}
}

// A vat can be closed while it dials somebody who does not answer, in any stage of that.
func TestCloseWhileDialling(t *testing.T) {
	holds := map[string]func(n *netlayertest.Network){
		"a port that is silent": func(n *netlayertest.Network) { n.Way("guest", "house").HoldDials() },
		"a peer that is silent": func(n *netlayertest.Network) { n.Way("house", "guest").Hold() },
		"a peer that is deaf":   func(n *netlayertest.Network) { n.Way("guest", "house").Hold() },
		"a wait for the next try": func(n *netlayertest.Network) {
			n.Way("guest", "house").RefuseDials(errors.New("refused"))
		},
	}
	for name, hold := range holds {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
				house, guest := vatAt(t, network, "house"), vatAt(t, network, "guest")
				ref, err := captp.Publish(house, toolbox(house))
				if err != nil {
					t.Fatal(err)
				}
				hold(network)
				if name == "a wait for the next try" {
					for range 5 {
						_ = guest.Connect(t.Context(), ref.Peer) // fails, and makes the next one wait
					}
				}
				j := newJournal()
				far := captp.Enliven[anyRef](t.Context(), guest, ref).Cap()
				e := j.ask(t.Context(), far.Ref, "first", nil)
				connected := make(chan error, 1)
				go func() { connected <- guest.Connect(t.Context(), ref.Peer) }()
				time.Sleep(100 * time.Millisecond)
				start := time.Now()
				guest.Close()
				if took := time.Since(start); took > 2*captp.DefaultLimits().DrainTime {
					t.Errorf("it took %v", took)
				}
				if <-e.done; !isOutcomeOfAFault(e.err) {
					t.Errorf("the call: got %v, error %v", e.got, e.err)
				}
				if err := <-connected; !isOutcomeOfAFault(err) {
					t.Errorf("Connect: got error %v", err)
				}
				network.Way("guest", "house").ReleaseDials()
				network.Way("guest", "house").Release()
				network.Way("house", "guest").Release()
			})
		})
	}
}

// A vat can be closed while it keeps references, whatever it waits for: a peer that does not answer, the next try, the end of a session.
func TestCloseWhileKeeping(t *testing.T) {
	random := seeded(t)
	for range 30 {
		moments := []time.Duration{time.Duration(random.IntN(10_000)), time.Duration(random.IntN(10_000))}
		bubble(t, func(t *testing.T) {
			network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Latency: 10 * time.Millisecond})
			house, guest := vatAt(t, network, "house"), vatAt(t, network, "guest")
			ref, err := captp.Publish(house, toolbox(house))
			if err != nil {
				t.Fatal(err)
			}
			var keeping sync.WaitGroup
			for _, peer := range []string{"house", "nobody"} {
				keeping.Go(func() {
					followed := ref
					followed.Peer = peerNamed(peer)
					for r, err := range captp.Keep[anyRef](t.Context(), guest, followed, captp.KeepAlive(time.Second, time.Second)) {
						if err == nil {
							<-captp.Broken(r)
						}
					}
				})
			}
			time.Sleep(moments[0] * time.Millisecond)
			network.Cut("guest", "house")
			network.Way("guest", "house").Hold()
			time.Sleep(moments[1] * time.Millisecond)
			start := time.Now()
			guest.Close()
			keeping.Wait()
			if took := time.Since(start); took > 2*captp.DefaultLimits().DrainTime {
				t.Errorf("it took %v", took)
			}
			if st := guest.Stats(); st != (captp.Stats{}) {
				t.Errorf("the vat has %+v", st)
			}
			network.Way("guest", "house").Release()
		})
	}
}

// A handler closes its vat by another goroutine, as the documentation says: Close waits for the handler. Its context ends.
func TestCloseByAHandler(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		house, err := captp.New(captp.WithNetlayer(network.Peer("house")))
		if err != nil {
			t.Fatal(err)
		}
		guest := vatAt(t, network, "guest")
		ref, err := captp.Publish(house, object(house, map[string]method{
			"close": func(ctx context.Context, _ []any) (any, error) {
				go captp.VatOf(ctx).Close()
				<-ctx.Done()
				return nil, ctx.Err()
			},
		}))
		if err != nil {
			t.Fatal(err)
		}
		far := captp.Enliven[anyRef](t.Context(), guest, ref).Cap()
		if _, err := captp.Invoke(t.Context(), far.Ref, captp.Symbol("close")).Await(t.Context()); !isOutcomeOfAFault(err) {
			t.Errorf("got error %v", err)
		}
		house.Close()
		if st := house.Stats(); st != (captp.Stats{}) {
			t.Errorf("the vat has %+v", st)
		}
	})
}
