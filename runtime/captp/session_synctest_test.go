package captp_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

func TestLostSession(t *testing.T) {
	ends := map[string]func(l *captptest.Link){
		"cut":            func(l *captptest.Link) { l.Cut() },
		"peer closed":    func(l *captptest.Link) { l.B.Close() },
		"closed by us":   func(l *captptest.Link) { l.A.Close() },
		"peer shut down": func(l *captptest.Link) { l.B.Shutdown(context.Background()) },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				l := captptest.NewLink(t)
				ctx := t.Context()
				far := captptest.Carry(t, l.B, l.A, toolbox(l.B))
				waits := captp.Invoke(ctx, far.Ref, captp.Symbol("never"))
				pipe := captp.InvokeRef(ctx, far.Ref, captp.Symbol("never"))
				behind := captp.Invoke(ctx, pipe.Cap().Ref, captp.Symbol("add"), 1, 2)
				broken, brokenPipe := captp.Broken(far), captp.Broken(pipe.Cap())
				synctest.Wait()
				go end(l)
				for i, p := range []*captp.Promise[any]{waits, behind} {
					if _, err := p.Await(ctx); !errors.Is(err, net.ErrClosed) {
						t.Errorf("promise %d: got error %v", i, err)
					}
				}
				if _, err := pipe.Await(ctx); !errors.Is(err, net.ErrClosed) {
					t.Errorf("reference: got error %v", err)
				}
				<-broken
				<-brokenPipe
				if _, err := captp.Invoke(ctx, far.Ref, captp.Symbol("add"), 1, 2).Await(ctx); !errors.Is(err, net.ErrClosed) {
					t.Errorf("a later call: got error %v", err)
				}
			})
		})
	}
}

func TestReconnect(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := captptest.NewLink(t)
		ctx := t.Context()
		ref, err := captp.Publish(l.B, toolbox(l.B))
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			room := captp.Enliven[anyRef](ctx, l.A, ref)
			if got, err := captp.Invoke(ctx, room.Cap().Ref, captp.Symbol("add"), 1, 2).Await(ctx); got != int64(3) || err != nil {
				t.Errorf("got %v, %v", got, err)
			}
			settled, err := room.Await(ctx)
			if err != nil {
				t.Fatal(err)
			}
			l.Cut()
			<-captp.Broken(settled)
			l.Mend()
		}
	})
}

func TestEnlivenFails(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := captptest.NewLink(t)
		ctx := t.Context()
		ref, err := captp.Publish(l.B, toolbox(l.B))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := captp.Enliven[anyRef](ctx, l.A, ref).Await(ctx); err != nil {
			t.Fatal(err)
		}
		l.B.Unpublish(ref.Swiss)
		synctest.Wait()
		if _, err := captp.Enliven[anyRef](ctx, l.A, ref).Await(ctx); err == nil {
			t.Error("what is no longer published can be had")
		}
		l.Cut()
		synctest.Wait()
		_, err = captp.Enliven[anyRef](ctx, l.A, ref).Await(ctx)
		var dial *captp.DialError
		if !errors.As(err, &dial) {
			t.Errorf("over a cut network: got error %v", err)
		}
		if err := l.A.Connect(ctx, ref.Peer); !errors.As(err, &dial) {
			t.Errorf("connect over a cut network: got error %v", err)
		}
	})
}

func TestEnlivenOwn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := captptest.NewLink(t)
		own := toolbox(l.A)
		ref, err := captp.Publish(l.A, own)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := captp.Enliven[anyRef](t.Context(), l.A, ref).Await(t.Context()); got != own || err != nil {
			t.Errorf("got %v, %v", got, err)
		}
		if n := l.A.Stats().Sessions; n != 0 {
			t.Errorf("%d sessions for it", n)
		}
	})
}

// steps delivers so many messages, one after the other.
func steps(l *captptest.Link, n int) {
	for range n {
		synctest.Wait()
		l.Step()
	}
	synctest.Wait()
}

