package peer

import (
	"context"
	"net"
	"sync"

	"capnproto.org/go/capnp/v3"
	"capnproto.org/go/capnp/v3/rpc"
	"capnproto.org/go/capnp/v3/rpc/transport"

	"github.com/ocapn-go/ocapn/examples/bench/parallel"
	"github.com/ocapn-go/ocapn/examples/bench/peer/benchcp"
)

// Capnp is go-capnp, with buffered reads and coalesced writes, which is how it is at its best.
type Capnp struct{}

// Name returns "capnp".
func (Capnp) Name() string { return "capnp" }

// Serve starts a server.
func (Capnp) Serve() (Server, error) {
	steps := &capnpSteps{}
	steps.step = benchcp.Step_ServerToClient(steps)
	bench := benchcp.Bench_ServerToClient(capnpBench{steps.step})
	l, err := listen(func(c net.Conn) {
		conn := rpc.NewConn(transport.NewStream(newCoalescer(c)), &rpc.Options{BootstrapClient: capnp.Client(bench.AddRef())})
		<-conn.Done()
	})
	return capnpServer{l, func() {
		bench.Release()
		steps.step.Release()
	}}, err
}

// capnpBench has the methods.
type capnpBench struct{ first benchcp.Step }

// Null does nothing.
func (capnpBench) Null(_ context.Context, call benchcp.Bench_null) error {
	_, err := call.AllocResults()
	return err
}

// Swap answers what it is given.
func (capnpBench) Swap(_ context.Context, call benchcp.Bench_swap) error {
	r, err := call.Args().Record()
	if err != nil {
		return err
	}
	results, err := call.AllocResults()
	if err != nil {
		return err
	}
	return results.SetRecord(r)
}

// Echo answers what it is given.
func (capnpBench) Echo(_ context.Context, call benchcp.Bench_echo) error {
	data, err := call.Args().Data()
	if err != nil {
		return err
	}
	results, err := call.AllocResults()
	if err != nil {
		return err
	}
	return results.SetData(data)
}

// Next answers the first step.
func (b capnpBench) Next(_ context.Context, call benchcp.Bench_next) error {
	results, err := call.AllocResults()
	if err != nil {
		return err
	}
	return results.SetStep(b.first.AddRef())
}

// CallBack calls the object, while others are served.
func (capnpBench) CallBack(ctx context.Context, call benchcp.Bench_callBack) error {
	who := call.Args().Who().AddRef()
	defer who.Release()
	call.Go()
	answer, release := who.Ping(ctx, nil)
	defer release()
	if _, err := answer.Struct(); err != nil {
		return err
	}
	_, err := call.AllocResults()
	return err
}

// Thing answers a fresh object.
func (capnpBench) Thing(_ context.Context, call benchcp.Bench_thing) error {
	results, err := call.AllocResults()
	if err != nil {
		return err
	}
	return results.SetThing(benchcp.Thing_ServerToClient(&capnpThing{}))
}

// capnpSteps is a step that leads to itself.
type capnpSteps struct{ step benchcp.Step }

// Next answers the step itself.
func (s *capnpSteps) Next(_ context.Context, call benchcp.Step_next) error {
	results, err := call.AllocResults()
	if err != nil {
		return err
	}
	return results.SetStep(s.step.AddRef())
}

// Finish does nothing.
func (*capnpSteps) Finish(_ context.Context, call benchcp.Step_finish) error {
	_, err := call.AllocResults()
	return err
}

// capnpThing remembers that it was called, so that each is an object of its own.
type capnpThing struct{ called bool }

// Ping does nothing else.
func (t *capnpThing) Ping(_ context.Context, call benchcp.Thing_ping) error {
	t.called = true
	_, err := call.AllocResults()
	return err
}

type capnpServer struct {
	*listener

	release capnp.ReleaseFunc
}

func (s capnpServer) Close() error {
	err := s.listener.Close()
	s.release()
	return err
}

