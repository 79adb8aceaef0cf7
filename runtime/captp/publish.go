package captp

import (
	"context"
	"errors"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

// Publish lets everybody reach c who has the sturdyref that it returns. Its swiss number is fresh: 32 random bytes. Its
// location is that of the first netlayer that has one; [Vat.SturdyRefs] has those of the others.
//
// Spec: Locators#sturdyref-locator.
func Publish[C Capability](v *Vat, c C) (locator.SturdyRef, error) {
	swiss, err := locator.GenerateSwissNumber(v.rand)
	if err != nil {
		return locator.SturdyRef{}, err
	}
	return PublishAs(v, swiss, c)
}

// PublishAs is [Publish] under a swiss number of the caller's choice, which replaces what was published under it. Whoever
// guesses the number can reach c.
func PublishAs[C Capability](v *Vat, swiss locator.SwissNumber, c C) (locator.SturdyRef, error) {
	r := RefOf(c)
	switch {
	case r.IsZero():
		return locator.SturdyRef{}, &EncodeError{Reason: "zero reference"}
	case r.vat() != v:
		return locator.SturdyRef{}, &ForeignError{}
	case len(v.locations) == 0:
		return locator.SturdyRef{}, errors.New("captp: the vat has no netlayer by which it can be reached")
	}
	if !v.do(func() { v.core.Register(swiss, r.node) }) {
		return locator.SturdyRef{}, ErrClosed
	}
	return locator.SturdyRef{Peer: v.locations[0], Swiss: swiss}, nil
}

// SturdyRefs returns the sturdyrefs of what is, or will be, published under a swiss number: one for each location of the vat, in the
// order of its netlayers. They lead to one object by several ways. A peer that follows one of them sees another peer than one that
// follows another; see the package documentation.
//
// The one for a transport is locator.SturdyRef{Peer: p, Swiss: swiss}, where p is what [Vat.Location] returns.
func (v *Vat) SturdyRefs(swiss locator.SwissNumber) []locator.SturdyRef {
	refs := make([]locator.SturdyRef, 0, len(v.locations))
	for _, p := range v.locations {
		refs = append(refs, locator.SturdyRef{Peer: p, Swiss: swiss})
	}
	return refs
}

// Unpublish ends what [Publish] began. Peers that hold the object already keep it.
func (v *Vat) Unpublish(swiss locator.SwissNumber) {
	v.do(func() { v.core.Unregister(swiss) })
}

// Enliven returns the reference that ref stands for, usable at once. If there is no session with its peer, the peer is
// dialled, after a moment if it could not be reached just before. The reference breaks if the peer cannot be reached (*[DialError])
// or does not know the swiss number. If ctx is done, nothing is sent.
//
// Spec: CapTP#fetch-method.
func Enliven[C Capability](ctx context.Context, v *Vat, ref locator.SturdyRef) Pipe[C] {
	if err := ctx.Err(); err != nil {
		return Pipe[C]{stopped: err}
	}
	node := v.core.NewPromise(nil, true)
	if !v.do(func() { v.core.Enliven(ref, node) }) {
		return Pipe[C]{node: node, stopped: ErrClosed}
	}
	return Pipe[C]{node: node}
}

// Connect sets up a session with peer, or finds the one that there is, and returns when it is up. [Enliven] does so by
// itself. The context cancels only the waiting.
func (v *Vat) Connect(ctx context.Context, peer locator.Peer) error {
	f := &future{vat: v}
	node := v.core.NewPromise(f, false)
	f.node = node
	if !v.do(func() { v.core.Connect(peer, node) }) {
		return ErrClosed
	}
	return f.wait(ctx)
}

// Disconnect ends the session with peer, if there is one that is up. What was reached through it is broken, on both sides, as when
// the connection fails; whoever wants something of the peer afterwards brings about a new session. It does not wait.
//
// Spec: CapTP#opabort.
func (v *Vat) Disconnect(peer locator.Peer) {
	v.do(func() {
		if s := v.core.SessionWith(peer.ID()); s != nil {
			v.core.Fail(s, &endedError{"the session is ended by the program"})
		}
	})
}

// endedError is why this vat ends a session of which nothing is wrong with the messages.
type endedError struct{ reason string }

func (e *endedError) Error() string { return "captp: " + e.reason }

// PublicReason returns the reason.
func (e *endedError) PublicReason() string { return e.reason }
