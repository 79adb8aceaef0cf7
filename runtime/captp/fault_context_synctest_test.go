package captp_test

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// waitingCalls has a call of every exported function that waits for as long as its context lets it. It returns what the context did to it.
var waitingCalls = map[string]func(ctx context.Context, s *waitScene) error{
	"Promise.Await": func(ctx context.Context, s *waitScene) error {
		_, err := s.call("add", 1, 2).Await(ctx)
		return err
	},
	"Promise.Await of several": func(ctx context.Context, s *waitScene) error {
		p, errs := s.call("add", 1, 2), make(chan error)
		for range 3 {
			go func() {
				_, err := p.Await(ctx)
				errs <- err
			}()
		}
		return errors.Join(<-errs, <-errs, <-errs)
	},
	"Promise.Await in a turn": func(ctx context.Context, s *waitScene) error {
		var err error
		own := object(s.guest, map[string]method{"wait": func(turn context.Context, _ []any) (any, error) {
			turn, cancel := context.WithCancel(turn)
			defer context.AfterFunc(ctx, cancel)()
			_, err = s.call("add", 1, 2).Await(turn)
			return nil, nil
		}})
		_ = captp.Invoke(context.Background(), own.Ref, captp.Symbol("wait")).Wait(context.Background())
		return err
	},
	"Promise.Wait": func(ctx context.Context, s *waitScene) error { return s.call("add", 1, 2).Wait(ctx) },
	"Pipe.Await": func(ctx context.Context, s *waitScene) error {
		_, err := captp.InvokeRef(context.Background(), s.other.Ref, captp.Symbol("make")).Await(ctx)
		return err
	},
	"Resolve": func(ctx context.Context, s *waitScene) error {
		_, err := captp.Resolve(ctx, s.made())
		return err
	},
	"Same": func(ctx context.Context, s *waitScene) error {
		_, err := captp.Same(ctx, s.made(), s.made())
		return err
	},
	"Enliven": func(ctx context.Context, s *waitScene) error {
		_, err := captp.Enliven[anyRef](ctx, s.guest, s.ref).Await(ctx)
		return err
	},
	"Vat.Connect":  func(ctx context.Context, s *waitScene) error { return s.guest.Connect(ctx, peerNamed("stranger")) },
	"Vat.Shutdown": func(ctx context.Context, s *waitScene) error { return s.guest.Shutdown(ctx) },
	"Keep":         func(ctx context.Context, s *waitScene) error { return keepOn(ctx, s.guest, s.ref) },
	"Keep of an unknown object": func(ctx context.Context, s *waitScene) error {
		return keepOn(ctx, s.guest, locator.SturdyRef{Peer: s.ref.Peer, Swiss: locator.NewSwissNumber([]byte("unknown"))})
	},
	"Keep of an absent peer": func(ctx context.Context, s *waitScene) error {
		return keepOn(ctx, s.guest, locator.SturdyRef{Peer: peerNamed("nobody"), Swiss: s.ref.Swiss})
	},
	"Stream.Send": func(ctx context.Context, s *waitScene) error {
		for to := newStream(s.far); ; {
			if err := to.first(ctx); err != nil {
				return err
			}
		}
	},
	"Stream.Flush": func(ctx context.Context, s *waitScene) error {
		to := newStream(s.other)
		if err := to.first(context.Background()); err != nil {
			return err
		}
		return to.Flush(ctx)
	},
	"Eventually": func(ctx context.Context, s *waitScene) error {
		for {
			m := captp.Eventually(ctx, s.far).Begin("[5'first")
			m.Int(1)
			if p := captp.Call(m, (*captp.Decoder).Any); ctx.Err() != nil {
				return p.Wait(context.Background())
			}
		}
	},
	"Invoke": func(ctx context.Context, s *waitScene) error {
		for {
			if p := captp.Invoke(ctx, s.far.Ref, captp.Symbol("add"), 1, 2); ctx.Err() != nil {
				return p.Wait(context.Background())
			}
		}
	},
	"InvokeRef": func(ctx context.Context, s *waitScene) error {
		for {
			if p := captp.InvokeRef(ctx, s.far.Ref, captp.Symbol("make")); ctx.Err() != nil {
				_, err := p.Await(context.Background())
				return err
			}
		}
	},
	"InvokeTell": func(ctx context.Context, s *waitScene) error {
		for {
			if err := captp.InvokeTell(ctx, s.far.Ref, captp.Symbol("first"), "text"); err != nil {
				return err
			}
		}
	},
	"NewEvents": func(ctx context.Context, s *waitScene) error {
		for range captp.NewEvents[int](ctx, s.guest, 0).All() {
			return errors.New("there is an event")
		}
		return ctx.Err()
	},
	"Events.Put": func(ctx context.Context, s *waitScene) error {
		return captp.NewEvents[int](context.Background(), s.guest, 0).Put(ctx, 1)
	},
}

// keepOn follows a reference until the context ends.
func keepOn(ctx context.Context, v *captp.Vat, ref locator.SturdyRef) error {
	for _, err := range captp.Keep[anyRef](ctx, v, ref) {
		_ = err // it is tried again
	}
	return ctx.Err()
}

