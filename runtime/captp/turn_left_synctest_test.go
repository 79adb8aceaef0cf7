package captp_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// leftBehind is a vat with an object whose methods take long, and strangers that call it and hang up.
type leftBehind struct {
	t       *testing.T
	network *netlayertest.Network
	vat     *captp.Vat
	ref     locator.SturdyRef
	begun   atomic.Int32
	given   atomic.Int32 // methods whose context has ended
	release chan struct{}
}

// newLeftBehind returns a vat that allows ten turns, with an object whose methods go on until release is closed or, unless they are
// deaf, their context has ended.
func newLeftBehind(t *testing.T, deaf bool, opts ...captp.ObjectOption) *leftBehind {
	l := &leftBehind{t: t, network: netlayertest.NewNetwork(netlayertest.NetworkOptions{}), release: make(chan struct{})}
	l.vat = vatAt(t, l.network, "vat", captp.WithLimits(captp.Limits{Turns: 10}))
	ref, err := captp.Publish(l.vat, captp.AnyRef{Ref: captp.NewObject(l.vat, captp.HandlerFunc(func(ctx context.Context, _ []any) (any, error) {
		l.begun.Add(1)
		if deaf {
			<-l.release
			return nil, nil
		}
		select {
		case <-l.release:
			return "done", nil
		case <-ctx.Done():
			l.given.Add(1)
			return nil, ctx.Err()
		}
	}), opts...)})
	if err != nil {
		t.Fatal(err)
	}
	l.ref = ref
	return l
}

// call has a new peer call the object some times, and hang up.
func (l *leftBehind) call(times int) {
	peer := l.peer("caller")
	ops := []string{"<10'op:deliver<11'desc:export0+>" + fetch(l.ref) + "1+f>"}
	for range times {
		ops = append(ops, "<10'op:deliver<11'desc:answer1+>[]ff>")
	}
	peer.say(ops...)
	peer.conn.Close()
	synctest.Wait()
}

// peer returns the session of a new peer.
func (l *leftBehind) peer(name string) *rawSession {
	return rawDial(l.t, l.network, name, l.vat, locator.Peer{Transport: netlayertest.Transport, Designator: name})
}

// What a message has begun goes on when its sender is gone.
func TestTurnsOutliveTheirSession(t *testing.T) {
	for name, opts := range map[string][]captp.ObjectOption{"one at a time": nil, "concurrent": {captp.Concurrent()}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				l := newLeftBehind(t, false, opts...)
				l.call(5)
				l.call(5)
				if got := l.given.Load(); got != 0 {
					t.Errorf("%d contexts have ended", got)
				}
				close(l.release)
				synctest.Wait()
				if begun, st := l.begun.Load(), l.vat.Stats(); begun != 10 || l.given.Load() != 0 || st.Turns != 0 {
					t.Errorf("%d methods were run, of 10; %d contexts have ended; %d turns are left", begun, l.given.Load(), st.Turns)
				}
			})
		})
	}
}

// Who calls, hangs up and calls again does not have turns pile up.
func TestTurnsDoNotPileUp(t *testing.T) {
	for name, opts := range map[string][]captp.ObjectOption{"one at a time": nil, "concurrent": {captp.Concurrent()}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				l := newLeftBehind(t, false, opts...)
				const sessions = 20
				for i := range sessions {
					l.call(5)
					if st := l.vat.Stats(); st.Turns > 10 {
						t.Fatalf("%d turns after %d sessions", st.Turns, i+1)
					}
				}
				close(l.release)
				synctest.Wait()
				if st := l.vat.Stats(); st.Turns != 0 || st.Conns != 0 {
					t.Errorf("something is left: %+v", st)
				}
				if begun := int(l.begun.Load()); opts == nil && begun > 2*sessions+10 {
					t.Errorf("%d methods were run of which nobody hears", begun)
				}
			})
		})
	}
}

// What waits behind the turn of a session that lasts is given up as well: it does not pile up, and it keeps nobody else from being served.
func TestTurnsBehindOneThatLasts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := newLeftBehind(t, false)
		lasting := l.peer("lasting")
		lasting.say("<10'op:deliver<11'desc:export0+>"+fetch(l.ref)+"1+f>", "<10'op:deliver<11'desc:answer1+>[]ff>")
		for range 100 {
			l.call(5)
		}
		if st := l.vat.Stats(); st.Turns > 1+10 {
			t.Errorf("%d turns, want one and at most ten that were left behind", st.Turns)
		}
		close(l.release)
		synctest.Wait()
		if begun, st := l.begun.Load(), l.vat.Stats(); begun > 1+10 || l.given.Load() != 0 || st.Turns != 0 {
			t.Errorf("%d methods were run, %d contexts have ended, %d turns are left", begun, l.given.Load(), st.Turns)
		}
	})
}

// Methods that do not return although their context has ended are not joined by more and more.
func TestDeafTurnsAreBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := newLeftBehind(t, true, captp.Concurrent())
		for range 100 {
			l.call(5)
		}
		if st := l.vat.Stats(); st.Turns > 170 {
			t.Errorf("%d turns", st.Turns)
		}
		honest := l.peer("honest")
		if got := honest.ask(fetch(l.ref)); !strings.HasPrefix(got, "fulfill") {
			t.Fatalf("the bootstrap object does not answer: %q", got)
		}
		call := func() string {
			honest.say(fmt.Sprintf("<10'op:deliver<11'desc:export0+>%s2+f>", fetch(l.ref)))
			honest.resolver++
			honest.say(fmt.Sprintf("<10'op:deliver<11'desc:answer2+>[]f<18'desc:import-object%d+>>", 1000+honest.resolver))
			honest.say("<13'op:gc-answers[2+]>")
			return honest.told(1000 + honest.resolver)
		}
		if got := call(); !strings.Contains(got, "busy") {
			t.Errorf("told %q", got)
		}
		close(l.release)
		if got := call(); !strings.HasPrefix(got, "fulfill") {
			t.Errorf("told %q when the methods have returned", got)
		}
	})
}

// A method may go on for what it has to do in any case.
func TestTurnWithoutCancel(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		v := vatAt(t, network, "vat", captp.WithLimits(captp.Limits{Turns: 1}))
		p, r := captp.NewPromise[any](v)
		errs := make(chan error, 4)
		ref, err := captp.Publish(v, captp.AnyRef{Ref: captp.NewObject(v, captp.HandlerFunc(func(ctx context.Context, _ []any) (any, error) {
			_, err := p.Await(context.WithoutCancel(ctx))
			errs <- err
			return nil, err
		}))})
		if err != nil {
			t.Fatal(err)
		}
		l := &leftBehind{t: t, network: network, vat: v, ref: ref}
		l.call(1)
		l.call(1)
		r.Fulfill(1)
		synctest.Wait()
		for range 2 {
			select {
			case err := <-errs:
				if err != nil {
					t.Error(err)
				}
			default:
				t.Error("a method has not returned")
			}
		}
	})
}