func (capnpServer) Dial(ctx context.Context, address string) (Conn, error) {
	c, err := dial(ctx, address)
	if err != nil {
		return nil, err
	}
	conn := rpc.NewConn(transport.NewStream(newCoalescer(c)), nil)
	bench := benchcp.Bench(conn.Bootstrap(ctx))
	if err := bench.Resolve(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return &capnpConn{conn: conn, bench: bench}, nil
}

type capnpConn struct {
	conn  *rpc.Conn
	bench benchcp.Bench
	held  [][]benchcp.Thing // Only Objects adds to it, which is not called twice at once.

	mu   sync.Mutex
	step benchcp.Step // Guarded by mu.
}

func (c *capnpConn) Null(ctx context.Context) error {
	answer, release := c.bench.Null(ctx, nil)
	defer release()
	_, err := answer.Struct()
	return err
}

func (c *capnpConn) Begin(ctx context.Context) (Pending, error) {
	answer, release := c.bench.Null(ctx, nil)
	return &capnpPending{answer, release}, nil
}

// capnpPending is a call that is under way.
type capnpPending struct {
	answer  benchcp.Bench_null_Results_Future
	release capnp.ReleaseFunc
}

// Wait returns when the call has come to its end.
func (p *capnpPending) Wait(context.Context) error {
	defer p.release()
	_, err := p.answer.Struct()
	return err
}

func (c *capnpConn) Swap(ctx context.Context, r Record) (Record, error) {
	answer, release := c.bench.Swap(ctx, func(p benchcp.Bench_swap_Params) error {
		record, err := p.NewRecord()
		if err != nil {
			return err
		}
		return fillCapnpRecord(record, r)
	})
	defer release()
	results, err := answer.Struct()
	if err != nil {
		return Record{}, err
	}
	record, err := results.Record()
	if err != nil {
		return Record{}, err
	}
	return readCapnpRecord(record)
}

// Echo returns memory of its own, as the other peers do: what the answer holds is gone with it.
func (c *capnpConn) Echo(ctx context.Context, data []byte) ([]byte, error) {
	answer, release := c.bench.Echo(ctx, func(p benchcp.Bench_echo_Params) error { return p.SetData(data) })
	defer release()
	results, err := answer.Struct()
	if err != nil {
		return nil, err
	}
	echo, err := results.Data()
	return append([]byte(nil), echo...), err
}

// Chain sends all calls at once.
func (c *capnpConn) Chain(ctx context.Context, length int) error {
	if err := c.holdStep(ctx); err != nil {
		return err
	}
	first, release := c.bench.Next(ctx, nil)
	defer release()
	step := first.Step()
	for range length - 2 {
		next, release := step.Next(ctx, nil)
		defer release()
		step = next.Step()
	}
	last, release := step.Finish(ctx, nil)
	defer release()
	_, err := last.Struct()
	return err
}

// holdStep keeps a reference to the step as long as the connection lasts: in this version of go-capnp, a reference that comes again while
// the last one is being let go of may end the program.
func (c *capnpConn) holdStep(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.step.IsValid() {
		return nil
	}
	answer, release := c.bench.Next(ctx, nil)
	defer release()
	results, err := answer.Struct()
	if err != nil {
		return err
	}
	c.step = results.Step().AddRef()
	return nil
}

func (c *capnpConn) CallBack(ctx context.Context) error {
	thing := &capnpThing{}
	answer, release := c.bench.CallBack(ctx, func(p benchcp.Bench_callBack_Params) error {
		return p.SetWho(benchcp.Thing_ServerToClient(thing))
	})
	defer release()
	if _, err := answer.Struct(); err != nil {
		return err
	}
	return checkCalled(thing.called)
}

func (c *capnpConn) Objects(ctx context.Context, n int) (Held, error) {
	things := make([]benchcp.Thing, n)
	err := parallel.Do(n, objectsAtOnce, func(i int) error {
		answer, release := c.bench.Thing(ctx, nil)
		defer release()
		results, err := answer.Struct()
		if err != nil {
			return err
		}
		things[i] = results.Thing().AddRef()
		return nil
	})
	c.held = append(c.held, things)
	return things, err
}

func (c *capnpConn) Close() error {
	for _, things := range c.held {
		for _, thing := range things {
			thing.Release()
		}
	}
	c.step.Release()
	c.bench.Release()
	return c.conn.Close()
}
