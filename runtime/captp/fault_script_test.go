package captp_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// crew is three vats over wires, each with a published station, and a script of everything that vats do with each other.
type crew struct {
	net     *wires
	book    *journal
	vats    map[string]*captp.Vat
	refs    map[string]locator.SturdyRef
	crewing []string
}

// newCrew returns the vats a, b and c. It works in bubbles only.
func newCrew(t *testing.T, opts ...captp.Option) *crew {
	t.Helper()
	c := &crew{
		net: newWires(), book: newJournal(), vats: make(map[string]*captp.Vat), refs: make(map[string]locator.SturdyRef),
		crewing: []string{"a", "b", "c"},
	}
	for _, name := range c.crewing {
		v, err := captp.New(append(opts, captp.WithNetlayer(c.net.peer(name)), captp.WithTracer(c.book), captp.WithoutIdleCollection())...)
		if err != nil {
			t.Fatal(err)
		}
		c.vats[name] = v
		if c.refs[name], err = captp.Publish(v, c.station(v)); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// station returns an object with the methods of the script. Each takes the id of its message first.
func (c *crew) station(v *captp.Vat) anyRef {
	var (
		later captp.Resolver[anyRef] // of what "later" has answered
		with  anyRef
	)
	handled := func(f method) method {
		return func(ctx context.Context, args []any) (any, error) {
			c.book.handle(args[0].(int64))
			return f(ctx, args[1:])
		}
	}
	methods := map[string]method{
		"note": func(_ context.Context, args []any) (any, error) { return args[0], nil },
		"fail": func(context.Context, []any) (any, error) { return nil, errFails },
		"make": func(context.Context, []any) (any, error) { return c.station(v), nil },
		"later": func(context.Context, []any) (any, error) {
			var p anyRef
			p, later = captp.NewPromiseRef[anyRef](v)
			with = c.station(v)
			return p, nil
		},
		"settle": func(context.Context, []any) (any, error) {
			later.Fulfill(with)
			return nil, nil
		},
		"back": func(_ context.Context, args []any) (any, error) { return args[0], nil },
		"wait": func(ctx context.Context, args []any) (any, error) {
			_, err := captp.Resolve(ctx, anyRef{args[0].(captp.Ref)})
			return args[1], err
		},
		// The name of another vat, of whose station this one gets a reference of its own.
		"lend": func(ctx context.Context, args []any) (any, error) {
			return captp.Enliven[anyRef](ctx, v, c.refs[args[0].(string)]).Cap(), nil
		},
		"use": func(ctx context.Context, args []any) (any, error) {
			return captp.Invoke(ctx, args[0].(captp.Ref), captp.Symbol("note"), c.book.next(), args[1]).Await(ctx)
		},
		"pass": func(ctx context.Context, args []any) (any, error) {
			return captp.Invoke(ctx, args[0].(captp.Ref), captp.Symbol("use"), c.book.next(), args[1], args[2]).Await(ctx)
		},
	}
	for name, m := range methods {
		methods[name] = handled(m)
	}
	return object(v, methods)
}

// play has vat a do everything that vats do with each other. After each step everybody comes to rest.
func (c *crew) play(ctx context.Context) {
	a := c.vats["a"]
	own := c.station(a)
	follow := func(name string) captp.Ref { return captp.Enliven[anyRef](ctx, a, c.refs[name]).Cap().Ref }
	refer := func(r captp.Ref, selector string, args ...any) captp.Ref {
		return captp.InvokeRef(ctx, r, append([]any{captp.Symbol(selector), c.book.next()}, args...)...).Cap().Ref
	}
	var b, far, made, open captp.Ref
	for _, step := range []func(){
		func() { // sessions, the bootstrap object, calls behind them
			b, far = follow("b"), follow("c")
			c.book.ask(ctx, b, "note", "first", "first")
			c.book.ask(ctx, far, "note", "first", "first")
		},
		func() { // a failure, a one-way message
			c.book.ask(ctx, b, "fail", errFails)
			_ = captp.InvokeTell(ctx, b, captp.Symbol("note"), c.book.next(), "tell")
		},
		func() { // pipelines
			made = refer(refer(b, "make"), "make")
			c.book.ask(ctx, made, "note", "pipelined", "pipelined")
		},
		func() { // a promise of ours, settled later
			p, r := captp.NewPromiseRef[anyRef](a)
			c.book.ask(ctx, b, "use", "ours", p, "ours")
			synctest.Wait()
			r.Fulfill(own)
		},
		func() { // a promise of theirs, and a listener
			open = refer(b, "later")
			c.book.ask(ctx, open, "note", "theirs", "theirs")
			synctest.Wait()
			c.book.ask(ctx, b, "settle", nil)
		},
		func() { c.steps(ctx, b) },
		func() { c.stream(ctx, b) },
		func() { // garbage: references, and answers all along
			captp.Release(anyRef{made})
			soon, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			if settled, err := captp.Resolve(soon, anyRef{made}); err == nil {
				captp.Release(settled)
			}
			time.Sleep(time.Second)
		},
		func() { c.book.ask(ctx, b, "use", "gifter", far, "gifter") },
		func() { c.book.ask(ctx, refer(b, "lend", "c"), "note", "receiver", "receiver") },
		func() { c.book.ask(ctx, b, "pass", "exporter", far, own, "exporter") },
		func() { a.Disconnect(c.refs["b"].Peer) },
	} {
		step()
		synctest.Wait()
	}
}

// steps asks for part of an answer.
func (c *crew) steps(ctx context.Context, r captp.Ref) {
	id := c.book.next()
	p := captp.Invoke(ctx, r, captp.Symbol("note"), id, map[string]any{"list": []any{"no", captp.Tagged{Tag: "t", Value: "part"}}})
	part := p.Get("list").Index(1).Untag("t")
	c.book.await(id, "steps", "part", func() (any, error) { return part.Await(ctx) })
}

// stream sends messages in a stream, the last of which is the call.
func (c *crew) stream(ctx context.Context, r captp.Ref) {
	s := captp.NewStream(captp.Eventually(ctx, anyRef{r}), captp.StreamWindow(2, 0))
	ids := []int64{c.book.next(), c.book.next(), c.book.next(), c.book.next()}
	send := sync.OnceValue(func() error {
		for _, id := range ids {
			m := s.Begin("[4'note")
			m.Int(id)
			m.String("stream")
			if err := s.Send(ctx, m); err != nil {
				return err
			}
		}
		return s.Flush(ctx)
	})
	c.book.await(ids[len(ids)-1], "stream", nil, func() (any, error) { return nil, send() })
}

// finish waits until every call has its outcome, and everybody is at rest.
func (c *crew) finish(t *testing.T) {
	t.Helper()
	limit := time.After(time.Hour)
	for _, e := range c.book.entries() {
		select {
		case <-e.done:
		case <-limit:
			t.Fatalf("call %d (%s) has no outcome", e.id, e.text)
		}
	}
	synctest.Wait()
}

// talk lets the vats of these names call each other, both ways, and checks that they answer.
func (c *crew) talk(t *testing.T, names ...string) {
	t.Helper()
	for _, x := range names {
		for _, y := range names {
			if x == y {
				continue
			}
			far := captp.Enliven[anyRef](t.Context(), c.vats[x], c.refs[y]).Cap()
			got, err := captp.Invoke(t.Context(), far.Ref, captp.Symbol("note"), c.book.next(), "again").Await(t.Context())
			if got != "again" {
				t.Errorf("%s calls %s afterwards: got %v, error %v", x, y, got, err)
			}
		}
	}
}

// end ends all sessions, and checks that nothing is left of them, then closes the vats.
func (c *crew) end(t *testing.T) {
	t.Helper()
	for _, v := range c.vats {
		for _, ref := range c.refs {
			v.Disconnect(ref.Peer)
		}
	}
	time.Sleep(captp.DefaultLimits().DrainTime + time.Second)
	for name, v := range c.vats {
		if st := v.Stats(); !isEmpty(st) {
			t.Errorf("vat %s without a session has %+v", name, st)
		}
	}
	for _, v := range c.vats {
		v.Close()
	}
}
