package chat_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/chat"
	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// room tells its observers what is said. Everything in it is on one queue, so it needs no lock.
type room struct {
	chat.UnimplementedAuthenticatedChannel

	self      captp.Ref
	observers []chat.Observer
}

func (r *room) SendMessage(ctx context.Context, contents any) (chat.Ack, error) {
	for _, o := range r.observers {
		if err := o.NewMessage(ctx, chat.Chatroom{Ref: r.self}, chat.User{Ref: r.self}, contents); err != nil {
			return chat.AckConnectionClosed, nil
		}
	}
	return chat.AckOK, nil
}

func (r *room) Subscribe(ctx context.Context, who chat.Observer) (chat.Ack, chat.Unsubscribe, error) {
	r.observers = append(r.observers, who)
	end := func(context.Context) error {
		r.observers = slices.DeleteFunc(r.observers, func(o chat.Observer) bool { return o == who })
		return nil
	}
	return chat.AckOK, chat.NewUnsubscribe(captp.VatOf(ctx), end, captp.Together(r.self)), nil
}

// subscriber receives what an observer hears.
func subscriber(v *captp.Vat) (chat.Observer, <-chan any) {
	heard := make(chan any, 10)
	return chat.NewObserver(v, chat.ObserverFuncs{
		NewMessageFunc: func(_ context.Context, _ chat.Chatroom, _ chat.User, contents any) error {
			heard <- contents
			return nil
		},
	}), heard
}

func TestConversation(t *testing.T) {
	l := captptest.NewLink(t)
	server := &room{}
	own := chat.NewAuthenticatedChannel(l.B, server)
	server.self = own.Ref
	c := captptest.Carry(t, l.B, l.A, own)
	ctx := t.Context()

	observer, heard := subscriber(l.A)
	ack, end, err := c.Subscribe(ctx, observer)
	if ack != chat.AckOK || err != nil {
		t.Fatalf("got %q, %v", ack, err)
	}
	for _, text := range []string{"hello", "bye"} {
		if ack, err := c.SendMessage(ctx, text); ack != chat.AckOK || err != nil {
			t.Errorf("got %q, %v", ack, err)
		}
		if got := <-heard; got != text {
			t.Errorf("heard %v, want %q", got, text)
		}
	}
	if err := end.Call(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := c.SendMessage(ctx, "nobody hears this"); err != nil || len(server.observers) != 0 {
		t.Errorf("%d observers are left, %v", len(server.observers), err)
	}
	if err := c.Leave(ctx); err == nil {
		t.Error("leave is not implemented, and was answered")
	}
}

// richRoom answers with what it was told.
type richRoom struct {
	chat.UnimplementedRichRoom
}

func (richRoom) History(_ context.Context, opts *chat.RichRoomHistoryOpts) ([]string, error) {
	return make([]string, opts.Limit.Value), nil
}

func (richRoom) Invite(ctx context.Context, guest chat.User, opts *chat.RichRoomInviteOpts) (chat.Profile, error) {
	name, err := guest.SelfProposedName(ctx)
	return chat.Profile{DisplayName: name, AvatarURL: opts.Note}, err
}

func TestRichRoom(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, chat.NewRichRoom(l.B, richRoom{}))
	ctx := t.Context()
	l.ClearTranscript()
	if lines, err := c.History(ctx, nil); len(lines) != 50 || err != nil {
		t.Errorf("got %d lines, %v", len(lines), err)
	}
	if got := transcript.Bodies(l.Transcript())[0]; got != "['history]" {
		t.Errorf("sent %s", got)
	}
	own, err := captp.Publish(l.A, chat.NewRichRoom(l.A, richRoom{}))
	if err != nil {
		t.Fatal(err)
	}
	opts := &chat.RichRoomHistoryOpts{Limit: captp.Some(int64(1)), Before: captp.Opt[locator.SturdyRef]{Value: own, Set: true}}
	if lines, err := c.History(ctx, opts); len(lines) != 1 || err != nil {
		t.Errorf("got %d lines, %v", len(lines), err)
	}

	guest, resolver := captp.NewPromiseRef[chat.User](l.A)
	answer := c.E(ctx).Invite(guest, &chat.RichRoomInviteOpts{Note: captp.Some("n")})
	resolver.Fulfill(chat.NewUser(l.A, chat.UserFuncs{
		SelfProposedNameFunc: func(context.Context) (string, error) { return "ada", nil },
	}))
	got, err := answer.Await(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(chat.Profile{DisplayName: "ada", AvatarURL: captp.Some("n")}, got); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	if _, err := c.Chatroom().SelfProposedName(ctx); err == nil {
		t.Error("self-proposed-name is not implemented, and was answered")
	}
}