func TestCloseInAnyState(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for step := range 40 {
			l := captptest.NewLink(t)
			l.Hold()
			ctx := t.Context()
			ref, err := captp.Publish(l.B, toolbox(l.B))
			if err != nil {
				t.Fatal(err)
			}
			room := captp.Enliven[anyRef](ctx, l.A, ref).Cap()
			var answers []*captp.Promise[any]
			for range 5 {
				answers = append(answers, captp.Invoke(ctx, room.Ref, captp.Symbol("call"), toolbox(l.A), captp.Symbol("add"), 1, 2))
			}
			steps(l, step)
			if step%2 == 0 {
				l.Cut()
			} else {
				l.B.Close()
			}
			l.Release()
			for _, p := range answers {
				p.Await(ctx) // comes to an end, one way or the other
			}
			l.A.Close()
			l.B.Close()
			if st := l.A.Stats(); st != (captp.Stats{}) {
				t.Errorf("closed after %d messages: %+v", step, st)
			}
		}
	})
}

func TestShutdownLetsTurnsEnd(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, _ := captptest.Pair(t)
		d := newDiary()
		answer := captp.Invoke(t.Context(), sleeper(a, d).Ref, captp.Symbol("sleep"), "a")
		synctest.Wait()
		if err := a.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := answer.Await(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestShutdownLosesPatience(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, _ := captptest.Pair(t)
		stuck := object(a, map[string]method{"wait": func(ctx context.Context, _ []any) (any, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}})
		answer := captp.Invoke(t.Context(), stuck.Ref, captp.Symbol("wait"))
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := a.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got error %v", err)
		}
		if _, err := answer.Await(t.Context()); err == nil {
			t.Error("the turn has a result")
		}
	})
}

func TestClosedVat(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, _ := captptest.Pair(t)
		ctx := t.Context()
		own := toolbox(a)
		open, r := captp.NewPromise[string](a)
		ref, err := captp.Publish(a, own)
		if err != nil {
			t.Fatal(err)
		}
		broken := captp.Broken(own)
		waiting := make(chan error)
		go func() {
			_, err := open.Await(ctx)
			waiting <- err
		}()
		synctest.Wait()
		a.Close()
		a.Close()
		<-broken
		late, _ := captp.NewPromise[string](a)
		_, err1 := captp.Invoke(ctx, own.Ref, captp.Symbol("add"), 1, 2).Await(ctx)
		_, err2 := captp.InvokeRef(ctx, own.Ref, captp.Symbol("make")).Await(ctx)
		_, err3 := captp.Enliven[anyRef](ctx, a, ref).Await(ctx)
		_, err4 := captp.Publish(a, own)
		_, err5 := late.Await(ctx)
		_, err6 := captp.Invoke(ctx, own.Ref, captp.Symbol("add"), 1, 2).Get("x").Await(ctx)
		for i, err := range []error{
			<-waiting, err1, err2, err3, err4, err5, err6, a.Connect(ctx, ref.Peer), captp.InvokeTell(ctx, own.Ref, captp.Symbol("add"), 1, 2),
		} {
			if !errors.Is(err, captp.ErrClosed) {
				t.Errorf("case %d: got error %v", i, err)
			}
		}
		r.Fulfill("nobody hears")
		captp.Release(own)
		a.Unpublish(ref.Swiss)
	})
}

// A session whose peer begins a message and does not go on is aborted, not lost.
func TestHalfMessageEnds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := newWires()
		v, err := captp.New(captp.WithNetlayer(network.peer("vat")), captp.WithLimits(captp.Limits{IdleTime: -1}))
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		end, err := network.peer("peer").dial(peerNamed("vat"))
		if err != nil {
			t.Fatal(err)
		}
		s := newRawSession(t, end.stream("vat"), peerNamed("peer"))
		if _, err := fmt.Fprint(end, "100:<10'op:deliver"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(netlayer.DefaultMessageTime - 1)
		if s.isOver() {
			t.Fatal("the session is over too early")
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if !s.isOver() || v.Totals().Aborted != 1 {
			t.Errorf("the session is over: %v; counts: %+v", s.isOver(), v.Totals())
		}
	})
}
