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
	return protoConn{Closer: conn, bench: benchpb.NewDRPCBenchClient(conn)}, nil
}

func (s drpcServer) Close() error {
	s.cancel()
	return s.listener.Close()
}
