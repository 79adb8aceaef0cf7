package netlayer

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

// Set picks the netlayer of a transport. It is immutable, and its methods may be called from any goroutine; its zero value
// has no netlayer.
type Set struct {
	layers map[string]Netlayer
}

// NewSet returns the set of the netlayers. It is an error that two of them are for one transport.
func NewSet(layers ...Netlayer) (Set, error) {
	s := Set{layers: make(map[string]Netlayer, len(layers))}
	for _, l := range layers {
		if s.layers[l.Transport()] != nil {
			return Set{}, fmt.Errorf("netlayer: two netlayers for transport %q", l.Transport())
		}
		s.layers[l.Transport()] = l
	}
	return s, nil
}

// Lookup returns the netlayer of the transport.
func (s Set) Lookup(transport string) (Netlayer, bool) {
	l, ok := s.layers[transport]
	return l, ok
}

// Dial dials the peer with the netlayer of its transport: see Netlayer.Dial. Without one, the error is a *DialError that
// wraps ErrLocation.
func (s Set) Dial(ctx context.Context, peer locator.Peer) (Conn, error) {
	l, ok := s.layers[peer.Transport]
	if !ok {
		return nil, &DialError{Peer: peer, Err: fmt.Errorf("%w: no netlayer for transport %q", ErrLocation, peer.Transport)}
	}
	return l.Dial(ctx, peer)
}

// All returns the netlayers, in the order of their transports.
func (s Set) All() iter.Seq[Netlayer] {
	return func(yield func(Netlayer) bool) {
		for _, transport := range slices.Sorted(maps.Keys(s.layers)) {
			if !yield(s.layers[transport]) {
				return
			}
		}
	}
}
