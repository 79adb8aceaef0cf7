package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/examples/chat/chatcap"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// oddRoom is a room that answers what it is told to: rooms of other implementations differ in that.
type oddRoom struct {
	title any // or an error
	ack   any
	leave any
	users []captp.Ref // who are said to be there before the member
	says  []captp.Ref // what each of them is said to say
}

// host hosts the room in the vat.
func (o oddRoom) host(t *testing.T, vat *captp.Vat) locator.SturdyRef {
	t.Helper()
	ref, err := captp.Publish(vat, captp.As[captp.AnyRef](captp.NewObject(vat, captp.HandlerFunc(
		func(ctx context.Context, args []any) (any, error) {
			if args[0] == captp.Symbol("self-proposed-name") {
				return answer(o.title)
			}
			who := args[1].(captp.Ref)
			finalizer := captp.NewObject(vat, captp.HandlerFunc(func(ctx context.Context, args []any) (any, error) {
				return o.admit(ctx, vat, who, args[0].(captp.Ref))
			}))
			sealer := captp.InvokeRef(ctx, who, captp.Symbol("get-subscription-sealer")).Cap()
			return captp.InvokeRef(ctx, sealer.Ref, finalizer).Cap().Ref, nil
		}))))
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// answer answers a value, or breaks with an error.
func answer(v any) (any, error) {
	if err, ok := v.(error); ok {
		return nil, captp.Public(err)
	}
	return v, nil
}

// admit lets a user in, who hears of herself first, and answers the channel.
func (o oddRoom) admit(ctx context.Context, vat *captp.Vat, who, inbox captp.Ref) (any, error) {
	if err := captp.InvokeTell(ctx, inbox, captp.Symbol("user-joined"), who); err != nil {
		return nil, err
	}
	for i, user := range o.users {
		if err := captp.InvokeTell(ctx, inbox, captp.Symbol("user-joined"), user); err != nil {
			return nil, err
		}
		if err := captp.InvokeTell(ctx, inbox, captp.Symbol("new-message"), user, o.says[i]); err != nil {
			return nil, err
		}
	}
	return captp.NewObject(vat, captp.HandlerFunc(func(ctx context.Context, args []any) (any, error) {
		if args[0] != captp.Symbol("send-message") {
			return answer(o.leave)
		}
		if err := captp.InvokeTell(ctx, inbox, captp.Symbol("new-message"), who, args[1]); err != nil {
			return nil, err
		}
		return answer(o.ack)
	})), nil
}

// oddVat returns a vat of a peer.
func oddVat(t *testing.T) *captp.Vat {
	t.Helper()
	nets := netFlags{}
	opened, err := nets.openOwn(t.Context(), locator.Peer{Transport: tcptesting.Transport})
	if err != nil {
		t.Fatal(err)
	}
	vat, err := newVat(opened, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { vat.Close() })
	return vat
}

// TestRoomsThatAnswerOddly has a member talk in rooms of other implementations, and of none that anybody knows.
func TestRoomsThatAnswerOddly(t *testing.T) {
	tests := []struct {
		name  string
		room  oddRoom
		title string
		fails string
	}{
		{"goblins", oddRoom{"lobby", captp.Symbol("OK"), nil, nil, nil}, "lobby", ""},
		{"endo", oddRoom{"lobby", "OK", nil, nil, nil}, "lobby", ""},
		{"null", oddRoom{captp.Null{}, captp.Null{}, captp.Null{}, nil, nil}, "", ""},
		{"undefined", oddRoom{nil, nil, nil, nil, nil}, "", ""},
		{"symbol for a name", oddRoom{captp.Symbol("lobby"), true, captp.Symbol("OK"), nil, nil}, "", ""},
		{"numbers", oddRoom{int64(1), int64(2), 3.5, nil, nil}, "", ""},
		{"lists", oddRoom{[]any{"a"}, []any{"OK"}, []any{}, nil, nil}, "", ""},
		{"no name", oddRoom{errors.New("no name"), "OK", nil, nil, nil}, "", ""},
		{"closed", oddRoom{"lobby", captp.Symbol("CONNECTION-CLOSED"), nil, nil, nil}, "lobby", "no place for us"},
		{"closed as a string", oddRoom{"lobby", "CONNECTION-CLOSED", "CONNECTION-CLOSED", nil, nil}, "lobby", "no place for us"},
		{"error", oddRoom{"lobby", errors.New("not today"), nil, nil, nil}, "lobby", "not today"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := newGuest(t, test.room.host(t, oddVat(t)), "ada", "127.0.0.1:0")
			if g.title != test.title {
				t.Errorf("the room is called %q, want %q", g.title, test.title)
			}
			err := g.say(t.Context(), "hello")
			if test.fails == "" && err != nil || test.fails != "" && (err == nil || !strings.Contains(err.Error(), test.fails)) {
				t.Errorf("say: %v, want %q", err, test.fails)
			}
			g.sees(t, "* you are in the room as ada", "<ada> hello")
			if _, err := g.channel.Leave(t.Context()); err != nil {
				t.Errorf("leave: %v", err)
			}
		})
	}
}

