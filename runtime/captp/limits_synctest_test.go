package captp_test

import (
	"context"
	"errors"
	"math/big"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// bulk returns a far object that answers with as many bytes as it is asked for, and one that takes its time.
func bulk(v *captp.Vat) anyRef {
	return object(v, map[string]method{
		"give": func(_ context.Context, args []any) (any, error) { return make([]byte, args[0].(int64)), nil },
		"take": func(context.Context, []any) (any, error) { return nil, nil },
		"wait": func(context.Context, []any) (any, error) {
			time.Sleep(time.Second)
			return nil, nil
		},
	}, captp.Concurrent())
}

func TestPeerThatDoesNotRead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := captptest.NewLink(t, captp.WithLimits(captp.Limits{OutputSoft: 1 << 20, OutputHard: 4 << 20}))
		ctx := t.Context()
		far := captptest.Carry(t, l.B, l.A, bulk(l.B))
		l.Network.Way(captptest.NameB, captptest.NameA).Hold()
		var answers []*captp.Promise[any]
		for range 10 {
			answers = append(answers, captp.Invoke(ctx, far.Ref, captp.Symbol("give"), 1<<20))
		}
		start := time.Now()
		time.Sleep(10 * time.Second)
		if st := l.B.Stats(); st.Up != 1 {
			t.Errorf("the session ended after %v", time.Since(start))
		}
		time.Sleep(time.Minute)
		if st := l.B.Stats(); st.Up != 0 || st.Conns != 0 {
			t.Errorf("the session is still there after %v: %+v", time.Since(start), st)
		}
		l.Network.Way(captptest.NameB, captptest.NameA).Release()
		for _, p := range answers {
			p.Await(ctx)
		}
	})
}

func TestOutputSlowsReadingDown(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := captptest.NewLink(t, captp.WithLimits(captp.Limits{
			OutputSoft: 1 << 20, TargetBytes: 1 << 30, SessionBytes: 1 << 30,
		}))
		ctx := t.Context()
		var taken atomic.Int32
		far := captptest.Carry(t, l.B, l.A, object(l.B, map[string]method{
			"give": func(context.Context, []any) (any, error) { return make([]byte, 1<<20), nil },
			"take": func(context.Context, []any) (any, error) { taken.Add(1); return nil, nil },
		}))
		back := l.Network.Way(captptest.NameB, captptest.NameA)
		back.Hold()
		var answer *captp.Promise[any]
		for range 8 {
			answer = captp.Invoke(ctx, far.Ref, captp.Symbol("give"))
		}
		synctest.Wait()
		const n = 100
		var last *captp.Promise[any]
		for range n {
			last = captp.Invoke(ctx, far.Ref, captp.Symbol("take"), make([]byte, 512<<10))
		}
		synctest.Wait()
		if got := taken.Load(); got > 10 {
			t.Errorf("%d messages were read although the peer reads nothing", got)
		}
		time.Sleep(200 * time.Millisecond)
		if got := taken.Load(); got == 0 || got > n/2 {
			t.Errorf("%d messages were read after a while", got)
		}
		back.Release()
		if _, err := answer.Await(ctx); err != nil {
			t.Error(err)
		}
		if _, err := last.Await(ctx); err != nil || taken.Load() != n {
			t.Errorf("%d messages were read in the end: %v", taken.Load(), err)
		}
	})
}

func TestBothSidesSendMuch(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := captptest.NewLink(t, captp.WithLimits(captp.Limits{OutputSoft: 1 << 20, OutputHard: 2 << 20}))
		ctx := t.Context()
		there := captptest.Carry(t, l.B, l.A, bulk(l.B))
		here := captptest.Carry(t, l.A, l.B, bulk(l.A))
		var answers []*captp.Promise[any]
		for range 20 {
			answers = append(answers,
				captp.Invoke(ctx, there.Ref, captp.Symbol("give"), 1<<20), captp.Invoke(ctx, here.Ref, captp.Symbol("give"), 1<<20))
		}
		for i, p := range answers {
			if _, err := p.Await(ctx); err != nil {
				t.Fatalf("answer %d: %v", i, err)
			}
		}
	})
}

