package main

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/ocapn-go/ocapn/examples/chat/chatcap"
	"github.com/ocapn-go/ocapn/examples/chat/screen"
	"github.com/ocapn-go/ocapn/runtime/captp"
)

// news is what a member was told. The room hands off users and messages: they come as promises, and it takes a session with the user
// to learn who she is and what she says.
type news struct {
	kind   eventKind
	at     time.Time
	sealed captp.Ref // of a message; settled when learned

	giveUp  context.CancelFunc
	learned chan struct{} // closed when what follows is valid
	who     chatcap.User
	name    string // but for a user who left
	text    string // of a message
	odd     bool   // it is no text
	err     error
}

const (
	// patience is how long what happened later is held back for news that are not learned yet.
	patience = 5 * time.Second
	// effort is how long it may take to learn what news are about. To call somebody by way of an onion service takes a while.
	effort = 90 * time.Second
	// maxNameBytes is how many bytes of the name of a user, or of a room, are kept. Each message of hers comes with it.
	maxNameBytes = 1 << 10
)

// learn asks the user herself. It ends with ctx, and with the vat.
func (n *news) learn(ctx context.Context) {
	defer close(n.learned)
	defer n.giveUp()
	if n.who, n.err = captp.Resolve(ctx, n.who); n.err != nil || n.kind == eventLeft {
		return
	}
	name := n.who.E(ctx).SelfProposedName()
	if n.kind == eventMessage {
		if n.err = n.open(ctx); n.err != nil {
			return
		}
	}
	called, err := name.Await(ctx)
	if isUnreachable(err) {
		n.err = err
	}
	n.name = screen.Shorten(called, maxNameBytes) // a user without a name is one all the same
}

// open opens a message. The unsealer is given the handle itself: not every peer's looks behind a promise.
func (n *news) open(ctx context.Context) error {
	sealed, err := captp.Resolve(ctx, captp.As[captp.AnyRef](n.sealed))
	if err != nil {
		return err
	}
	n.sealed = sealed.Ref
	value, err := n.who.E(ctx).GetChatUnsealer().Call(n.sealed).Await(ctx)
	if err != nil {
		return err
	}
	n.text, n.odd = describe(value)
	return nil
}

// isUnreachable reports whether the error is about reaching somebody, and not about what she answers.
func isUnreachable(err error) bool {
	_, third := errors.AsType[*captp.ThirdPartyError](err)
	_, dial := errors.AsType[*captp.DialError](err)
	return third || dial || errors.Is(err, net.ErrClosed) || errors.Is(err, context.DeadlineExceeded)
}

// inbox is where the room tells the member what happens.
type inbox struct{ *membership }

// tell hands on news, and waits while there is too much of it. All of it is learned at the same time. It ends with the membership, and with
// ctx.
func (m *membership) tell(ctx context.Context, n *news) {
	n.at, n.learned = time.Now(), make(chan struct{})
	var learning context.Context
	learning, n.giveUp = context.WithTimeout(context.Background(), effort)
	go n.learn(learning)
	select {
	case m.heard <- n:
	case <-m.over:
		n.giveUp()
	case <-ctx.Done():
		n.giveUp()
	}
}

// NewMessage implements chatcap.UserInboxServer.
func (i inbox) NewMessage(ctx context.Context, sender chatcap.User, sealed captp.Ref) error {
	i.tell(ctx, &news{kind: eventMessage, who: sender, sealed: sealed})
	return nil
}

// UserJoined implements chatcap.UserInboxServer.
func (i inbox) UserJoined(ctx context.Context, who chatcap.User) error {
	i.tell(ctx, &news{kind: eventJoined, who: who})
	return nil
}

// UserLeft implements chatcap.UserInboxServer.
func (i inbox) UserLeft(ctx context.Context, who chatcap.User) error {
	i.tell(ctx, &news{kind: eventLeft, who: who})
	return nil
}

// Context implements chatcap.UserInboxServer.
func (i inbox) Context(context.Context) (chatcap.Chatroom, error) { return i.room, nil }
