package captp_test

import (
	"context"
	"errors"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// puts returns what sends texts to the drain by r, until one is not sent, and how many are sent so far.
func puts(ctx context.Context, r anyRef, texts ...string) (sent *atomic.Int64, last chan error) {
	sent, last = new(atomic.Int64), make(chan error, 1)
	go func() {
		for _, text := range texts {
			p := captp.Invoke(ctx, r.Ref, captp.Symbol("put"), text)
			if ctx.Err() != nil {
				last <- p.Wait(context.Background())
				return
			}
			sent.Add(1)
		}
		last <- nil
	}()
	return sent, last
}

// times returns n texts.
func times(n int, text string) []string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = text
	}
	return texts
}

// There are as many messages without an answer as the windows have room for, and one more for each answer.
func TestWindows(t *testing.T) {
	d := captp.DefaultLimits()
	for name, test := range map[string]struct {
		limits captp.Limits
		text   string
		want   int
	}{
		"default messages":        {captp.Limits{}, "a", d.TargetMessages},
		"default bytes":           {captp.Limits{}, strings.Repeat("a", 1<<20-100), 4},
		"messages of a target":    {captp.Limits{TargetMessages: 3}, "a", 3},
		"messages of a session":   {captp.Limits{SessionMessages: 3}, "a", 3},
		"bytes of a target":       {captp.Limits{TargetBytes: 1000}, strings.Repeat("a", 300), 3},
		"bytes of a session":      {captp.Limits{SessionBytes: 1000}, strings.Repeat("a", 300), 3},
		"longer than the windows": {captp.Limits{TargetBytes: 100, SessionBytes: 100}, strings.Repeat("a", 300), 1},
	} {
		for _, by := range []string{"reference", "promise", "settled promise"} {
			if by == "promise" && !strings.Contains(name, "session") {
				continue // it is not known of which object it will be
			}
			t.Run(name+"/"+by, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					a, b := captptest.Pair(t, captp.WithLimits(test.limits))
					d := newDrain()
					home := object(b, map[string]method{"drain": func(context.Context, []any) (any, error) {
						if by == "promise" {
							<-d.answer
						}
						return d.ref(b).Ref, nil
					}})
					far := captptest.Carry(t, b, a, home)
					want := test.want
					switch r := captp.InvokeRef(t.Context(), far.Ref, captp.Symbol("drain")); by {
					case "reference":
						var err error
						if far, err = r.Await(t.Context()); err != nil {
							t.Fatal(err)
						}
					case "promise":
						far = r.Cap()
						want = max(1, want-1) // the call itself has no answer yet
						if test.want == 1 {
							want = 0
						}
					default:
						far = r.Cap()
						synctest.Wait()
					}
					sent, last := puts(t.Context(), far, times(2*test.want, test.text)...)
					synctest.Wait()
					if got := int(sent.Load()); got != want {
						t.Errorf("%d messages are sent, want %d", got, want)
					}
					d.answer <- nil
					synctest.Wait()
					if got := int(sent.Load()); got != want+1 {
						t.Errorf("%d messages are sent after an answer, want %d", got, want+1)
					}
					d.open()
					if err := <-last; err != nil {
						t.Error(err)
					}
					synctest.Wait()
					if len(d.got) != 2*test.want {
						t.Errorf("%d messages came", len(d.got))
					}
				})
			})
		}
	}
}

// One object that does not answer stops messages to others as little as one peer those to others.
func TestWindowsOfOthers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		trio := captptest.NewTrio(t, captp.WithLimits(captp.Limits{TargetMessages: 2, SessionMessages: 4}))
		slow, other, patient, elsewhere := newDrain(), newDrain(), newDrain(), newDrain()
		carried := func(v *captp.Vat, d *drain) anyRef { return captptest.Carry(t, v, trio.Gifter, d.ref(v)) }
		ctx := t.Context()
		first, _ := puts(ctx, carried(trio.Exporter, slow), "a", "b", "c")
		second, _ := puts(ctx, carried(trio.Exporter, other), "a", "b", "c")
		synctest.Wait()
		third, _ := puts(ctx, carried(trio.Exporter, patient), "a")
		fourth, _ := puts(ctx, carried(trio.Receiver, elsewhere), "a", "b", "c")
		synctest.Wait()
		for i, sent := range []*atomic.Int64{first, second, third, fourth} {
			if got, want := sent.Load(), []int64{2, 2, 0, 2}[i]; got != want {
				t.Errorf("%d messages to object %d are sent, want %d", got, i, want)
			}
		}
		other.answer <- nil // which makes room in the session, for who came first
		synctest.Wait()
		if second, third := second.Load(), third.Load(); second != 2 || third != 1 {
			t.Errorf("%d and %d messages are sent after an answer, want 2 and 1", second, third)
		}
		for _, d := range []*drain{slow, other, patient, elsewhere} {
			d.open()
		}
	})
}

