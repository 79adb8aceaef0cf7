package promises_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/promises"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// slow keeps the resolvers of what it has promised.
type slow struct {
	promises.UnimplementedSlow

	names captp.Resolver[[]string]
	later captp.Resolver[promises.Named]
}

func (*slow) Double(ctx context.Context, n *captp.Promise[int64]) (*captp.Promise[int64], error) {
	v, err := n.Await(ctx)
	if err != nil {
		return nil, err
	}
	p, r := captp.NewPromise[int64](captp.VatOf(ctx))
	r.Fulfill(2 * v)
	return p, nil
}

func (s *slow) Names(ctx context.Context) (*captp.Promise[[]string], error) {
	p, r := captp.NewPromise[[]string](captp.VatOf(ctx))
	s.names = r
	return p, nil
}

func (*slow) Greet(ctx context.Context, who promises.Named) (string, error) {
	name, err := who.Name(ctx)
	return "hello " + name, err
}

func (s *slow) Later(ctx context.Context, _ string) (promises.Named, error) {
	c, r := captp.NewPromiseRef[promises.Named](captp.VatOf(ctx))
	s.later = r
	return c, nil
}

func (*slow) Maybe(_ context.Context, n *captp.Promise[int64]) (bool, error) { return n != nil, nil }

func named(v *captp.Vat, name string) promises.Named {
	return promises.NewNamed(v, promises.NamedFuncs{NameFunc: func(context.Context) (string, error) { return name, nil }})
}

func remote(t *testing.T) (promises.Slow, *slow, *captptest.Link) {
	t.Helper()
	l := captptest.NewLink(t)
	s := &slow{}
	return captptest.Carry(t, l.B, l.A, promises.NewSlow(l.B, s)), s, l
}

func TestPromiseAsArgument(t *testing.T) {
	c, _, l := remote(t)
	p, r := captp.NewPromise[int64](l.A)
	answer := c.E(t.Context()).Double(p)
	r.Fulfill(21)
	if got, err := answer.Await(t.Context()); got != 42 || err != nil {
		t.Errorf("got %d, %v", got, err)
	}
}

func TestValueForPromise(t *testing.T) {
	c, _, _ := remote(t)
	got, err := captp.Invoke(t.Context(), c.Ref, captp.Symbol("double"), 21).Await(t.Context())
	if got != int64(42) || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestBrokenPromiseAsArgument(t *testing.T) {
	c, _, l := remote(t)
	p, r := captp.NewPromise[int64](l.A)
	answer := c.E(t.Context()).Double(p)
	r.Break(captp.Public(errors.New("no number today")))
	if got, err := answer.Await(t.Context()); err == nil {
		t.Errorf("got %d", got)
	}
}

func TestPromiseAsResult(t *testing.T) {
	c, s, _ := remote(t)
	answer := c.E(t.Context()).Names()
	if ok, err := c.Maybe(t.Context(), nil); ok || err != nil { // the other message has been handled, and nothing is settled
		t.Fatalf("got %v, %v", ok, err)
	}
	select {
	case <-answer.Done():
		t.Fatal("settled before it was fulfilled")
	default:
	}
	s.names.Fulfill([]string{"ada", "bob"})
	got, err := answer.Await(t.Context())
	if diff := cmp.Diff([]string{"ada", "bob"}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestPromisedReferenceAsArgument(t *testing.T) {
	c, _, l := remote(t)
	who, r := captp.NewPromiseRef[promises.Named](l.A)
	answer := c.E(t.Context()).Greet(who)
	r.Fulfill(named(l.A, "ada"))
	if got, err := answer.Await(t.Context()); got != "hello ada" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestPromisedReferenceAsResult(t *testing.T) {
	c, s, l := remote(t)
	name := c.E(t.Context()).Later("x").Name()
	if ok, err := c.Maybe(t.Context(), nil); ok || err != nil {
		t.Fatalf("got %v, %v", ok, err)
	}
	s.later.Fulfill(named(l.B, "bob"))
	if got, err := name.Await(t.Context()); got != "bob" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestAbsentPromise(t *testing.T) {
	c, _, l := remote(t)
	p, r := captp.NewPromise[int64](l.A)
	r.Fulfill(1)
	if ok, err := c.Maybe(t.Context(), p); !ok || err != nil {
		t.Errorf("got %v, %v", ok, err)
	}
	if _, err := c.Double(t.Context(), nil); err == nil {
		t.Error("a nil promise was sent")
	}
}
