package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/examples/chat/chatcap"
)

// listener is a member to whom a test tells news, none of which can be read in the end: which ones they are is told by their errors.
type listener struct {
	*membership
	mu   sync.Mutex
	seen []string
}

// listen lets a member listen until the test ends.
func listen(t *testing.T) *listener {
	m := &membership{
		log: slog.New(slog.DiscardHandler), heard: make(chan *news), events: make(chan event), over: make(chan struct{}),
		explained: make(chan struct{}), present: make(map[chatcap.User]*presence),
	}
	l := &listener{membership: m}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	go m.explain(ctx)
	go func() {
		for {
			select {
			case e := <-m.events:
				l.mu.Lock()
				l.seen = append(l.seen, e.err.Error())
				l.mu.Unlock()
			case <-ctx.Done():
				return
			}
		}
	}()
	return l
}

// tells tells news that are learned after a time, or never, and returns how to see whether they were given up.
func (l *listener) tells(name string, after time.Duration) (givenUp *atomic.Bool) {
	n := &news{kind: eventMessage, at: time.Now(), learned: make(chan struct{})}
	givenUp = new(atomic.Bool)
	n.giveUp = func() {
		if givenUp.CompareAndSwap(false, true) {
			n.err = errors.New(name + " given up")
			close(n.learned)
		}
	}
	if after >= 0 {
		time.AfterFunc(after, func() {
			if !givenUp.Load() {
				n.err = errors.New(name)
				close(n.learned)
			}
		})
	}
	l.heard <- n
	return givenUp
}

// sees checks what became of the news so far.
func (l *listener) sees(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	if diff := cmp.Diff(want, l.seen); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestNewsAreShownInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := listen(t)
		l.tells("one", 2*time.Second)
		l.tells("two", 0)
		l.tells("three", time.Second)
		time.Sleep(1999 * time.Millisecond)
		l.sees(t)
		time.Sleep(time.Millisecond)
		l.sees(t, "one", "two", "three")
	})
}

// TestNewsThatTakeLong are overtaken, but not by each other.
func TestNewsThatTakeLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := listen(t)
		l.tells("slow", 20*time.Second)
		time.Sleep(time.Second)
		l.tells("also slow", 10*time.Second)
		l.tells("fast", 0)
		time.Sleep(patience)
		l.sees(t, "fast")
		l.tells("later", 0)
		l.sees(t, "fast", "later")
		time.Sleep(9 * time.Second)
		l.sees(t, "fast", "later")
		time.Sleep(5 * time.Second)
		l.sees(t, "fast", "later", "slow", "also slow")
	})
}

// TestNewsThatNeverCome are given up when there are too many of them.
func TestNewsThatNeverCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := listen(t)
		var givenUp []*atomic.Bool
		for range maxHeld {
			givenUp = append(givenUp, l.tells("never", -1))
		}
		var told atomic.Bool
		go func() {
			l.tells("fast", 0)
			told.Store(true)
		}()
		time.Sleep(patience - time.Millisecond)
		synctest.Wait()
		if told.Load() || givenUp[0].Load() {
			t.Error("more is held than there may be, or something is given up too early")
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if !told.Load() || !givenUp[0].Load() || !givenUp[1].Load() || givenUp[2].Load() { // one for what was told, and one for what may come next
			t.Errorf("told %t, given up %t, %t and %t", told.Load(), givenUp[0].Load(), givenUp[1].Load(), givenUp[2].Load())
		}
		l.sees(t, "never given up", "never given up", "fast")
	})
}

// TestExplainEnds checks that what was told before the membership was over is still shown, and that nothing goes on then.
func TestExplainEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := listen(t)
		l.tells("last", 3*time.Second)
		l.end()
		l.end()
		synctest.Wait()
		select {
		case <-l.explained:
			t.Error("it ends before everything is explained")
		default:
		}
		time.Sleep(3 * time.Second)
		l.sees(t, "last")
		select {
		case <-l.explained:
		default:
			t.Error("it goes on")
		}
	})
}
