package peer

import (
	"context"
	"net"
	"net/rpc"
)

// NetRPC is net/rpc of the standard library, with gob, as it is.
type NetRPC struct{}

// Name returns "netrpc".
func (NetRPC) Name() string { return "netrpc" }

// Serve starts a server.
func (NetRPC) Serve() (Server, error) {
	server := rpc.NewServer()
	if err := server.RegisterName("Bench", netrpcBench{}); err != nil {
		return nil, err
	}
	l, err := listen(func(c net.Conn) { server.ServeConn(c) })
	return netrpcServer{l}, err
}

// netrpcBench has the methods. Gob has no empty struct, so what is nothing is a number.
type netrpcBench struct{}

// Null does nothing.
func (netrpcBench) Null(_ int, _ *int) error { return nil }

// Swap answers what it is given.
func (netrpcBench) Swap(r Record, answer *Record) error {
	*answer = r
	return nil
}

// Echo answers what it is given.
func (netrpcBench) Echo(data []byte, answer *[]byte) error {
	*answer = data
	return nil
}

// Next names the step after this one.
func (netrpcBench) Next(step int, answer *int) error {
	*answer = step + 1
	return nil
}

type netrpcServer struct{ *listener }

func (netrpcServer) Dial(ctx context.Context, address string) (Conn, error) {
	c, err := dial(ctx, address)
	if err != nil {
		return nil, err
	}
	return netrpcConn{client: rpc.NewClient(c)}, nil
}

type netrpcConn struct {
	without

	client *rpc.Client
}

func (c netrpcConn) Null(context.Context) error {
	var nothing int
	return c.client.Call("Bench.Null", 0, &nothing)
}

func (c netrpcConn) Begin(context.Context) (Pending, error) {
	return (*netrpcPending)(c.client.Go("Bench.Null", 0, new(int), make(chan *rpc.Call, 1))), nil
}

// netrpcPending is a call that is under way.
type netrpcPending rpc.Call

// Wait returns when the call has come to its end.
func (p *netrpcPending) Wait(context.Context) error {
	<-p.Done
	return p.Error
}

func (c netrpcConn) Swap(_ context.Context, r Record) (answer Record, err error) {
	err = c.client.Call("Bench.Swap", &r, &answer)
	return answer, err
}

func (c netrpcConn) Echo(_ context.Context, data []byte) (answer []byte, err error) {
	err = c.client.Call("Bench.Echo", data, &answer)
	return answer, err
}

func (c netrpcConn) Chain(_ context.Context, length int) error {
	step := 0
	for range length {
		if err := c.client.Call("Bench.Next", step, &step); err != nil {
			return err
		}
	}
	return checkSteps(step, length)
}

func (c netrpcConn) Close() error { return c.client.Close() }
