package main

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/ocapn-go/ocapn/examples/chat/chatcap"
	"github.com/ocapn-go/ocapn/runtime/captp"
)

// room is a chatroom that this process hosts. It gives its members each other: users and messages that live in one vat are handed off
// to the others, whose programs then talk to hers directly. Nobody waits for anybody: whether a member can be reached by another one is
// theirs to find out.
type room struct {
	vat  *captp.Vat
	name string
	ref  chatcap.Chatroom

	mu      sync.Mutex
	members []*member // in the order in which they joined
}

// member is a user who is in the room.
type member struct {
	room  *room
	user  chatcap.User
	inbox chatcap.UserInbox
	gone  chan struct{} // closed when the member has left
}

// maxMembers is how many members a room has at the same time. More do not get a place, and a member's program shows no more of another
// room.
const maxMembers = 1000

// newRoom makes an empty room.
func newRoom(vat *captp.Vat, name string) *room {
	r := &room{vat: vat, name: name}
	r.ref = chatcap.NewChatroom(vat, r)
	return r
}

// SelfProposedName implements chatcap.ChatroomServer.
func (r *room) SelfProposedName(context.Context) (string, error) { return r.name, nil }

// Subscribe implements chatcap.ChatroomServer. It does not wait for the user: the answer is the promise of the sealed place.
func (r *room) Subscribe(ctx context.Context, who chatcap.User) (captp.Ref, error) {
	place := chatcap.NewFinalizeSubscription(r.vat, r.finalizer(who))
	return who.E(ctx).GetSubscriptionSealer().Call(place.Ref).Cap().Ref, nil
}

// finalizer returns what lets who into the room, once.
func (r *room) finalizer(who chatcap.User) func(context.Context, chatcap.UserInbox) (chatcap.MessagingChannel, error) {
	var used bool // calls of one object come one at a time
	return func(ctx context.Context, inbox chatcap.UserInbox) (chatcap.MessagingChannel, error) {
		if used {
			return chatcap.MessagingChannel{}, captp.Public(errors.New("already finalized"))
		}
		used = true
		m, err := r.admit(ctx, who, inbox)
		if err != nil {
			return chatcap.MessagingChannel{}, captp.Public(err)
		}
		return chatcap.NewMessagingChannel(r.vat, channel{m}), nil
	}
}

var errFull = errors.New("the room is full")

// admit makes who a member, if there is room. Those who are there hear of her, then she hears of everybody, herself included.
func (r *room) admit(ctx context.Context, who chatcap.User, inbox chatcap.UserInbox) (*member, error) {
	m := &member{room: r, user: who, inbox: inbox, gone: make(chan struct{})}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.members) >= maxMembers {
		return nil, errFull
	}
	for _, other := range r.members {
		other.inbox.E(ctx).UserJoined(who)
	}
	r.members = append(r.members, m)
	for _, other := range r.members {
		inbox.E(ctx).UserJoined(other.user)
	}
	go m.watch()
	return m, nil
}

// watch ends the membership when the member cannot be reached any longer. It ends with the membership.
func (m *member) watch() {
	select {
	case <-captp.Broken(m.inbox):
		m.leave(context.Background())
	case <-m.gone:
	}
}

// say passes what the member said on to everybody, herself included. It reports false if she has left.
func (m *member) say(ctx context.Context, sealed captp.Ref) bool {
	m.room.mu.Lock()
	defer m.room.mu.Unlock()
	if !slices.Contains(m.room.members, m) {
		return false
	}
	for _, other := range m.room.members {
		other.inbox.E(ctx).NewMessage(m.user, sealed)
	}
	return true
}

// leave ends the membership. It reports false if it had ended before.
func (m *member) leave(ctx context.Context) bool {
	m.room.mu.Lock()
	defer m.room.mu.Unlock()
	i := slices.Index(m.room.members, m)
	if i < 0 {
		return false
	}
	close(m.gone)
	m.room.members = slices.Delete(m.room.members, i, i+1)
	for _, other := range m.room.members {
		other.inbox.E(ctx).UserLeft(m.user)
	}
	return true
}

// channel is what a member may do.
type channel struct{ member *member }

// SendMessage implements chatcap.MessagingChannelServer.
func (c channel) SendMessage(ctx context.Context, sealed captp.Ref) (chatcap.Ack, error) {
	if !c.member.say(ctx, sealed) {
		return chatcap.AckConnectionClosed, nil
	}
	return chatcap.AckOK, nil
}

// Leave implements chatcap.MessagingChannelServer.
func (c channel) Leave(ctx context.Context) (any, error) {
	if !c.member.leave(ctx) {
		return captp.Symbol(chatcap.AckConnectionClosed), nil
	}
	return nil, nil
}

// ListUsers implements chatcap.MessagingChannelServer.
func (c channel) ListUsers(context.Context) (any, error) {
	r := c.member.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Contains(r.members, c.member) {
		return captp.Symbol(chatcap.AckConnectionClosed), nil
	}
	users := []any{}
	for _, m := range r.members {
		users = append(users, m.user.Ref)
	}
	return users, nil
}
