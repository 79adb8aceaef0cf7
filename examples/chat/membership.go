package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"

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
	who  chatcap.User
	name string // that the user gave herself
	self bool   // the user is the member herself
	text string
}

// membership is a place in a room, as the member's program has it.
type membership struct {
	vat     *captp.Vat
	log     *slog.Logger
	user    *user
	room    chatcap.Chatroom
	channel chatcap.MessagingChannel
	heard   chan *news   // what the member was told, in order
	events  chan event   // what happened, in the same order
	opened  atomic.Int64 // how often anybody opened a message of the member

	present map[chatcap.User]*presence // owned by explain
}

// presence is a user who is in the room, as far as the member knows.
type presence struct {
	name string
	gone chan struct{} // closed when she left
}

// join takes a place in room for a new user of that name. Whoever calls it takes the events out of the membership until ctx ends.
func join(ctx context.Context, vat *captp.Vat, log *slog.Logger, room chatcap.Chatroom, name string) (*membership, error) {
	m := &membership{
		vat: vat, log: log, room: room,
		heard: make(chan *news, 64), events: make(chan event), present: make(map[chatcap.User]*presence),
	}
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
			<-n.learned
			for _, e := range m.happened(ctx, n) {
				select {
				case m.events <- e:
				case <-ctx.Done():
					return
				}
			}
		case <-ctx.Done():
			return
		}
	}
}

// happened returns the events that n stands for, if any. A user who could not be reached when she joined is there when she is first
// heard of: by then she may have called the member herself.
func (m *membership) happened(ctx context.Context, n *news) []event {
	if n.err != nil {
		m.unlearned(n)
		return nil
	}
	p, here := m.present[n.who]
	var events []event
	if !here {
		if n.kind == eventLeft {
			return nil
		}
		p = m.enter(ctx, n)
		events = []event{m.event(eventJoined, n.who, p)}
	}
	switch n.kind {
	case eventLeft:
		delete(m.present, n.who)
		close(p.gone)
		events = append(events, m.event(eventLeft, n.who, p))
	case eventMessage:
		e := m.event(eventMessage, n.who, p)
		e.text = n.text
		events = append(events, e)
	}
	return events
}

func (m *membership) event(kind eventKind, who chatcap.User, p *presence) event {
	return event{kind: kind, who: who, name: p.name, self: who == m.user.ref}
}

// unlearned logs that nobody was there to say what n is about. The error is a *captp.ThirdPartyError if the user could not be called.
func (m *membership) unlearned(n *news) {
	switch n.kind {
	case eventJoined:
		m.log.Warn("somebody joined who cannot be reached", "error", n.err)
	case eventMessage:
		m.log.Warn("somebody said what cannot be read", "error", n.err)
	case eventLeft:
		m.log.Info("somebody left who cannot be reached", "error", n.err)
	}
}

// enter takes the user that n is about for one who is in the room.
func (m *membership) enter(ctx context.Context, n *news) *presence {
	p := &presence{name: n.name, gone: make(chan struct{})}
	m.present[n.who] = p
	go m.watch(ctx, n.who, p)
	return p
}

// watch takes a user for one who left when she cannot be reached any longer: nothing that she says could be read then, and the room
// cannot hand her off to say that she left. It ends with her presence, or with ctx.
func (m *membership) watch(ctx context.Context, who chatcap.User, p *presence) {
	select {
	case <-captp.Broken(who):
		select {
		case <-p.gone:
		default:
			_ = m.tell(ctx, &news{kind: eventLeft, who: who}) // the error is that of ctx
		}
	case <-p.gone:
	case <-ctx.Done():
	}
}
