package captp_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"sync"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// ledger counts how often each call was handled.
type ledger struct {
	mu    sync.Mutex
	count map[int64]int
}

func (l *ledger) enter(id int64) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count[id]++
	return l.count[id]
}

// TestCuts cuts the network at a random time in each of many rounds of calls. Every call has one outcome, and is handled
// once at most; exactly once if it was answered.
func TestCuts(t *testing.T) {
	rounds, calls := 60, 100
	if testing.Short() {
		rounds = 10
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	l := captptest.NewLink(t)
	ctx := t.Context()
	book := &ledger{count: map[int64]int{}}
	ref, err := captp.Publish(l.B, object(l.B, map[string]method{
		"enter": func(ctx context.Context, args []any) (any, error) {
			book.enter(args[0].(int64))
			return captp.Invoke(ctx, args[1].(captp.Ref), captp.Symbol("first"), args[0]).Await(ctx)
		},
	}))
	if err != nil {
		t.Fatal(err)
	}
	id := int64(0)
	answered := 0
	for range rounds {
		l.Mend()
		far := captp.Enliven[anyRef](ctx, l.A, ref).Cap()
		if random.IntN(4) > 0 {
			if _, err := captp.Resolve(ctx, far); err != nil {
				continue // it was asked of the session that is about to end
			}
		}
		own := toolbox(l.A)
		var pending []*captp.Promise[any]
		first := id + 1
		cutAt := random.IntN(2 * calls)
		for i := range calls {
			if i == cutAt {
				l.Cut()
			}
			id++
			pending = append(pending, captp.Invoke(ctx, far.Ref, captp.Symbol("enter"), id, own))
		}
		for i, p := range pending {
			if i == cutAt-calls {
				l.Cut()
			}
			id := first + int64(i)
			switch got, err := p.Await(ctx); {
			case err == nil && got == id:
				answered++
				if book.enter(id) != 2 {
					t.Errorf("call %d was answered, but not handled once", id)
				}
			case err == nil:
				t.Errorf("call %d: got the answer %v of another one", id, got)
			case !errors.Is(err, net.ErrClosed) && !errors.As(err, new(*captp.DialError)) && !errors.As(err, new(*captp.BrokenError)):
				t.Errorf("call %d: got error %v", id, err)
			}
		}
		l.Cut()
	}
	t.Logf("%d of %d calls were answered", answered, id)
	book.mu.Lock() // what was sent before a cut may still be handled
	defer book.mu.Unlock()
	for id, n := range book.count {
		if n > 2 {
			t.Errorf("call %d was handled more than once", id)
		}
	}
}