// first sends a message that a toolbox answers.
func (s *stream) first(ctx context.Context) error {
	m := s.Begin("[5'first")
	m.Int(1)
	return s.Send(ctx, m)
}

// waitScene is a guest that has called a house before.
type waitScene struct {
	network    *netlayertest.Network
	guest      *captp.Vat
	ref        locator.SturdyRef
	far, other anyRef
}

func (s *waitScene) call(selector string, args ...any) *captp.Promise[any] {
	return captp.Invoke(context.Background(), s.other.Ref, append([]any{captp.Symbol(selector)}, args...)...)
}

// made returns a reference that is a promise until the house has answered.
func (s *waitScene) made() anyRef {
	return captp.InvokeRef(context.Background(), s.other.Ref, captp.Symbol("make")).Cap()
}

// hold keeps everything from arriving, dials included, or lets it arrive.
func (s *waitScene) hold(held bool) {
	for _, ends := range [][2]string{{"guest", "house"}, {"guest", "stranger"}} {
		for _, w := range []*netlayertest.Way{s.network.Way(ends[0], ends[1]), s.network.Way(ends[1], ends[0])} {
			if held {
				w.Hold()
				w.HoldDials()
			} else {
				w.Release()
				w.ReleaseDials()
			}
		}
	}
}

// Who waits goes on as soon as the context ends, whenever that is, and leaves nothing behind.
func TestContextEndsAnyWait(t *testing.T) {
	random := seeded(t)
	for name, wait := range waitingCalls {
		t.Run(name, func(t *testing.T) {
			limit := 100 * time.Millisecond
			if name == "Vat.Shutdown" {
				limit = 2 * captp.DefaultLimits().DrainTime
			}
			for range 4 {
				for _, held := range []bool{true, false} {
					moment := time.Duration(random.IntN(2_000_000)) * time.Microsecond
					bubble(t, func(t *testing.T) { expectEnds(t, wait, held, moment, limit) })
					if t.Failed() {
						t.Fatalf("held %v, after %v", held, moment)
					}
				}
			}
		})
	}
}

// expectEnds lets a context end after a time while a call waits, and the call before a limit. If the network is held, there is nothing
// else that could let the call go on.
func expectEnds(t *testing.T, wait func(context.Context, *waitScene) error, held bool, moment, limit time.Duration) {
	s := &waitScene{network: netlayertest.NewNetwork(netlayertest.NetworkOptions{Window: 1000, Latency: 10 * time.Millisecond})}
	house := vatAt(t, s.network, "house")
	vatAt(t, s.network, "stranger")
	s.guest = vatAt(t, s.network, "guest", captp.WithLimits(captp.Limits{TargetMessages: 3, SessionMessages: 20, HandshakeTime: time.Hour}))
	var err error
	if s.ref, err = captp.Publish(house, toolbox(house)); err != nil {
		t.Fatal(err)
	}
	s.far, s.other = captptest.Carry(t, house, s.guest, toolbox(house)), captptest.Carry(t, house, s.guest, toolbox(house))
	if held {
		s.hold(true)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- wait(ctx, s) }()
	time.Sleep(moment)
	cancel()
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) && (held || err != nil) {
			t.Errorf("got error %v", err)
		}
	case <-time.After(limit):
		t.Error("it waits on")
	}
	s.hold(false)
	time.Sleep(time.Second)
	if held && s.guest.Stats().Up > 0 {
		if got, err := s.call("add", 1, 2).Await(t.Context()); got != int64(3) {
			t.Errorf("afterwards: got %v, error %v", got, err)
		}
	}
	for _, peer := range []string{"house", "stranger"} {
		s.guest.Disconnect(peerNamed(peer))
	}
	time.Sleep(captp.DefaultLimits().DrainTime + time.Second)
	synctest.Wait()
	if st := s.guest.Stats(); !isEmpty(st) {
		t.Errorf("the guest has %+v", st)
	}
	if st := house.Stats(); !isEmpty(st) {
		t.Errorf("the house has %+v", st)
	}
}

// Every exported function with a context is in the table, but for those that do not wait.
func TestEveryWaitIsTested(t *testing.T) {
	doesNotWait := map[string]bool{"VatOf": true}
	files := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !fn.Name.IsExported() || len(fn.Type.Params.List) == 0 || types.ExprString(fn.Type.Params.List[0].Type) != "context.Context" {
				continue
			}
			name := fn.Name.Name
			if fn.Recv != nil {
				on, _, _ := strings.Cut(strings.TrimPrefix(types.ExprString(fn.Recv.List[0].Type), "*"), "[")
				if !ast.IsExported(on) {
					continue
				}
				name = on + "." + name
			}
			seen++
			if waitingCalls[name] == nil && !doesNotWait[name] {
				t.Errorf("%s takes a context: is it one of those that wait?", name)
			}
		}
	}
	if seen < 15 {
		t.Errorf("only %d functions with a context were found", seen)
	}
}
