package captp_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// gate is a tracer that can stop the loop, and takes down from whom the operations are that it handles.
type gate struct {
	closed  bool          // the next operation that is handled stops the loop
	open    chan struct{} // lets it go on
	handled []string      // designators
}

func (g *gate) Trace(e captp.TraceEvent) {
	if e.Kind != captp.TraceReceived {
		return
	}
	g.handled = append(g.handled, e.Peer.Designator)
	if g.closed {
		g.closed = false
		<-g.open
	}
}

// busy is a vat whose loop is stopped, and peers of it.
type busy struct {
	network      *netlayertest.Network
	gate         *gate
	vat          *captp.Vat
	flood, other *rawSession
	release      chan struct{} // lets the methods that wait go on
	done         atomic.Int32  // of these, those that have returned
}

// newBusy returns a vat of which flood has, as answers 1 and 2, a list of 60 KB and an object that does nothing.
func newBusy(t *testing.T, limits captp.Limits, window int) *busy {
	t.Helper()
	network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Window: window})
	b := &busy{network: network, gate: &gate{open: make(chan struct{})}, release: make(chan struct{})}
	b.vat = vatAt(t, network, "vat", captp.WithTracer(b.gate), captp.WithLimits(limits))
	ref, err := captp.Publish(b.vat, object(b.vat, map[string]method{
		"long":    func(context.Context, []any) (any, error) { return slices.Repeat([]any{7}, 30000), nil },
		"nothing": func(context.Context, []any) (any, error) { return nil, nil },
		"wait": func(context.Context, []any) (any, error) {
			<-b.release
			b.done.Add(1)
			return nil, nil
		},
	}, captp.Concurrent()))
	if err != nil {
		t.Fatal(err)
	}
	b.flood = rawDial(t, network, "flood", b.vat, locator.Peer{Transport: netlayertest.Transport, Designator: "flood"})
	b.other = rawDial(t, network, "other", b.vat, locator.Peer{Transport: netlayertest.Transport, Designator: "other"})
	b.flood.say("<10'op:deliver<11'desc:export0+>"+fetch(ref)+"2+f>", "<10'op:deliver<11'desc:answer2+>[4'long]1+f>")
	b.gate.handled, b.gate.closed = nil, true
	b.flood.say("<13'op:gc-answers[]>")
	return b
}

// goOn lets the loop go on to the end, and returns how many operations of flood were handled before the last one of other.
func (b *busy) goOn(t *testing.T) int {
	t.Helper()
	synctest.Wait()
	b.gate.open <- struct{}{}
	synctest.Wait()
	last := slices.Index(b.gate.handled, "other")
	if last < 0 {
		t.Fatal("nothing of the other peer was handled")
	}
	before := 0
	for last = len(b.gate.handled) - 1; b.gate.handled[last] != "other"; last-- {
	}
	for _, who := range b.gate.handled[:last] {
		if who == "flood" {
			before++
		}
	}
	return before
}

// What a peer has sent delays others by a share of it, however much it is, and however much work few octets of it make.
func TestShares(t *testing.T) {
	const n = 500
	var positions strings.Builder
	for range 2048 {
		positions.WriteString("9999+")
	}
	tests := []struct {
		name string
		op   func(b *busy, i int) string
		most int // operations before those of the other peer
	}{
		{"short operations", func(*busy, int) string { return "<13'op:gc-answers[]>" }, 65},
		{"calls", func(*busy, int) string { return "<10'op:deliver<11'desc:answer2+>[7'nothing]ff>" }, 65},
		{"path steps in a long list", func(_ *busy, i int) string {
			return fmt.Sprintf("<8'op:index<11'desc:answer1+>29999+%d+>", 100+i)
		}, 3},
		{"long lists of positions", func(*busy, int) string { return "<13'op:gc-answers[" + positions.String() + "]>" }, 3},
		{"certificates", func(b *busy, i int) string {
			give := handoff.SignGive(b.flood.key, handoff.Give{
				ReceiverKey: b.flood.key.Public(), ExporterLocation: b.flood.location, Session: b.flood.id, GifterSide: b.flood.key.Public().ID(), GiftID: giftID(1),
			})
			receive := b.flood.receive(b.flood.key, give, uint64(i))
			return fmt.Sprintf("<10'op:deliver<11'desc:export0+>%s%d+f>", withdraw(receive), 100+i)
		}, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b := newBusy(t, captp.Limits{UnreadBytes: 64 << 20}, 64<<20)
				var ops []string
				for i := range n {
					ops = append(ops, tt.op(b, i))
				}
				b.flood.say(ops...)
				b.other.say("<13'op:gc-answers[]>")
				if before := b.goOn(t); before > tt.most {
					t.Errorf("%d operations were handled first, want at most %d", before, tt.most)
				}
				if got := len(b.gate.handled); got != n+2 {
					t.Errorf("%d operations were handled in the end, want %d", got, n+2)
				}
			})
		})
	}
}

