package peer

import (
	"context"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/ocapn-go/ocapn/examples/bench/peer/benchpb"
)

// GRPC is gRPC without TLS. The largest message is raised from its 4 MiB, so that it can take part where longer ones are measured.
type GRPC struct{}

const grpcLongest = 64 << 20 // bytes

// Name returns "grpc".
func (GRPC) Name() string { return "grpc" }

// Serve starts a server.
func (GRPC) Serve() (Server, error) {
	var config net.ListenConfig
	l, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(grpcLongest))
	benchpb.RegisterBenchServer(server, grpcBench{})
	s := &grpcServer{server: server, address: l.Addr().String(), done: make(chan error, 1)}
	go func() { s.done <- server.Serve(l) }()
	return s, nil
}

// grpcBench has the methods.
type grpcBench struct {
	benchpb.UnimplementedBenchServer
}

// Null does nothing.
func (grpcBench) Null(context.Context, *benchpb.Nothing) (*benchpb.Nothing, error) {
	return &benchpb.Nothing{}, nil
}

// Swap answers what it is given.
func (grpcBench) Swap(_ context.Context, m *benchpb.Record) (*benchpb.Record, error) { return m, nil }

// Echo answers what it is given.
func (grpcBench) Echo(_ context.Context, m *benchpb.Blob) (*benchpb.Blob, error) { return m, nil }

// Next names the step after this one.
func (grpcBench) Next(_ context.Context, m *benchpb.Step) (*benchpb.Step, error) {
	return nextStep(m), nil
}

// grpcServer has one goroutine, which serves until Close.
type grpcServer struct {
	server  *grpc.Server
	address string
	done    chan error
}

func (s *grpcServer) Address() string { return s.address }

func (s *grpcServer) Dial(_ context.Context, address string) (Conn, error) {
	c, err := grpc.NewClient("passthrough:///"+address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(grpcLongest)))
	if err != nil {
		return nil, err
	}
	return protoConn{Closer: c, bench: grpcStubs{benchpb.NewBenchClient(c)}}, nil
}

func (s *grpcServer) Close() error {
	s.server.Stop()
	return <-s.done
}

// grpcStubs are stubs that are called without options.
type grpcStubs struct{ benchpb.BenchClient }

func (s grpcStubs) Null(ctx context.Context, m *benchpb.Nothing) (*benchpb.Nothing, error) {
	return s.BenchClient.Null(ctx, m)
}

func (s grpcStubs) Swap(ctx context.Context, m *benchpb.Record) (*benchpb.Record, error) {
	return s.BenchClient.Swap(ctx, m)
}

func (s grpcStubs) Echo(ctx context.Context, m *benchpb.Blob) (*benchpb.Blob, error) {
	return s.BenchClient.Echo(ctx, m)
}

func (s grpcStubs) Next(ctx context.Context, m *benchpb.Step) (*benchpb.Step, error) {
	return s.BenchClient.Next(ctx, m)
}
