package peer

import (
	"context"
	"net"

	"storj.io/drpc/drpcconn"
	"storj.io/drpc/drpcmanager"
	"storj.io/drpc/drpcmux"
	"storj.io/drpc/drpcserver"
	"storj.io/drpc/drpcstream"
	"storj.io/drpc/drpcwire"

	"github.com/ocapn-go/ocapn/examples/bench/codec"
	"github.com/ocapn-go/ocapn/examples/bench/peer/benchpb"
)

// DRPC is drpc. A connection of it carries one call at a time, and others wait for their turn. The largest message is raised from its
// 4 MiB, as it is for gRPC.
type DRPC struct{}

// Name returns "drpc".
func (DRPC) Name() string { return "drpc" }

func drpcOptions() drpcmanager.Options {
	return drpcmanager.Options{
		Reader: drpcwire.ReaderOptions{MaximumBufferSize: grpcLongest},
		Stream: drpcstream.Options{MaximumBufferSize: grpcLongest},
	}
}

// Serve starts a server.
func (DRPC) Serve() (Server, error) {
	mux := drpcmux.New()
	if err := benchpb.DRPCRegisterBench(mux, drpcBench{}); err != nil {
		return nil, err
	}
	server := drpcserver.NewWithOptions(mux, drpcserver.Options{Manager: drpcOptions()})
	ctx, cancel := context.WithCancel(context.Background())
	l, err := listen(func(c net.Conn) { _ = server.ServeOne(ctx, c) })
	if err != nil {
		cancel()
		return nil, err
	}
	return drpcServer{l, cancel}, nil
}

// drpcBench has the methods: those of gRPC.
type drpcBench struct{ grpcBench }

type drpcServer struct {
	*listener

	cancel context.CancelFunc
}

func (drpcServer) Dial(ctx context.Context, address string) (Conn, error) {
	c, err := dial(ctx, address)
	if err != nil {
		return nil, err
	}
	conn := drpcconn.NewWithOptions(c, drpcconn.Options{Manager: drpcOptions()})
	return drpcConn{conn: conn, bench: benchpb.NewDRPCBenchClient(conn)}, nil
}

func (s drpcServer) Close() error {
	s.cancel()
	return s.listener.Close()
}

type drpcConn struct {
	without

	conn  *drpcconn.Conn
	bench benchpb.DRPCBenchClient
}

func (c drpcConn) Null(ctx context.Context) error {
	_, err := c.bench.Null(ctx, &benchpb.Nothing{})
	return err
}

func (c drpcConn) Swap(ctx context.Context, r Record) (Record, error) {
	answer, err := c.bench.Swap(ctx, codec.ToProto(r))
	return codec.OfProto(answer), err
}

func (c drpcConn) Echo(ctx context.Context, data []byte) ([]byte, error) {
	answer, err := c.bench.Echo(ctx, &benchpb.Blob{Data: data})
	return answer.GetData(), err
}

func (c drpcConn) Chain(ctx context.Context, length int) error {
	step := &benchpb.Step{}
	for range length {
		var err error
		if step, err = c.bench.Next(ctx, step); err != nil {
			return err
		}
	}
	return checkSteps(step.GetNumber(), length)
}

func (c drpcConn) Close() error { return c.conn.Close() }
