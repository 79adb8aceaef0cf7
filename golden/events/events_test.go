package events_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/events"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// sameRef compares references by identity.
var sameRef = cmp.Comparer(func(a, b events.User) bool { return a == b })

func TestEvents(t *testing.T) {
	a, b := captptest.Pair(t)
	ctx := t.Context()
	obs, seq := events.NewObserverStream(ctx, a, 64)
	far := captptest.Carry(t, a, b, obs)
	home := events.NewUser(a, events.UserFuncs{})
	user := captptest.Carry(t, a, b, home)
	for _, err := range []error{
		far.NewMessage(ctx, user, "hello"),
		far.NewMessage(ctx, user, "again", 1, "x"),
		far.UserJoined(ctx, user),
		far.Moved(ctx, 1, 2, nil),
		far.Moved(ctx, 3, 4, &events.ObserverMovedOpts{Note: captp.Some("note"), Opts: captp.Some(int64(5))}),
		far.Tick(ctx),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	three, five, note := captp.Some(int64(3)), captp.Some(int64(5)), captp.Some("note")
	want := []events.ObserverEvent{
		events.ObserverNewMessage{From: home, Text: "hello"},
		events.ObserverNewMessage{From: home, Text: "again", More: []any{int64(1), "x"}},
		events.ObserverUserJoined{Who: home},
		events.ObserverMoved{X: 1, Y: 2, Opts: &events.ObserverMovedOpts{Opts: three}},
		events.ObserverMoved{X: 3, Y: 4, Opts: &events.ObserverMovedOpts{Note: note, Opts: five}},
		events.ObserverTick{},
	}
	var got []events.ObserverEvent
	for event := range seq {
		if got = append(got, event); len(got) == len(want) {
			break
		}
	}
	if diff := cmp.Diff(want, got, sameRef); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	// The loop was left, so the object is revoked, and the sequence is used up.
	_, err := captp.Invoke(ctx, far.Ref, captp.Symbol("tick")).Await(ctx)
	if err == nil || err.Error() != "captp: broken promise: the object is revoked" {
		t.Errorf("a message to a revoked object: got %v", err)
	}
	for event := range seq {
		t.Errorf("got %v from a sequence that is used up", event)
	}
}

// What a program does with events: a switch over their types.
func TestSwitch(t *testing.T) {
	a, b := captptest.Pair(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	obs, seq := events.NewCloseObserverStream(ctx, a, 0)
	far := captptest.Carry(t, a, b, obs)
	if err := errors.Join(
		far.Observer().Tick(ctx), far.Typing(ctx, events.NewUser(b, events.UserFuncs{}), "e", true, []int64{1}), far.Tick(ctx),
	); err != nil {
		t.Fatal(err)
	}
	ticks, typing := 0, 0
	for event := range seq {
		switch event := event.(type) {
		case events.CloseObserverTick:
			if ticks++; ticks == 2 {
				cancel() // another way to end the loop
			}
		case events.CloseObserverTyping:
			typing += len(event.All)
		default:
			t.Errorf("got a %T", event)
		}
	}
	if ticks != 2 || typing != 1 {
		t.Errorf("got %d and %d", ticks, typing)
	}
}

// What is not what the interface says becomes no event, and breaks nothing.
func TestOddMessages(t *testing.T) {
	a, b := captptest.Pair(t)
	ctx := t.Context()
	obs, seq := events.NewObserverStream(ctx, a, 64)
	far := captptest.Carry(t, a, b, obs)
	for _, args := range [][]any{
		{},
		{1},
		{captp.Symbol("moved"), "x", 1},
		{captp.Symbol("new-message"), 1, 2},
		{captp.Symbol("moved")},
		{captp.Symbol("user-joined"), []any{}},
		{captp.Symbol("unknown")},
		{captp.Symbol("moved"), 1, 2, 3},
	} {
		if _, err := captp.Invoke(ctx, far.Ref, args...).Await(ctx); err == nil {
			t.Errorf("%v was taken", args)
		}
	}
	if err := far.Tick(ctx); err != nil {
		t.Fatal(err)
	}
	for event := range seq {
		if event != (events.ObserverTick{}) {
			t.Errorf("got %v", event)
		}
		break
	}
}
