package pubsub_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl/std/pubsub"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// topic implements pubsub.TopicServer.
type topic struct{ refs []captp.Ref }

func (p *topic) Subscribe(_ context.Context, subscriber captp.Ref) error {
	p.refs = append(p.refs, subscriber)
	return nil
}

func (p *topic) Unsubscribe(_ context.Context, subscriber captp.Ref) error {
	p.refs = slices.DeleteFunc(p.refs, func(r captp.Ref) bool { return r == subscriber })
	return nil
}

func (p *topic) Publish(ctx context.Context, message ...any) error {
	for _, r := range p.refs {
		captp.As[pubsub.Subscriber](r).E(ctx).Call(message...)
	}
	return nil
}

func (p *topic) Subscribers(context.Context) ([]captp.Ref, error) { return p.refs, nil }

func TestTopic(t *testing.T) {
	here, there := captptest.Pair(t)
	ctx := t.Context()
	heard := make(chan []any, 2)
	subscriber := pubsub.NewSubscriber(here, func(_ context.Context, message ...any) error {
		heard <- message
		return nil
	})
	p := captptest.Carry(t, there, here, pubsub.NewTopic(there, &topic{}))

	p.E(ctx).Subscribe(subscriber.Ref)
	if err := p.Publish(ctx, captp.Symbol("won"), "ada", int64(3)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{captp.Symbol("won"), "ada", int64(3)}, <-heard); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
	if refs, err := p.Subscribers(ctx); len(refs) != 1 || refs[0] != subscriber.Ref || err != nil {
		t.Errorf("subscribers: %v, %v", refs, err)
	}
	p.E(ctx).Unsubscribe(subscriber.Ref)
	if refs, err := p.Subscribers(ctx); len(refs) != 0 || err != nil {
		t.Errorf("subscribers after the only one has left: %v, %v", refs, err)
	}
}

// TestObjectAsSubscriber publishes a message that begins with a symbol to an object: it is the call of a method.
func TestObjectAsSubscriber(t *testing.T) {
	here, there := captptest.Pair(t)
	inner := pubsub.NewTopic(here, &topic{}) // any object with methods will do
	p := captptest.Carry(t, there, here, pubsub.NewTopic(there, &topic{refs: []captp.Ref{}}))
	subscriber := pubsub.NewSubscriber(here, func(context.Context, ...any) error { return nil })
	p.E(t.Context()).Subscribe(inner.Ref)
	if err := p.Publish(t.Context(), captp.Symbol("subscribe"), subscriber.Ref); err != nil {
		t.Fatal(err)
	}
	if refs, err := p.Subscribers(t.Context()); len(refs) != 1 || err != nil { // behind the message to inner
		t.Fatal(refs, err)
	}
	if refs, err := inner.Subscribers(t.Context()); len(refs) != 1 || refs[0] != subscriber.Ref || err != nil {
		t.Errorf("subscribers of the subscriber: %v, %v", refs, err)
	}
}
