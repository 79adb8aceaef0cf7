package peer

import (
	"context"
	"errors"
	"net"
	"net/http"

	"connectrpc.com/connect"

	"github.com/ocapn-go/ocapn/examples/bench/codec"
	"github.com/ocapn-go/ocapn/examples/bench/peer/benchpb"
	"github.com/ocapn-go/ocapn/examples/bench/peer/benchpb/benchpbconnect"
)

// Connect is connect over HTTP/2 without TLS. The server takes as many streams in one connection as are measured, where it takes 250 by
// default, so that the client need not open more connections.
type Connect struct{}

const connectStreams = 8192

// Name returns "connect".
func (Connect) Name() string { return "connect" }

// onlyHTTP2 returns the protocol of both ends: HTTP/2 without TLS.
func onlyHTTP2() *http.Protocols {
	var p http.Protocols
	p.SetUnencryptedHTTP2(true)
	return &p
}

// Serve starts a server.
func (Connect) Serve() (Server, error) {
	var config net.ListenConfig
	l, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle(benchpbconnect.NewBenchHandler(connectBench{}))
	server := &http.Server{
		Handler: mux, Protocols: onlyHTTP2(), HTTP2: &http.HTTP2Config{MaxConcurrentStreams: connectStreams},
	}
	s := &connectServer{server: server, address: l.Addr().String(), done: make(chan error, 1)}
	go func() { s.done <- server.Serve(l) }()
	return s, nil
}

// connectBench has the methods.
type connectBench struct{}

// Null does nothing.
func (connectBench) Null(context.Context, *connect.Request[benchpb.Nothing]) (*connect.Response[benchpb.Nothing], error) {
	return connect.NewResponse(&benchpb.Nothing{}), nil
}

// Swap answers what it is given.
func (connectBench) Swap(_ context.Context, r *connect.Request[benchpb.Record]) (*connect.Response[benchpb.Record], error) {
	return connect.NewResponse(r.Msg), nil
}

// Echo answers what it is given.
func (connectBench) Echo(_ context.Context, r *connect.Request[benchpb.Blob]) (*connect.Response[benchpb.Blob], error) {
	return connect.NewResponse(r.Msg), nil
}

// Next names the step after this one.
func (connectBench) Next(_ context.Context, r *connect.Request[benchpb.Step]) (*connect.Response[benchpb.Step], error) {
	return connect.NewResponse(nextStep(r.Msg)), nil
}

// connectServer has one goroutine, which serves until Close.
type connectServer struct {
	server  *http.Server
	address string
	done    chan error
}

func (s *connectServer) Address() string { return s.address }

func (s *connectServer) Dial(_ context.Context, address string) (Conn, error) {
	transport := &http.Transport{Protocols: onlyHTTP2()}
	bench := benchpbconnect.NewBenchClient(&http.Client{Transport: transport}, "http://"+address,
		connect.WithAcceptCompression("gzip", nil, nil)) // nobody else compresses
	return connectConn{transport: transport, bench: bench}, nil
}

func (s *connectServer) Close() error {
	err := s.server.Close()
	if served := <-s.done; !errors.Is(served, http.ErrServerClosed) {
		return errors.Join(err, served)
	}
	return err
}

type connectConn struct {
	without

	transport *http.Transport
	bench     benchpbconnect.BenchClient
}

func (c connectConn) Null(ctx context.Context) error {
	_, err := c.bench.Null(ctx, connect.NewRequest(&benchpb.Nothing{}))
	return err
}

func (c connectConn) Swap(ctx context.Context, r Record) (Record, error) {
	answer, err := c.bench.Swap(ctx, connect.NewRequest(codec.ToProto(r)))
	if err != nil {
		return Record{}, err
	}
	return codec.OfProto(answer.Msg), nil
}

func (c connectConn) Echo(ctx context.Context, data []byte) ([]byte, error) {
	answer, err := c.bench.Echo(ctx, connect.NewRequest(&benchpb.Blob{Data: data}))
	if err != nil {
		return nil, err
	}
	return answer.Msg.GetData(), nil
}

func (c connectConn) Chain(ctx context.Context, length int) error {
	step := &benchpb.Step{}
	for range length {
		answer, err := c.bench.Next(ctx, connect.NewRequest(step))
		if err != nil {
			return err
		}
		step = answer.Msg
	}
	return checkSteps(step.GetNumber(), length)
}

func (c connectConn) Close() error {
	c.transport.CloseIdleConnections()
	return nil
}
