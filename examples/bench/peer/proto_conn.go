package peer

import (
	"context"
	"io"

	"github.com/ocapn-go/ocapn/examples/bench/codec"
	"github.com/ocapn-go/ocapn/examples/bench/peer/benchpb"
)

// protoStubs are the methods of the service, as the generated stubs of drpc have them, and those of gRPC but for their options.
type protoStubs interface {
	Null(ctx context.Context, m *benchpb.Nothing) (*benchpb.Nothing, error)
	Swap(ctx context.Context, m *benchpb.Record) (*benchpb.Record, error)
	Echo(ctx context.Context, m *benchpb.Blob) (*benchpb.Blob, error)
	Next(ctx context.Context, m *benchpb.Step) (*benchpb.Step, error)
}

// protoConn is a Conn for stubs that take and return messages of Protocol Buffers as they are.
type protoConn struct {
	without
	io.Closer

	bench protoStubs
}

func (c protoConn) Null(ctx context.Context) error {
	_, err := c.bench.Null(ctx, &benchpb.Nothing{})
	return err
}

func (c protoConn) Swap(ctx context.Context, r Record) (Record, error) {
	answer, err := c.bench.Swap(ctx, codec.ToProto(r))
	return codec.OfProto(answer), err
}

func (c protoConn) Echo(ctx context.Context, data []byte) ([]byte, error) {
	answer, err := c.bench.Echo(ctx, &benchpb.Blob{Data: data})
	return answer.GetData(), err
}

func (c protoConn) Chain(ctx context.Context, length int) error {
	step := &benchpb.Step{}
	for range length {
		var err error
		if step, err = c.bench.Next(ctx, step); err != nil {
			return err
		}
	}
	return checkSteps(step.GetNumber(), length)
}
