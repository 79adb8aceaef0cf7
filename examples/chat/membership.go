package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/ocapn-go/ocapn/examples/chat/chatcap"
	"github.com/ocapn-go/ocapn/examples/chat/screen"
	"github.com/ocapn-go/ocapn/runtime/captp"
)

// membership is a place in a room, as the member's program has it, for as long as there is a session with the room.
type membership struct {
	vat     *captp.Vat
	log     *slog.Logger
	user    *user
	room    chatcap.Chatroom
	title   string // of the room
	channel chatcap.MessagingChannel
	heard   chan *news    // what the member was told, in order
	events  chan event    // what happened, in the same order
	over    chan struct{} // closed when the member hears no more of the room

	explained chan struct{} // closed when there will be no more events

	present map[chatcap.User]*presence // owned by explain
	users   int                        // how many there were; owned by explain
	ending  sync.Once
}

// presence is a user who is in the room, as far as the member knows.
type presence struct {
	user int
	name string
	gone chan struct{} // closed when she left
}

// join takes a place in room for the user. Whoever calls it takes the events out of the membership until ctx ends.
func join(ctx context.Context, vat *captp.Vat, log *slog.Logger, room chatcap.Chatroom, u *user) (*membership, error) {
	m := &membership{
		vat: vat, log: log, user: u, room: room,
		heard: make(chan *news), events: make(chan event), over: make(chan struct{}), explained: make(chan struct{}),
		present: make(map[chatcap.User]*presence),
	}
	go m.explain(ctx)
	if err := m.takePlace(ctx); err != nil {
		m.end()
		return nil, err
	}
	return m, nil
}

// takePlace asks the room for a place, which the room seals for the user, so that nobody takes one in somebody else's name.
func (m *membership) takePlace(ctx context.Context) error {
	title := m.room.E(ctx).SelfProposedName()
	sealed, err := m.room.Subscribe(ctx, m.user.ref)
	if err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	place, err := m.user.subscription.unsealer.Call(ctx, sealed)
	if err != nil {
		return fmt.Errorf("unseal the subscription: %w", err)
	}
	finalizer, ok := place.(captp.Ref)
	if !ok {
		return fmt.Errorf("the room sealed %T in place of a subscription", place)
	}
	inbox := chatcap.NewUserInbox(m.vat, inbox{m})
	m.channel, err = captp.As[chatcap.FinalizeSubscription](finalizer).Call(ctx, inbox)
	if err != nil {
		return fmt.Errorf("take the place in the room: %w", err)
	}
	name, _ := title.Await(ctx) // a room without a name is one all the same
	m.title = screen.Shorten(name, maxNameBytes)
	return nil
}

// end ends what is known about who is in the room. What the member has been told already still becomes events.
func (m *membership) end() { m.ending.Do(func() { close(m.over) }) }

// send sends a message to the room. The function that it returns waits until the room has passed it on.
func (m *membership) send(ctx context.Context, sealed captp.Ref) (wait func(context.Context) error) {
	promise := m.channel.E(ctx).SendMessage(sealed)
	return func(ctx context.Context) error {
		ack, err := promise.Await(ctx)
		if _, odd := errors.AsType[*captp.ArgError](err); odd {
			return nil // whatever it is, it is an answer
		}
		if err == nil && ack == chatcap.AckConnectionClosed {
			err = errors.New("the room has no place for us any longer")
		}
		return err
	}
}

// say sends a message to the room and waits until the room has passed it on.
func (m *membership) say(ctx context.Context, text string) error {
	return m.send(ctx, m.user.seal(text, 0))(ctx)
}

// happened returns the events that n stands for, if any. A user who could not be reached when she joined is there when she is first
// heard of: by then she may have called the member herself.
func (m *membership) happened(ctx context.Context, n *news) []event {
	if n.err != nil {
		return m.missed(n)
	}
	p, here := m.present[n.who]
	var events []event
	if !here {
		if n.kind == eventLeft {
			return nil
		}
		if len(m.present) >= maxMembers {
			n.err = errFull
			return m.missed(n)
		}
		p = m.enter(ctx, n)
		events = []event{m.event(eventJoined, n, p)}
	}
	switch n.kind {
	case eventLeft:
		delete(m.present, n.who)
		close(p.gone)
		events = append(events, m.event(eventLeft, n, p))
	case eventMessage:
		e := m.event(eventMessage, n, p)
		e.text, e.odd = n.text, n.odd
		if e.self {
			e.id = m.user.sentAs(n.sealed)
		}
		events = append(events, e)
	}
	return events
}

func (m *membership) event(kind eventKind, n *news, p *presence) event {
	return event{kind: kind, at: n.at, who: n.who, user: p.user, name: p.name, self: n.who == m.user.ref}
}

// missed logs that nobody was there to say what n is about, or that there are too many users. The error is a *captp.ThirdPartyError if the
// user could not be called.
func (m *membership) missed(n *news) []event {
	e := event{kind: eventMissed, at: n.at, err: n.err}
	switch {
	case errors.Is(n.err, errFull):
		e.text = "somebody is here whom there is no room to show"
	case n.kind == eventJoined:
		e.text = "somebody joined who cannot be reached"
	case n.kind == eventMessage:
		e.text = "somebody said what cannot be read"
	case n.kind == eventLeft:
		m.log.Info("somebody left who cannot be reached", "error", n.err)
		return nil
	}
	m.log.Warn(e.text, "error", n.err)
	return []event{e}
}

// enter takes the user that n is about for one who is in the room.
func (m *membership) enter(ctx context.Context, n *news) *presence {
	m.users++
	p := &presence{user: m.users, name: n.name, gone: make(chan struct{})}
	m.present[n.who] = p
	go m.watch(ctx, n.who, p)
	return p
}

// watch takes a user for one who left when she cannot be reached any longer: nothing that she says could be read then, and the room
// cannot hand her off to say that she left. It ends with her presence, with the membership, or with ctx.
func (m *membership) watch(ctx context.Context, who chatcap.User, p *presence) {
	select {
	case <-captp.Broken(who):
		select {
		case <-p.gone:
		default:
			m.tell(ctx, &news{kind: eventLeft, who: who})
		}
	case <-p.gone:
	case <-m.over:
	case <-ctx.Done():
	}
}
