package main

import (
	"context"
	"errors"

	"github.com/ocapn-go/ocapn/examples/chat/chatcap"
	"github.com/ocapn-go/ocapn/runtime/captp"
)

// relay stands in this process for a user who lives in another, so that members who cannot reach each other can talk: to everybody
// else she is an object of the host. What she says stays sealed, and is opened by her; the host passes calls on.
type relay struct {
	vat  *captp.Vat
	far  chatcap.User // the user herself
	user chatcap.User // what others get
}

// newRelay returns a relay for a user, nil if she lives in this process.
func newRelay(vat *captp.Vat, far chatcap.User) *relay {
	if _, here := captp.Local[chatcap.UserServer](far); here {
		return nil
	}
	r := &relay{vat: vat, far: far}
	r.user = chatcap.NewUser(vat, relayServer{r})
	return r
}

// relayed is the object behind a sealed handle that was passed on. It understands nothing.
type relayed struct {
	by     *relay
	sealed captp.Ref // the handle as its owner knows it
}

// Dispatch implements captp.Handler.
func (*relayed) Dispatch(_ context.Context, args *captp.Decoder, _ *captp.Encoder) error {
	return captp.NoMethod(args)
}

// pass returns what others get in place of a handle of the user.
func (r *relay) pass(sealed captp.Ref) captp.Ref {
	return captp.NewObject(r.vat, &relayed{by: r, sealed: sealed})
}

// original returns the user's own handle behind one that was passed on.
func (r *relay) original(ctx context.Context, handle captp.Ref) (captp.Ref, error) {
	settled, err := captp.Resolve(ctx, captp.As[captp.AnyRef](handle))
	if err != nil {
		return captp.Ref{}, err
	}
	passed, ok := captp.Local[*relayed](settled)
	if !ok || passed.by != r {
		return captp.Ref{}, errNotSealed
	}
	return passed.sealed, nil
}

// relayServer is the user as others have her.
type relayServer struct{ *relay }

// SelfProposedName implements chatcap.UserServer.
func (r relayServer) SelfProposedName(ctx context.Context) (string, error) {
	return r.far.SelfProposedName(ctx)
}

// ChatSealedPredicate implements chatcap.UserServer.
func (r relayServer) ChatSealedPredicate(context.Context) (chatcap.SealedPredicate, error) {
	return chatcap.NewSealedPredicate(r.vat, func(ctx context.Context, value any) (bool, error) {
		handle, ok := value.(captp.Ref)
		if !ok {
			return false, nil
		}
		sealed, err := r.original(ctx, handle)
		if err != nil {
			return false, nil
		}
		return r.far.E(ctx).ChatSealedPredicate().Call(sealed).Await(ctx)
	}), nil
}

// GetChatUnsealer implements chatcap.UserServer.
func (r relayServer) GetChatUnsealer(context.Context) (chatcap.Unsealer, error) {
	return chatcap.NewUnsealer(r.vat, func(ctx context.Context, handle captp.Ref) (any, error) {
		sealed, err := r.original(ctx, handle)
		if err != nil {
			return nil, err
		}
		return r.far.E(ctx).GetChatUnsealer().Call(sealed).Await(ctx)
	}), nil
}

// GetSubscriptionSealer implements chatcap.UserServer. A place in a room is for the user herself, who is asked directly.
func (relayServer) GetSubscriptionSealer(context.Context) (chatcap.Sealer, error) {
	return chatcap.Sealer{}, captp.Public(errors.New("a relay takes no place in a room"))
}
