package references_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/golden/references"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// room makes a channel for everybody who joins.
type room struct {
	references.UnimplementedChatroom
}

func (room) SelfProposedName(context.Context) (string, error) { return "lobby", nil }

func (room) Join(ctx context.Context, who references.User) (references.Channel, error) {
	name, err := who.SelfProposedName(ctx)
	if err != nil {
		return references.Channel{}, err
	}
	return references.NewChannel(captp.VatOf(ctx), &channel{who: who, name: name}), nil
}

func (room) Opaque(ctx context.Context) (captp.Ref, error) {
	return references.NewChatroom(captp.VatOf(ctx), room{}).Ref, nil
}

func (room) Same(_ context.Context, one, other captp.Ref) (bool, error) { return one == other, nil }

type channel struct {
	references.UnimplementedChannel

	who  references.User
	name string
	sent int64
}

func (c *channel) Send(context.Context, string) (int64, error) {
	c.sent++
	return c.sent, nil
}

func (c *channel) Owner(context.Context) (references.User, error) { return c.who, nil }

func user(v *captp.Vat, name string) references.User {
	return references.NewUser(v, references.UserFuncs{
		SelfProposedNameFunc: func(context.Context) (string, error) { return name, nil },
	})
}

func remote(t *testing.T) (references.Chatroom, *captptest.Link) {
	t.Helper()
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, references.NewChatroom(l.B, room{}))
	l.ClearTranscript()
	return c, l
}

func TestReferencesComeHome(t *testing.T) {
	c, l := remote(t)
	ada := user(l.A, "ada")
	channel, err := c.Join(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	owner, err := channel.Owner(t.Context())
	if owner != ada || err != nil {
		t.Errorf("got %v, %v; want the same user", owner, err)
	}
	if same, err := c.Same(t.Context(), ada.Ref, owner.Ref); !same || err != nil {
		t.Errorf("got %v, %v", same, err)
	}
	if same, err := c.Same(t.Context(), ada.Ref, c.Ref); same || err != nil {
		t.Errorf("got %v, %v", same, err)
	}
}

func TestTarget(t *testing.T) {
	c, _ := remote(t)
	r, err := c.Opaque(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	other := captp.As[references.Chatroom](r)
	if name, err := other.SelfProposedName(t.Context()); name != "lobby" || err != nil {
		t.Errorf("got %q, %v", name, err)
	}
	early := captp.As[references.Chatroom](c.E(t.Context()).Opaque().Cap().Ref)
	if name, err := early.SelfProposedName(t.Context()); name != "lobby" || err != nil {
		t.Errorf("got %q, %v", name, err)
	}
}

func TestUnimplemented(t *testing.T) {
	c, l := remote(t)
	channel, err := c.Join(t.Context(), user(l.A, "ada"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = channel.Room(t.Context())
	var remote *captp.RemoteError
	if !errors.As(err, &remote) || remote.Message != `no method "room"` {
		t.Errorf("got %v", err)
	}
	// A message to a result that never comes breaks for the same reason.
	_, err = channel.E(t.Context()).Room().SelfProposedName().Await(t.Context())
	if !errors.As(err, &remote) || remote.Message != `no method "room"` {
		t.Errorf("got %v", err)
	}
}

func TestErrorsAreNotDisclosed(t *testing.T) {
	l := captptest.NewLink(t)
	secret := references.NewUser(l.B, references.UserFuncs{
		SelfProposedNameFunc: func(context.Context) (string, error) { return "", errors.New("the password is 1234") },
	})
	c := captptest.Carry(t, l.B, l.A, secret)
	_, err := c.SelfProposedName(t.Context())
	if err == nil || strings.Contains(err.Error(), "1234") {
		t.Errorf("got %v", err)
	}
}

func TestLocalFindsTheServer(t *testing.T) {
	_, l := remote(t)
	own := references.NewChatroom(l.A, room{})
	if _, ok := captp.Local[room](own); !ok {
		t.Error("the server behind an object of this vat was not found")
	}
}

func TestRefuses(t *testing.T) {
	c, _ := remote(t)
	_, err := captp.Invoke(t.Context(), c.Ref, captp.Symbol("join"), "ada").Await(t.Context())
	if err == nil || !strings.HasSuffix(err.Error(), "who: want a reference, got a string") {
		t.Errorf("got %v", err)
	}
}
