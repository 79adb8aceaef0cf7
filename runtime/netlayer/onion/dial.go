package onion

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// Dial opens a stream to the onion service of the peer: see netlayer.Netlayer. While tor says that it cannot be reached, which is so for
// seconds after it was published, Dial tries again until ctx ends, or for 15 s when ctx has no deadline. The error wraps
// netlayer.ErrRefused when it could not be reached, netlayer.ErrLocation when the designator is no address, netlayer.ErrIdentity when it
// does not prove that it is the one, and ErrGone when there is no tor.
//
// No address of the Internet is connected to, so netlayer.WithAddressPolicy is not asked; hints are ignored.
func (nl *Netlayer) Dial(ctx context.Context, peer locator.Peer) (netlayer.Conn, error) {
	c, err := nl.dial(ctx, peer)
	if err != nil {
		return nil, &netlayer.DialError{Peer: peer, Err: err}
	}
	return c, nil
}

// dial is Dial, without the peer in its errors.
func (nl *Netlayer) dial(ctx context.Context, peer locator.Peer) (*conn, error) {
	if peer.Transport != Transport {
		return nil, fmt.Errorf("%w: transport is not %s", netlayer.ErrLocation, Transport)
	}
	if _, err := ParseDesignator(peer.Designator); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := nl.use(); err != nil {
		return nil, err
	}
	raw, err := nl.reach(ctx, peer.Designator)
	if err != nil {
		nl.release()
		return nil, err
	}
	framing := netlayer.Raw
	if nl.opts.Framed {
		framing = netlayer.Framed
	}
	c := nl.newConn(raw, framing)
	c.proved = peer.ID()
	if nl.opts.Authenticate {
		if err := nl.authenticateDialled(ctx, c); err != nil {
			_ = c.Close()
			return nil, err
		}
	}
	return c, nil
}

// reach connects to the onion service, and tries again.
func (nl *Netlayer) reach(ctx context.Context, designator string) (net.Conn, error) {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, patience, errPatience)
		defer cancel()
	}
	var last socksReply
	for {
		c, err := nl.attempt(ctx, designator)
		var reply socksReply
		switch {
		case err == nil:
			return c, nil
		case errors.As(err, &reply) && reply.isTemporary():
			last = reply
		case ctx.Err() != nil && last != 0:
			return nil, fmt.Errorf("%w (%w)", last, err)
		default:
			return nil, err
		}
		if !wait(ctx, retryPause) {
			return nil, fmt.Errorf("%w (%w)", last, context.Cause(ctx))
		}
	}
}

var errPatience = fmt.Errorf("not reached within %v", patience)

// attempt tries once, with the tor that there is now.
func (nl *Netlayer) attempt(ctx context.Context, designator string) (net.Conn, error) {
	nl.mu.Lock()
	t, why := nl.tor, nl.why
	nl.mu.Unlock()
	if t == nil {
		return nil, why
	}
	return t.socks.connect(ctx, designator)
}
