package main

import (
	"context"

	"github.com/ocapn-go/ocapn/examples/chat/chatcap"
	"github.com/ocapn-go/ocapn/idl/std/sealers"
	"github.com/ocapn-go/ocapn/runtime/captp"
)

// user is a person as the program that she uses has her.
type user struct {
	name         string
	ref          chatcap.User
	chat         *triplet // of what she says
	subscription *triplet // of what only she is to see
}

// newUser makes a user. opened hears of each message of hers that somebody reads.
func newUser(vat *captp.Vat, name string, opened func(value any)) *user {
	u := &user{name: name, chat: newTriplet(vat, opened), subscription: newTriplet(vat, nil)}
	u.ref = chatcap.NewUser(vat, userServer{u})
	return u
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
