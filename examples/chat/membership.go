package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/ocapn-go/ocapn/examples/chat/chatcap"
	"github.com/ocapn-go/ocapn/runtime/captp"
)

// eventKind says what happened in a room.
type eventKind uint8

const (
	eventJoined eventKind = iota + 1
	eventLeft
	eventMessage
)

// event is something that happened in a room.
type event struct {
	kind eventKind
	who  string // the name that the user gave herself
	self bool   // the user is the member herself
	text string
}

// membership is a place in a room, as the member's program has it.
type membership struct {
	vat     *captp.Vat
	user    *user
	room    chatcap.Chatroom
	channel chatcap.MessagingChannel
	heard   chan news    // what the room told, in order
	events  chan event   // what happened, in the same order
	opened  atomic.Int64 // how often anybody opened a message of the member

	names map[chatcap.User]string // owned by explain
}

// news is what the room told, of which the words may still be on their way.
type news struct {
	kind eventKind
	who  chatcap.User
	text *captp.Promise[any] // of a message
}

// patience is how long the words of one user may hold up the others.
const patience = 5 * time.Second

// join takes a place in a room under a name. What happens there comes out of the events of the membership until ctx ends.
func join(ctx context.Context, vat *captp.Vat, room chatcap.Chatroom, name string) (*membership, error) {
	m := &membership{vat: vat, room: room, heard: make(chan news, 64), events: make(chan event), names: make(map[chatcap.User]string)}
	go m.explain(ctx)
	m.user = newUser(vat, name, func(any) { m.opened.Add(1) })
	sealed, err := room.Subscribe(ctx, m.user.ref)
	if err != nil {
		return nil, fmt.Errorf("subscribe: %w", err)
	}
	place, err := m.user.subscription.unsealer.Call(ctx, sealed)
	if err != nil {
		return nil, fmt.Errorf("unseal the subscription: %w", err)
	}
	finalizer, ok := place.(captp.Ref)
	if !ok {
		return nil, fmt.Errorf("the room sealed %T in place of a subscription", place)
	}
	inbox := chatcap.NewUserInbox(vat, inbox{m})
	m.channel, err = captp.As[chatcap.FinalizeSubscription](finalizer).Call(ctx, inbox)
	if err != nil {
		return nil, fmt.Errorf("take the place in the room: %w", err)
	}
	return m, nil
}

// say sends a message to the room and waits until the room has passed it on.
func (m *membership) say(ctx context.Context, text string) error {
	ack, err := m.channel.SendMessage(ctx, m.user.chat.seal(text))
	if err != nil {
		return err
	}
	if ack != chatcap.AckOK {
		return fmt.Errorf("the room answered %s", ack)
	}
	return nil
}

// explain turns news into events, one after the other, so that a message is shown behind those that were sent before it, however
// long it takes to learn what it says. It ends with ctx.
func (m *membership) explain(ctx context.Context) {
	for {
		select {
		case n := <-m.heard:
			e, err := m.event(ctx, n)
			if err != nil {
				continue // who says something that nobody can read has said nothing
			}
			select {
			case m.events <- e:
			case <-ctx.Done():
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// event waits for the words of n.
func (m *membership) event(ctx context.Context, n news) (event, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	name, ok := m.names[n.who]
	if !ok {
		var err error
		if name, err = n.who.SelfProposedName(ctx); err != nil {
			return event{}, err
		}
		m.names[n.who] = name
	}
	e := event{kind: n.kind, who: name, self: n.who == m.user.ref}
	if n.kind == eventMessage {
		value, err := n.text.Await(ctx)
		if err != nil {
			return event{}, err
		}
		if e.text, ok = value.(string); !ok {
			return event{}, fmt.Errorf("the message is no text but %T", value)
		}
	}
	return e, nil
}

// inbox is where the room tells the member what happens.
type inbox struct{ *membership }

// tell hands on news, and waits while there is too much of it.
func (i inbox) tell(ctx context.Context, n news) error {
	select {
	case i.heard <- n:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// NewMessage implements chatcap.UserInboxServer.
func (i inbox) NewMessage(ctx context.Context, sender chatcap.User, sealed captp.Ref) error {
	text := sender.E(ctx).GetChatUnsealer().Call(sealed)
	return i.tell(ctx, news{kind: eventMessage, who: sender, text: text})
}

// UserJoined implements chatcap.UserInboxServer.
func (i inbox) UserJoined(ctx context.Context, who chatcap.User) error {
	return i.tell(ctx, news{kind: eventJoined, who: who})
}

// UserLeft implements chatcap.UserInboxServer.
func (i inbox) UserLeft(ctx context.Context, who chatcap.User) error {
	return i.tell(ctx, news{kind: eventLeft, who: who})
}

// Context implements chatcap.UserInboxServer.
func (i inbox) Context(context.Context) (chatcap.Chatroom, error) { return i.room, nil }