func TestTurnsLimitSlowsDown(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := captptest.NewLink(t, captp.WithLimits(captp.Limits{Turns: 10}))
		ctx := t.Context()
		far := captptest.Carry(t, l.B, l.A, bulk(l.B))
		const n = 200
		var answers []*captp.Promise[any]
		for range n {
			answers = append(answers, captp.Invoke(ctx, far.Ref, captp.Symbol("wait")))
			synctest.Wait()
		}
		if st := l.B.Stats(); st.Turns >= n {
			t.Errorf("%d turns run at once", st.Turns)
		}
		for _, p := range answers {
			if _, err := p.Await(ctx); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestTurnBytesLimit(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := captptest.NewLink(t, captp.WithLimits(captp.Limits{TurnBytes: 100 << 10}))
		ctx := t.Context()
		done := make(chan struct{})
		stuck := captp.NewObject(l.B, captp.HandlerFunc(func(context.Context, []any) (any, error) {
			<-done
			return nil, nil
		}))
		far := captptest.Carry(t, l.B, l.A, captp.AnyRef{Ref: stuck})
		var answers []*captp.Promise[any]
		for range 20 {
			answers = append(answers, captp.Invoke(ctx, far.Ref, make([]byte, 30<<10)))
			synctest.Wait()
		}
		if n := l.B.Stats().Turns; n > 4 {
			t.Errorf("%d turns of 34 KiB each are under way, although 100 KiB are the limit for reading on", n)
		}
		for _, p := range answers { // time passes, so that what is held goes on a little
			if _, err := p.Await(ctx); err == nil {
				t.Error("a message to a stuck object was answered")
			}
		}
		if n := l.B.Stats().Turns; n > 13 {
			t.Errorf("%d turns of 34 KiB each are under way, although the session should have ended at 400 KiB", n)
		}
		close(done)
		if err := l.A.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestMessageBytesLimit(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := captptest.NewLink(t, captp.WithLimits(captp.Limits{MessageBytes: 64 << 10}))
		ctx := t.Context()
		far := captptest.Carry(t, l.B, l.A, bulk(l.B))
		var long *captp.EncodeError
		if _, err := captp.Invoke(ctx, far.Ref, captp.Symbol("take"), make([]byte, 64<<10)).Await(ctx); !errors.As(err, &long) {
			t.Errorf("an argument that is too long: %v", err)
		}
		var broken *captp.BrokenError
		if _, err := captp.Invoke(ctx, far.Ref, captp.Symbol("give"), 64<<10).Await(ctx); !errors.As(err, &broken) {
			t.Errorf("a result that is too long: %v", err)
		}
		if _, err := captp.Invoke(ctx, far.Ref, captp.Symbol("give"), 63<<10).Await(ctx); err != nil {
			t.Errorf("a result that is as long as may be: %v", err)
		}
	})
}

func TestSendingIsHeldToTheLimits(t *testing.T) {
	nested := func(levels int) any {
		var v any = []any{}
		for range levels - 1 {
			v = []any{v}
		}
		return v
	}
	bubble(t, func(t *testing.T) {
		limits := captp.Limits{Depth: 20, Digits: 30, Items: 40, References: 5}
		l := captptest.NewLink(t, captp.WithLimits(limits))
		ctx := t.Context()
		far := captptest.Carry(t, l.B, l.A, toolbox(l.B))
		own := toolbox(l.A)
		tests := []struct {
			name  string
			value func(excess int) any
		}{
			{"Depth", func(excess int) any { return nested(20 - 3 + excess) }}, // within operation, [fulfill ...] and arguments
			{"Digits", func(excess int) any { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(29+excess)), nil) }},
			{"Items", func(excess int) any { return make([]bool, 40+excess) }},
			{"References", func(excess int) any { return slices.Repeat([]any{own}, 5+excess) }},
		}
		for _, tt := range tests {
			if _, err := captp.Invoke(ctx, far.Ref, captp.Symbol("first"), tt.value(0)).Await(ctx); err != nil {
				t.Errorf("%s: at the limit: %v", tt.name, err)
			}
			_, err := captp.Invoke(ctx, far.Ref, captp.Symbol("first"), tt.value(1)).Await(ctx)
			var encode *captp.EncodeError
			if !errors.As(err, &encode) || !strings.Contains(encode.Reason, tt.name) {
				t.Errorf("%s: over the limit: %v", tt.name, err)
			}
		}
		if _, err := captp.Invoke(ctx, far.Ref, captp.Symbol("first"), 1).Await(ctx); err != nil {
			t.Errorf("the session is lost: %v", err)
		}
	})
}

func TestPeerThatSendsTooMuchAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		b, err := captp.New(captp.WithNetlayer(n.Peer("b")), captp.WithLimits(captp.Limits{MessageBytes: 64 << 10}))
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		a, err := captp.New(captp.WithNetlayer(n.Peer("a")))
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		far := captptest.Carry(t, b, a, bulk(b))
		_, err = captp.Invoke(t.Context(), far.Ref, captp.Symbol("take"), make([]byte, 1<<20)).Await(t.Context())
		var ended *captp.SessionError
		if !errors.As(err, &ended) || !ended.Remote || ended.Reason != "limit MessageBytes exceeded" {
			t.Errorf("got error %v", err)
		}
	})
}

func TestInboxLimit(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := captptest.NewLink(t, captp.WithLimits(captp.Limits{InboxBytes: 1}))
		ctx := t.Context()
		far := captptest.Carry(t, l.B, l.A, bulk(l.B))
		var answers []*captp.Promise[any]
		for range 100 {
			answers = append(answers, captp.Invoke(ctx, far.Ref, captp.Symbol("give"), 1<<10))
		}
		for _, p := range answers {
			if _, err := p.Await(ctx); err != nil {
				t.Fatal(err)
			}
		}
	})
}
