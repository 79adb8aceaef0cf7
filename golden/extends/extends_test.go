package extends_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/extends"
	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

type richRoom struct {
	closed  bool
	touched string
	vat     *captp.Vat
}

func (*richRoom) Name(context.Context) (string, error) { return "lobby", nil }

func (*richRoom) History(_ context.Context, opts *extends.RoomHistoryOpts) ([]string, error) {
	return []string{"a", "b", "c"}[:opts.Limit.Or(3)], nil
}

func (*richRoom) Bounds(context.Context) (int64, int64, error) { return 1, 2, nil }

func (r *richRoom) Touch(_ context.Context, word string) error {
	r.touched = word
	return nil
}

func (r *richRoom) Close(context.Context) error {
	r.closed = true
	return nil
}

func (r *richRoom) Room(context.Context) (extends.Room, error) {
	return extends.NewRoom(r.vat, extends.RoomFuncs{NameFunc: func(context.Context) (string, error) { return "kitchen", nil }}), nil
}

func (r *richRoom) Invite(context.Context, extends.Named) (extends.RichRoom, error) {
	return extends.NewRichRoom(r.vat, r), nil
}

// A server of an interface is one of everything that the interface extends.
var (
	_ extends.NamedServer    = extends.RichRoomServer(nil)
	_ extends.RoomServer     = extends.RichRoomServer(nil)
	_ extends.ClosableServer = extends.RichRoomServer(nil)
)

func TestInheritedMethods(t *testing.T) {
	l := captptest.NewLink(t)
	server := &richRoom{vat: l.B}
	c := captptest.Carry(t, l.B, l.A, extends.NewRichRoom(l.B, server))
	l.ClearTranscript()
	ctx := t.Context()

	if got, err := c.Name(ctx); got != "lobby" || err != nil {
		t.Errorf("Name: got %q, %v", got, err)
	}
	got, err := c.History(ctx, &extends.RoomHistoryOpts{Limit: captp.Some(int64(2))})
	if diff := cmp.Diff([]string{"a", "b"}, got); diff != "" || err != nil {
		t.Errorf("History: %v (-want +got):\n%s", err, diff)
	}
	if a, b, err := c.Bounds(ctx); a != 1 || b != 2 || err != nil {
		t.Errorf("Bounds: got %d, %d, %v", a, b, err)
	}
	if err := c.Touch(ctx, "x"); err != nil {
		t.Errorf("Touch: %v", err)
	}
	if err := c.Close(ctx); err != nil || !server.closed || server.touched != "x" {
		t.Errorf("Close: %v, %v, touched %q", err, server.closed, server.touched)
	}
	want := []string{
		`['name]`, `['fulfill "lobby"]`, `['history 2]`, `['fulfill ["a" "b"]]`, `['bounds]`, `['fulfill [1 2]]`, `['touch "x"]`,
		`['close]`, `['fulfill <void>]`,
	}
	if diff := cmp.Diff(want, transcript.Bodies(l.Transcript())); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestConversion(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, extends.NewRichRoom(l.B, &richRoom{vat: l.B}))
	ctx := t.Context()
	closable := c.Closable()
	if closable.Ref != c.Ref {
		t.Error("the conversion leads to another object")
	}
	// Room is a method of rich-room, so there is no conversion of that name; Go's own does as well.
	if got, err := extends.Room(c).Named().Name(ctx); got != "lobby" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := c.E(ctx).Room().Named().Name().Await(ctx); got != "kitchen" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := c.E(ctx).Invite(extends.Named(c)).Invite(extends.Named(c)).Name().Await(ctx); got != "lobby" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := c.E(ctx).Closable().Close().Await(ctx); err != nil {
		t.Error(err)
	}
}