// A peer whose messages wait is not read from when they are too many. Others are.
func TestUnread(t *testing.T) {
	const (
		length = 4 << 10
		window = 16 << 10 // of the network
		limit  = 256 << 10
	)
	long := fmt.Sprintf("<10'op:deliver<11'desc:answer2+>[7'nothing%d:%s]ff>", length, strings.Repeat("x", length))
	dense := "<13'op:gc-answers[" + strings.Repeat("0+", length/2) + "]>" // takes up five times as much when it is decoded
	tests := []struct {
		name   string
		limits captp.Limits
		op     string
		most   int // messages that are taken: what may wait, what is read at once, and what the network holds
	}{
		{"of one peer", captp.Limits{UnreadBytes: limit}, long, (limit+2*window)/length + 2},
		{"of all peers", captp.Limits{UnreadBytes: 1 << 30, InboxBytes: limit}, long, (limit+2*window)/length + 2},
		{"decoded bytes", captp.Limits{UnreadBytes: limit}, dense, limit/(5*length) + 2*window/length + 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b := newBusy(t, tt.limits, window)
				var sent atomic.Int32
				go func() {
					for range 100 {
						if b.flood.conn.Send([][]byte{[]byte(tt.op)}) == nil {
							sent.Add(1)
						}
					}
				}()
				synctest.Wait()
				if got := int(sent.Load()); got > tt.most {
					t.Errorf("%d messages were taken, want at most %d", got, tt.most)
				}
				b.other.say("<13'op:gc-answers[]>")
				if before := b.goOn(t); before > 65 {
					t.Errorf("%d operations were handled first", before)
				}
				if got := sent.Load(); got != 100 {
					t.Errorf("%d messages were taken in the end, want all", got)
				}
				b.other.say("<13'op:gc-answers[]>")
				if last := b.gate.handled[len(b.gate.handled)-1]; last != "other" || b.flood.isOver() {
					t.Errorf("the vat is not itself again: last operation from %s, session over: %v", last, b.flood.isOver())
				}
			})
		})
	}
}

// What was read before a peer had too much under way waits like what was not.
func TestUnreadWaitsForTurns(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const limit, n = 10, 1000
		b := newBusy(t, captp.Limits{Turns: limit}, 1<<20)
		b.flood.say(slices.Repeat([]string{"<10'op:deliver<11'desc:answer2+>[4'wait]ff>"}, n)...)
		b.gate.open <- struct{}{}
		synctest.Wait()
		if got := b.vat.Stats().Turns; got < limit || got > limit+1 {
			t.Errorf("%d turns at once, want %d", got, limit)
		}
		close(b.release)
		synctest.Wait()
		if got := b.done.Load(); got != n {
			t.Errorf("%d methods were run in the end, want %d", got, n)
		}
	})
}

// A peer that asks for much and does not read it has no more methods run for it than it may when the output is over the soft limit.
func TestUnreadWaitsForOutput(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const limit, turns, n, length = 256 << 10, 5, 200, 60_000
		b := newBusy(t, captp.Limits{OutputSoft: limit, Turns: turns}, 64<<10)
		b.network.Way("vat", "flood").Hold()
		b.flood.say(slices.Repeat([]string{"<10'op:deliver<11'desc:answer2+>[4'long]f<18'desc:import-object9+>>"}, n)...)
		b.gate.open <- struct{}{}
		synctest.Wait()
		unsent := func() int { return b.vat.Stats().KeptBytes }
		if got := unsent(); got < limit || got > limit+4*turns*length {
			t.Errorf("%d bytes are kept, want %d and the results of %d methods", got, limit, turns)
		}
		b.network.Way("vat", "flood").Release()
		time.Sleep(time.Minute)
		if got := len(b.flood.hears()); got < n {
			t.Errorf("%d answers came in the end, want %d", got, n)
		}
	})
}

// Two peers whose methods wait for each other's get through, however few they may have under way.
func TestTurnsThatWaitForEachOther(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const n = 100
		l := captptest.NewLink(t, captp.WithLimits(captp.Limits{Turns: 3}))
		ctx := t.Context()
		side := func(v *captp.Vat) captp.AnyRef {
			return object(v, map[string]method{
				"back": func(ctx context.Context, args []any) (any, error) {
					return captp.Invoke(ctx, args[0].(captp.Ref), captp.Symbol("nothing")).Await(ctx)
				},
				"nothing": func(context.Context, []any) (any, error) { return nil, nil },
			}, captp.Concurrent())
		}
		a, b := side(l.A), side(l.B)
		farB, farA := captptest.Carry(t, l.B, l.A, b), captptest.Carry(t, l.A, l.B, a)
		var answers []*captp.Promise[any]
		for range n {
			answers = append(answers,
				captp.Invoke(ctx, farB.Ref, captp.Symbol("back"), a.Ref), captp.Invoke(ctx, farA.Ref, captp.Symbol("back"), b.Ref))
		}
		for i, p := range answers {
			if _, err := p.Await(ctx); err != nil {
				t.Fatalf("answer %d: %v", i, err)
			}
		}
	})
}

// A peer that asked for much, read nothing and is gone is not kept until somebody would have heard all the answers.
func TestUnreadOfAPeerThatIsGone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const n = 2000
		b := newBusy(t, captp.Limits{OutputSoft: 256 << 10, Turns: 5}, 64<<10)
		b.network.Way("vat", "flood").Hold()
		b.flood.say(slices.Repeat([]string{"<10'op:deliver<11'desc:answer2+>[4'long]f<18'desc:import-object9+>>"}, n)...)
		b.gate.open <- struct{}{}
		synctest.Wait()
		b.network.Cut("flood", "vat")
		time.Sleep(time.Second)
		for _, s := range b.vat.Sessions(-1) {
			if s.Peer.Designator == "flood" {
				t.Errorf("the session of a peer that is gone is there: %+v", s)
			}
		}
	})
}
