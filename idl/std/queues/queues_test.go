package queues_test

import (
	"context"
	"errors"
	"testing"

	"github.com/ocapn-go/ocapn/idl/std/queues"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// queue implements queues.QueueServer.
type queue struct{ values []any }

func (q *queue) Length(context.Context) (int64, error) { return int64(len(q.values)), nil }

func (q *queue) Empty(context.Context) (bool, error) { return len(q.values) == 0, nil }

func (q *queue) Enqueue(_ context.Context, value any) error {
	q.values = append(q.values, value)
	return nil
}

func (q *queue) Dequeue(context.Context) (any, error) {
	if len(q.values) == 0 {
		return nil, captp.Public(errors.New("the queue is empty"))
	}
	value := q.values[0]
	q.values = q.values[1:]
	return value, nil
}

func TestQueue(t *testing.T) {
	here, there := captptest.Pair(t)
	ctx := t.Context()
	q := captptest.Carry(t, there, here, queues.NewQueue(there, &queue{}))
	q.E(ctx).Enqueue("first")
	q.E(ctx).Enqueue("second")
	if n, err := q.Length(ctx); n != 2 || err != nil {
		t.Errorf("length: %d, %v", n, err)
	}
	for _, want := range []string{"first", "second"} {
		if got, err := q.Dequeue(ctx); got != want || err != nil {
			t.Errorf("took %v, %v; want %s", got, err, want)
		}
	}
	if empty, err := q.Empty(ctx); !empty || err != nil {
		t.Errorf("empty: %v, %v", empty, err)
	}
	if got, err := q.Dequeue(ctx); err == nil {
		t.Errorf("took %v from an empty queue", got)
	}
}

// inbox makes the three objects of an inbox.
func inbox(v *captp.Vat) (queues.InboxReader, queues.InboxWriter, queues.InboxStopper) {
	messages, stopped := make(chan any, 8), make(chan struct{})
	read := queues.NewInboxReader(v, func(ctx context.Context) (any, error) {
		select {
		case m := <-messages:
			return m, nil
		case <-stopped:
			return nil, captp.Public(errors.New("the inbox is closed"))
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
	write := queues.NewInboxWriter(v, func(_ context.Context, message any) error {
		messages <- message
		return nil
	})
	stop := queues.NewInboxStopper(v, func(context.Context) error {
		close(stopped)
		return nil
	})
	return read, write, stop
}

func TestInbox(t *testing.T) {
	here, there := captptest.Pair(t)
	ctx := t.Context()
	read, write, stop := inbox(there)
	read, write, stop = captptest.Carry(t, there, here, read), captptest.Carry(t, there, here, write), captptest.Carry(t, there, here, stop)

	early := read.E(ctx).Call() // before there is a message
	if err := write.Call(ctx, "news"); err != nil {
		t.Fatal(err)
	}
	if got, err := early.Await(ctx); got != "news" || err != nil {
		t.Errorf("read %v, %v", got, err)
	}
	last := read.E(ctx).Call()
	if err := stop.Call(ctx); err != nil {
		t.Fatal(err)
	}
	if got, err := last.Await(ctx); err == nil {
		t.Errorf("read %v from an inbox that is closed", got)
	}
}