// oddUser makes a user of any name, who opens each of her messages as the same value.
func oddUser(vat *captp.Vat, name, value any) (user, sealed captp.Ref) {
	sealed = captp.NewObject(vat, captp.HandlerFunc(func(context.Context, []any) (any, error) { return nil, nil }))
	unsealer := captp.NewObject(vat, captp.HandlerFunc(func(_ context.Context, args []any) (any, error) {
		if args[0] != sealed { // as Endo's, which does not look behind a promise
			return nil, captp.Public(errors.New("not mine"))
		}
		return answer(value)
	}))
	user = captp.NewObject(vat, captp.HandlerFunc(func(_ context.Context, args []any) (any, error) {
		if args[0] == captp.Symbol("get-chat-unsealer") {
			return unsealer, nil
		}
		return answer(name)
	}))
	return user, sealed
}

// TestUsersWhoAreOdd has users in a room who have no names, or say what is no text. They are of another peer than the room.
func TestUsersWhoAreOdd(t *testing.T) {
	tests := []struct {
		name, value any
		want        []string
	}{
		{"bob", "hello", []string{"* bob is here", "<bob> hello"}},
		{"bob", int64(42), []string{"* bob is here", "<bob> 42"}},
		{"bob", nil, []string{"* bob is here", "<bob> (nothing)"}},
		{"bob", captp.Symbol("hi"), []string{"* bob is here", "<bob> hi"}},
		{"bob", []any{"a", int64(1), captp.Symbol("s"), []byte("abc")}, []string{"* bob is here", `<bob> ["a",1,"s","(3 bytes)"]`}},
		{"bob", "\x1b[2J\u202e", []string{"* bob is here", "<bob> ␛[2J<U+202E>"}},
		{"\x1b[2J\n" + strings.Repeat("x", 100), "hello", []string{"* ␛[2J↵" + strings.Repeat("x", 34) + "… is here", "<␛[2J↵" + strings.Repeat("x", 34) + "…> hello"}},
		{"bob" + strings.Repeat(" ", 1<<20), "hello", []string{"* bob … (1047555 more bytes) is here", "<bob … (1047555 more bytes)> hello"}},
		{"", "hello", []string{"* somebody is here", "<somebody> hello"}},
		{int64(7), "hello", []string{"* somebody is here", "<somebody> hello"}},
		{errors.New("who asks?"), "hello", []string{"* somebody is here", "<somebody> hello"}},
	}
	for _, test := range tests {
		t.Run(strings.Join(test.want, " "), func(t *testing.T) {
			vat := oddVat(t)
			user, sealed := oddUser(vat, test.name, test.value)
			place := captp.NewObject(vat, captp.HandlerFunc(func(_ context.Context, args []any) (any, error) {
				return []any{user, sealed}, nil
			}))
			ref, err := captp.Publish(vat, captp.As[captp.AnyRef](place))
			if err != nil {
				t.Fatal(err)
			}
			host := oddVat(t)
			both, err := captp.Invoke(t.Context(), captp.Enliven[captp.AnyRef](t.Context(), host, ref).Cap().Ref).Await(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			list := both.([]any)
			room := oddRoom{title: "lobby", ack: "OK", users: []captp.Ref{list[0].(captp.Ref)}, says: []captp.Ref{list[1].(captp.Ref)}}
			g := newGuest(t, room.host(t, host), "ada", "127.0.0.1:0")
			g.sees(t, append([]string{"* you are in the room as ada"}, test.want...)...)
			if failed := g.errors.failures(); failed != nil {
				t.Errorf("the log: %v", failed)
			}
		})
	}
}

// TestUnsealerLooksBehindPromises opens a message whose handle comes as a promise, as it does from a peer to whom it was handed off.
func TestUnsealerLooksBehindPromises(t *testing.T) {
	alice := oddVat(t)
	u := newUser(alice, "alice")
	ref, err := captp.Publish(alice, u.ref)
	if err != nil {
		t.Fatal(err)
	}
	handle, err := captp.Publish(alice, captp.As[captp.AnyRef](u.chat.seal("hello")))
	if err != nil {
		t.Fatal(err)
	}
	bob := oddVat(t)
	user := captp.Enliven[chatcap.User](t.Context(), bob, ref).Cap()
	unsealer, err := user.GetChatUnsealer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := user.ChatSealedPredicate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	promise, resolver := captp.NewPromiseRef[captp.AnyRef](bob)
	opened := unsealer.E(t.Context()).Call(promise.Ref)
	mine, err := captp.Resolve(t.Context(), captp.Enliven[captp.AnyRef](t.Context(), bob, handle).Cap())
	if err != nil {
		t.Fatal(err)
	}
	resolver.Fulfill(mine)
	if got, err := opened.Await(t.Context()); got != "hello" || err != nil {
		t.Errorf("opened as %v, %v", got, err)
	}

	broken, resolver := captp.NewPromiseRef[captp.AnyRef](bob)
	resolver.Break(errors.New("lost"))
	foreign := captp.NewObject(bob, captp.HandlerFunc(func(context.Context, []any) (any, error) { return nil, nil }))
	for name, ref := range map[string]captp.Ref{"a broken promise": broken.Ref, "somebody else's object": foreign} {
		if got, err := unsealer.Call(t.Context(), ref); err == nil {
			t.Errorf("%s is opened as %v", name, got)
		}
		if is, err := sealed.Call(t.Context(), ref); is || err != nil {
			t.Errorf("%s is sealed: %t, %v", name, is, err)
		}
	}
	if is, err := sealed.Call(t.Context(), mine.Ref); !is || err != nil {
		t.Errorf("the handle is sealed: %t, %v", is, err)
	}
}
