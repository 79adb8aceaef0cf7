package main

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/ocapn-go/ocapn/examples/chat/chatcap"
	"github.com/ocapn-go/ocapn/idl/std/sealers"
	"github.com/ocapn-go/ocapn/runtime/captp"
)

// user is a person as the program that she uses has her.
type user struct {
	name         string
	ref          chatcap.User
	chat         *triplet     // of what she says
	subscription *triplet     // of what only she is to see
	opened       atomic.Int64 // how often anybody opened a message of hers

	mu   sync.Mutex
	sent map[captp.Ref]int64 // messages that she has not heard of yet, by handle
}

// newUser makes a user.
func newUser(vat *captp.Vat, name string) *user {
	u := &user{name: name, sent: make(map[captp.Ref]int64)}
	u.chat = newTriplet(vat, func(any) { u.opened.Add(1) })
	u.subscription = newTriplet(vat, nil)
	u.ref = chatcap.NewUser(vat, userServer{u})
	return u
}

// seal returns a handle for what the user says, which sentAs knows by the number.
func (u *user) seal(text string, id int64) captp.Ref {
	sealed := u.chat.seal(text)
	u.mu.Lock()
	defer u.mu.Unlock()
	u.sent[sealed] = id
	return sealed
}

// sentAs returns the number of the message with the handle, and forgets it. It is zero if there is none.
func (u *user) sentAs(sealed captp.Ref) int64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	id := u.sent[sealed]
	delete(u.sent, sealed)
	return id
}

// userServer is a user as others have her.
type userServer struct{ *user }

// SelfProposedName implements chatcap.UserServer.
func (u userServer) SelfProposedName(context.Context) (string, error) { return u.name, nil }

// ChatSealedPredicate implements chatcap.UserServer.
func (u userServer) ChatSealedPredicate(context.Context) (sealers.Predicate, error) {
	return u.chat.predicate, nil
}

// GetChatUnsealer implements chatcap.UserServer.
func (u userServer) GetChatUnsealer(context.Context) (sealers.Unsealer, error) {
	return u.chat.unsealer, nil
}

// GetSubscriptionSealer implements chatcap.UserServer.
func (u userServer) GetSubscriptionSealer(context.Context) (sealers.Sealer, error) {
	return u.subscription.sealer, nil
}
