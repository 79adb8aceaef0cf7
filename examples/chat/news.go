package main

import (
	"context"
	"fmt"
	"time"

	"github.com/ocapn-go/ocapn/examples/chat/chatcap"
	"github.com/ocapn-go/ocapn/runtime/captp"
)

// news is what a member was told. The room hands off users and messages: they come as promises, and it takes a session with the user
// to learn who she is and what she says.
type news struct {
	kind   eventKind
	sealed captp.Ref // of a message

	learned chan struct{} // closed when what follows is valid
	who     chatcap.User
	name    string // but for a user who left
	text    string // of a message
	err     error
}

// patience is how long it may take to learn what news are about. News of others that came later are not shown before that.
const patience = 5 * time.Second

// learn asks the user herself. It ends within patience, and with the vat.
func (n *news) learn() {
	defer close(n.learned)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if n.who, n.err = captp.Resolve(ctx, n.who); n.err != nil || n.kind == eventLeft {
		return
	}
	name := n.who.E(ctx).SelfProposedName()
	if n.kind == eventMessage {
		if n.text, n.err = n.open(ctx); n.err != nil {
			return
		}
	}
	n.name, n.err = name.Await(ctx)
}

// open returns the words of a message. The unsealer is given the handle itself: not every peer's looks behind a promise.
func (n *news) open(ctx context.Context) (string, error) {
	sealed, err := captp.Resolve(ctx, captp.As[captp.AnyRef](n.sealed))
	if err != nil {
		return "", err
	}
	value, err := n.who.E(ctx).GetChatUnsealer().Call(sealed.Ref).Await(ctx)
	if err != nil {
		return "", err
	}
	text, ok := value.(string)
	if !ok {
		return "", fmt.Errorf("the message is no text but %T", value)
	}
	return text, nil
}

// inbox is where the room tells the member what happens.
type inbox struct{ *membership }

// tell hands on news, and waits while there is too much of it. All of it is learned at the same time.
func (m *membership) tell(ctx context.Context, n *news) error {
	n.learned = make(chan struct{})
	go n.learn()
	select {
	case m.heard <- n:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// NewMessage implements chatcap.UserInboxServer.
func (i inbox) NewMessage(ctx context.Context, sender chatcap.User, sealed captp.Ref) error {
	return i.tell(ctx, &news{kind: eventMessage, who: sender, sealed: sealed})
}

// UserJoined implements chatcap.UserInboxServer.
func (i inbox) UserJoined(ctx context.Context, who chatcap.User) error {
	return i.tell(ctx, &news{kind: eventJoined, who: who})
}

// UserLeft implements chatcap.UserInboxServer.
func (i inbox) UserLeft(ctx context.Context, who chatcap.User) error {
	return i.tell(ctx, &news{kind: eventLeft, who: who})
}

// Context implements chatcap.UserInboxServer.
func (i inbox) Context(context.Context) (chatcap.Chatroom, error) { return i.room, nil }
