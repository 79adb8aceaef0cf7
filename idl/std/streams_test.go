package std_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl/std/streams"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// letters are what the iterators and streams under test give out, and what they end with. encoded is the same in bytes, which end
// with nothing.
var (
	letters = []any{"a", "b", "that is all"}
	encoded = []any{"YQ==", "Yg==", nil}
)

func checkIterator(t *testing.T, it streams.AsyncIterator) {
	t.Helper()
	want := []streams.Iteration{{Value: "a"}, {Value: "b"}, {Done: true, Value: "that is all"}, {Done: true}}
	var got []streams.Iteration
	for range want {
		step, err := it.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, step)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("iterations (-want +got):\n%s", diff)
	}
	last, err := it.Return(t.Context(), &streams.AsyncIteratorReturnOpts{Value: "bye"})
	if want := (streams.Iteration{Done: true, Value: "bye"}); last != want || err != nil {
		t.Errorf("return: %v, %v", last, err)
	}
	if got, err := it.Throw(t.Context(), "alas"); err == nil {
		t.Errorf("throw: %v, want the error that it was given", got)
	}
}

// checkReader reads a stream that gives out want, of which the last is what it ends with.
func checkReader(t *testing.T, v *captp.Vat, stream func(*captp.Promise[streams.Node]) *captp.Promise[streams.Node], want []any) {
	t.Helper()
	requests, request := captp.NewPromise[streams.Node](v)
	values := stream(requests)
	var got []any
	for values != nil {
		next, later := captp.NewPromise[streams.Node](v)
		request.Fulfill(streams.Node{Promise: next})
		request = later
		node, err := values.Await(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, node.Value)
		values = node.Promise
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("values and end (-want +got):\n%s", diff)
	}
}

// checkWriter writes values to a stream that ends with what came out of them.
func checkWriter(t *testing.T, v *captp.Vat, stream func(*captp.Promise[streams.Node]) *captp.Promise[streams.Node], values, want []any) {
	t.Helper()
	nodes, node := captp.NewPromise[streams.Node](v)
	requests := stream(nodes)
	for _, value := range values {
		next, later := captp.NewPromise[streams.Node](v)
		node.Fulfill(streams.Node{Value: value, Promise: next})
		node = later
		request, err := requests.Await(t.Context())
		if err != nil || request.Promise == nil {
			t.Fatalf("after %v: %v, %v; want a request for more", value, request, err)
		}
		requests = request.Promise
	}
	node.Fulfill(streams.Node{Value: "bye"})
	last, err := requests.Await(t.Context())
	if diff := cmp.Diff(any(append(slices.Clone(want), "bye")), last.Value); diff != "" || last.Promise != nil || err != nil {
		t.Errorf("the end: %v, %v (-want +got):\n%s", last, err, diff)
	}
}

// TestIterator calls an iterator that behaves as that of Endo.
func TestIterator(t *testing.T) {
	here, there := captptest.Pair(t)
	steps := []streams.Iteration{{Value: "a"}, {Value: "b"}, {Done: true, Value: "that is all"}}
	checkIterator(t, captptest.Carry(t, there, here, streams.NewAsyncIterator(there, streams.AsyncIteratorFuncs{
		NextFunc: func(context.Context) (streams.Iteration, error) {
			if len(steps) == 0 {
				return streams.Iteration{Done: true}, nil
			}
			step := steps[0]
			steps = steps[1:]
			return step, nil
		},
		ReturnFunc: func(_ context.Context, opts *streams.AsyncIteratorReturnOpts) (streams.Iteration, error) {
			return streams.Iteration{Done: true, Value: opts.Value}, nil
		},
		ThrowFunc: func(_ context.Context, err any) (streams.Iteration, error) {
			return streams.Iteration{}, captp.ReasonValue(err)
		},
	})))
}

// responder is the end of a stream that answers each node of a chain with one of its own.
type responder struct {
	ctx context.Context
	v   *captp.Vat
	// answer returns the value that answers a node, and whether it is the last one.
	answer func(streams.Node) (value any, last bool)
}

// node waits for a node and returns the one that answers it, with the promise of the next answer.
func (r *responder) node(asked *captp.Promise[streams.Node]) (streams.Node, error) {
	request, err := asked.Await(r.ctx)
	if err != nil {
		return streams.Node{}, err
	}
	value, last := r.answer(request)
	if last {
		return streams.Node{Value: value}, nil
	}
	next, later := captp.NewPromise[streams.Node](r.v)
	go func() {
		if node, err := r.node(request.Promise); err != nil {
			later.Break(err)
		} else {
			later.Fulfill(node)
		}
	}()
	return streams.Node{Value: value, Promise: next}, nil
}

// source makes the responder that gives values out, and ends with the last one.
func source(t *testing.T, v *captp.Vat, values []any) *responder {
	return &responder{t.Context(), v, func(streams.Node) (any, bool) {
		value := values[0]
		values = values[1:]
		return value, len(values) == 0
	}}
}

// sink makes the responder that ends with what it was given.
func sink(t *testing.T, v *captp.Vat) *responder {
	var got []any
	return &responder{t.Context(), v, func(n streams.Node) (any, bool) {
		got = append(got, n.Value)
		if n.Promise == nil {
			return got, true
		}
		return nil, false
	}}
}

// TestStreams reads and writes streams that behave as those of Endo.
func TestStreams(t *testing.T) {
	here, there := captptest.Pair(t)
	ctx := t.Context()
	reader := streams.NewPassableReader(there, streams.PassableReaderFuncs{
		StreamFunc: func(_ context.Context, requests *captp.Promise[streams.Node]) (streams.Node, error) {
			return source(t, there, letters).node(requests)
		},
	})
	checkReader(t, here, captptest.Carry(t, there, here, reader).E(ctx).Stream, letters)
	bytesReader := streams.NewPassableBytesReader(there, streams.PassableBytesReaderFuncs{
		StreamBase64Func: func(_ context.Context, requests *captp.Promise[streams.Node]) (streams.Node, error) {
			return source(t, there, encoded).node(requests)
		},
	})
	checkReader(t, here, captptest.Carry(t, there, here, bytesReader).E(ctx).StreamBase64, encoded)
	writer := streams.NewPassableWriter(there, streams.PassableWriterFuncs{
		StreamFunc: func(_ context.Context, values *captp.Promise[streams.Node]) (streams.Node, error) {
			return sink(t, there).node(values)
		},
	})
	checkWriter(t, here, captptest.Carry(t, there, here, writer).E(ctx).Stream, letters, letters)
	bytesWriter := streams.NewPassableBytesWriter(there, streams.PassableBytesWriterFuncs{
		StreamBase64Func: func(_ context.Context, values *captp.Promise[streams.Node]) (streams.Node, error) {
			return sink(t, there).node(values)
		},
	})
	checkWriter(t, here, captptest.Carry(t, there, here, bytesWriter).E(ctx).StreamBase64, encoded, encoded)
}