// Who waits goes on when its context is done, the session ends, or the vat is closed, and what it wanted to send is not sent.
func TestWindowsGivenUp(t *testing.T) {
	for name, test := range map[string]struct {
		end  func(cancel func(), a *captp.Vat, l *captptest.Link)
		want func(error) bool
	}{
		"context": {func(cancel func(), _ *captp.Vat, _ *captptest.Link) { cancel() }, func(err error) bool { return errors.Is(err, context.Canceled) }},
		"session": {func(_ func(), a *captp.Vat, l *captptest.Link) { l.B.Close() }, isError[*captp.SessionError]},
		"vat":     {func(_ func(), a *captp.Vat, _ *captptest.Link) { a.Close() }, func(err error) bool { return errors.Is(err, net.ErrClosed) }},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				l := captptest.NewLink(t, captp.WithLimits(captp.Limits{SessionMessages: 2}))
				d := newDrain()
				far := captptest.Carry(t, l.B, l.A, d.ref(l.B))
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if sent, _ := puts(ctx, far, "a", "b"); true {
					synctest.Wait()
					if sent.Load() != 2 {
						t.Fatalf("%d messages are sent", sent.Load())
					}
				}
				call, tell := make(chan error, 1), make(chan error, 1)
				go func() { call <- captp.Invoke(ctx, far.Ref, captp.Symbol("put"), "c").Wait(context.Background()) }()
				go func() { tell <- captp.InvokeTell(ctx, far.Ref, captp.Symbol("put"), "d") }()
				time.Sleep(5 * time.Minute)
				if len(call)+len(tell) > 0 {
					t.Fatal("somebody did not wait")
				}
				ended := make(chan struct{})
				go func() { // Close waits for the turn of the drain, which ends when all is over
					defer close(ended)
					test.end(cancel, l.A, l)
				}()
				if err := <-call; !test.want(err) {
					t.Errorf("the call: %v", err)
				}
				if err := <-tell; name == "context" && !test.want(err) { // otherwise it goes to a session that is over
					t.Errorf("the message: %v", err)
				}
				d.open()
				<-ended
				synctest.Wait()
				if len(d.got) > 2 {
					t.Errorf("%d messages came", len(d.got))
				}
				if name == "context" { // what was counted for those who gave up is not any longer
					sent, _ := puts(t.Context(), far, "e", "f")
					synctest.Wait()
					if sent.Load() != 2 {
						t.Error("there is less room than there was")
					}
				}
			})
		})
	}
}

// isError reports whether there is an E in the tree of err.
func isError[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// A turn sends what it has to send, and whoever is no turn waits for that, too.
func TestWindowsOfTurns(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, b := captptest.Pair(t, captp.WithLimits(captp.Limits{TargetMessages: 2, SessionMessages: 2}))
		d := newDrain()
		far := captptest.Carry(t, b, a, d.ref(b))
		relay := object(a, map[string]method{"relay": func(ctx context.Context, _ []any) (any, error) {
			for range 5 {
				captp.Invoke(ctx, far.Ref, captp.Symbol("put"), "a")
			}
			return nil, captp.InvokeTell(ctx, far.Ref, captp.Symbol("put"), "b")
		}})
		if err := captp.Invoke(t.Context(), relay.Ref, captp.Symbol("relay")).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		sent, _ := puts(t.Context(), far, "c")
		for range 4 {
			synctest.Wait()
			if sent.Load() != 0 {
				t.Fatal("a message was sent beside those of the turn")
			}
			d.answer <- nil
		}
		synctest.Wait()
		if sent.Load() != 1 {
			t.Error("no message was sent when there was room")
		}
		d.open()
	})
}

// One-way messages wait for the connection to take them, and for no answer.
func TestWindowsOfOneWayMessages(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := captptest.NewLink(t, captp.WithLimits(captp.Limits{TargetMessages: 1, SessionMessages: 5}))
		d := newDrain()
		far := captptest.Carry(t, l.B, l.A, d.ref(l.B))
		for range 20 {
			if err := captp.InvokeTell(t.Context(), far.Ref, captp.Symbol("put"), "a"); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		l.Network.Way(captptest.NameA, captptest.NameB).Hold()
		var sent atomic.Int64
		go func() {
			for range 100 {
				if err := captp.InvokeTell(t.Context(), far.Ref, captp.Symbol("put"), strings.Repeat("a", 100<<10)); err != nil {
					t.Error(err)
				}
				sent.Add(1)
			}
		}()
		time.Sleep(5 * time.Minute)
		held := sent.Load()
		if held == 100 {
			t.Error("nobody waited for a connection that takes nothing")
		}
		l.Network.Way(captptest.NameA, captptest.NameB).Release()
		d.open()
		synctest.Wait()
		if sent.Load() != 100 || len(d.got) != 120 {
			t.Errorf("%d messages were sent, %d came", sent.Load(), len(d.got))
		}
	})
}

// A peer that stops reading takes no more memory than the windows, however much there is to say, and keeps nobody from others.
func TestReaderThatStops(t *testing.T) {
	const (
		senders = 100
		each    = 50
		size    = 32 << 10
	)
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Window: 64 << 10})
		here, stopped, other := vatAt(t, network, "here"), vatAt(t, network, "stopped"), vatAt(t, network, "other")
		far, near := captptest.Carry(t, stopped, here, bulk(stopped)), captptest.Carry(t, other, here, bulk(other))
		network.Way("here", "stopped").Hold()
		before := heap()
		var all sync.WaitGroup
		for i := range senders {
			all.Go(func() {
				for range each {
					var err error
					if i%2 == 0 {
						err = captp.InvokeTell(t.Context(), far.Ref, captp.Symbol("take"), make([]byte, size))
					} else {
						err = captp.Invoke(t.Context(), far.Ref, captp.Symbol("take"), make([]byte, size)).Wait(t.Context())
					}
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		time.Sleep(5 * time.Minute)
		most := uint64(captp.DefaultLimits().SessionBytes)
		used := heap() - before
		t.Logf("%d KiB are kept for a peer that does not read, of %d KiB that there are to send", used>>10, senders*each*size>>10)
		if used > 4*most {
			t.Errorf("that is more than 4 x %d KiB", most>>10)
		}
		for range 100 {
			if err := captp.Invoke(t.Context(), near.Ref, captp.Symbol("take"), make([]byte, size)).Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		network.Way("here", "stopped").Release()
		all.Wait()
	})
}

// heap returns how many bytes are live.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // what pools held
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
