package peer

import (
	"context"
	"errors"
	"net"

	"github.com/ocapn-go/ocapn/examples/bench/parallel"
	"github.com/ocapn-go/ocapn/examples/bench/peer/benchcap"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// OCapN is this library: generated stubs, vats and the netlayer for plain TCP, nothing set but what Setting says. As there is one session
// for each pair of vats, each connection has a vat of its own at the client's end.
type OCapN struct{ options []captp.Option }

// Setting is how much a vat of OCapN puts up with.
type Setting int

const (
	// Defaults are the limits of a vat that says nothing.
	Defaults Setting = iota
	// Large are limits that let one peer hold a million objects, and send messages of 16 MiB and a little more.
	Large
)

// NewOCapN returns the peer.
func NewOCapN(s Setting) OCapN {
	if s == Defaults {
		return OCapN{}
	}
	limits := captp.Limits{Exports: 1 << 21, Imports: 1 << 21, MessageBytes: 32 << 20, DecodedBytes: 128 << 20, OutputHard: 64 << 20}
	return OCapN{[]captp.Option{captp.WithLimits(limits)}}
}

// Name returns "ocapn".
func (OCapN) Name() string { return "ocapn" }

// vat starts a vat.
func (o OCapN) vat(opts tcptesting.Options) (*captp.Vat, error) {
	nl, err := tcptesting.New(opts)
	if err != nil {
		return nil, err
	}
	v, err := captp.New(append([]captp.Option{captp.WithNetlayer(nl)}, o.options...)...)
	if err != nil {
		return nil, errors.Join(err, nl.Close())
	}
	return v, nil
}

// Serve starts a vat with an object that is published.
func (o OCapN) Serve() (Server, error) {
	v, err := o.vat(tcptesting.Options{})
	if err != nil {
		return nil, err
	}
	ref, err := captp.Publish(v, newOCapNBench(v))
	if err != nil {
		return nil, errors.Join(err, v.Close())
	}
	return &ocapnServer{peer: o, vat: v, ref: ref}, nil
}

// newOCapNBench makes the object that a client finds.
func newOCapNBench(v *captp.Vat) benchcap.Bench {
	steps := &ocapnSteps{}
	steps.step = benchcap.NewStep(v, steps)
	return benchcap.NewBench(v, &ocapnBench{vat: v, first: steps.step})
}

// ocapnBench has the methods.
type ocapnBench struct {
	vat   *captp.Vat
	first benchcap.Step
}

// Null does nothing.
func (*ocapnBench) Null(context.Context) error { return nil }

// Swap answers what it is given.
func (*ocapnBench) Swap(_ context.Context, r benchcap.Record) (benchcap.Record, error) { return r, nil }

// Echo answers what it is given.
func (*ocapnBench) Echo(_ context.Context, data []byte) ([]byte, error) { return data, nil }

// Next answers the first step.
func (b *ocapnBench) Next(context.Context) (benchcap.Step, error) { return b.first, nil }

// CallBack calls the object; others are served meanwhile.
func (*ocapnBench) CallBack(ctx context.Context, who benchcap.Thing) error { return who.Ping(ctx) }

// Thing answers a fresh object.
func (b *ocapnBench) Thing(context.Context) (benchcap.Thing, error) {
	return benchcap.NewThing(b.vat, &ocapnThing{}), nil
}

// ocapnSteps is a step that leads to itself.
type ocapnSteps struct{ step benchcap.Step }

// Next answers the step itself.
func (s *ocapnSteps) Next(context.Context) (benchcap.Step, error) { return s.step, nil }

// Finish does nothing.
func (*ocapnSteps) Finish(context.Context) error { return nil }

// ocapnThing remembers that it was called, so that each is an object of its own.
type ocapnThing struct{ called bool }

// Ping does nothing else.
func (t *ocapnThing) Ping(context.Context) error {
	t.called = true
	return nil
}

type ocapnServer struct {
	peer OCapN
	vat  *captp.Vat
	ref  locator.SturdyRef
}

func (s *ocapnServer) Address() string {
	host, _ := s.ref.Peer.Hint("host")
	port, _ := s.ref.Peer.Hint("port")
	return net.JoinHostPort(host, port)
}

func (s *ocapnServer) Dial(ctx context.Context, address string) (Conn, error) {
	v, err := s.peer.vat(tcptesting.Options{DialOnly: true})
	if err != nil {
		return nil, err
	}
	c, err := enliven(ctx, v, s.ref, address)
	if err != nil {
		return nil, errors.Join(err, v.Close())
	}
	return c, nil
}

func (s *ocapnServer) Close() error { return s.vat.Close() }

// enliven gets what the sturdyref leads to, at another address than the one it names.
func enliven(ctx context.Context, v *captp.Vat, ref locator.SturdyRef, address string) (Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	ref.Peer, err = locator.NewPeer(ref.Peer.Transport, ref.Peer.Designator, locator.Hints{"host": host, "port": port})
	if err != nil {
		return nil, err
	}
	bench, err := captp.Enliven[benchcap.Bench](ctx, v, ref).Await(ctx)
	if err != nil {
		return nil, err
	}
	return &ocapnConn{vat: v, bench: bench}, nil
}

type ocapnConn struct {
	vat   *captp.Vat
	bench benchcap.Bench
}

func (c *ocapnConn) Null(ctx context.Context) error { return c.bench.Null(ctx) }

func (c *ocapnConn) Begin(ctx context.Context) (Pending, error) { return c.bench.E(ctx).Null(), nil }

func (c *ocapnConn) Swap(ctx context.Context, r Record) (Record, error) {
	answer, err := c.bench.Swap(ctx, benchcap.Record(r))
	return Record(answer), err
}

func (c *ocapnConn) Echo(ctx context.Context, data []byte) ([]byte, error) {
	return c.bench.Echo(ctx, data)
}

// Chain sends all calls at once.
func (c *ocapnConn) Chain(ctx context.Context, length int) error {
	step := c.bench.E(ctx).Next()
	for range length - 2 {
		step = step.Next()
	}
	return step.Finish().Wait(ctx)
}

func (c *ocapnConn) CallBack(ctx context.Context) error {
	thing := &ocapnThing{}
	if err := c.bench.CallBack(ctx, benchcap.NewThing(c.vat, thing)); err != nil {
		return err
	}
	return checkCalled(thing.called)
}

func (c *ocapnConn) Objects(ctx context.Context, n int) (Held, error) {
	things := make([]benchcap.Thing, n)
	err := parallel.Do(n, objectsAtOnce, func(i int) (err error) {
		things[i], err = c.bench.Thing(ctx)
		return err
	})
	return things, err
}

func (c *ocapnConn) Close() error { return c.vat.Close() }

// checkCalled reports an error if an object was not called.
func checkCalled(called bool) error {
	if !called {
		return errors.New("the object was not called back")
	}
	return nil
}
