package onion

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// authenticateDialled proves to the peer that was dialled who we are, and has it prove who it is. The error wraps netlayer.ErrIdentity,
// or is that of the context.
func (nl *Netlayer) authenticateDialled(ctx context.Context, c *conn) error {
	stop := context.AfterFunc(ctx, func() { _ = c.Stream.Close() })
	defer stop()
	err := nl.inTime(c, func(p *proof) error {
		t := transcript{dialler: nl.location.Designator, dialled: c.proved.Designator, byDialler: newChallenge()}
		key, err := ParseDesignator(t.dialled)
		if err != nil {
			return err
		}
		if err := p.send(t.appendOpening(nil)); err != nil {
			return err
		}
		msg, err := p.receive()
		if err != nil {
			return err
		}
		if err := t.verify(msg, key, labelDialled); err != nil {
			return err
		}
		return p.send(t.sign(nl.opts.Key, labelDialler))
	})
	switch {
	case err == nil && stop():
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	default:
		return fmt.Errorf("%w: %w", netlayer.ErrIdentity, err)
	}
}

// authenticateAccepted has whoever dialled prove who it is, and proves who we are.
func (nl *Netlayer) authenticateAccepted(c *conn) error {
	return nl.inTime(c, func(p *proof) error {
		msg, err := p.receive()
		if err != nil {
			return err
		}
		t, err := parseOpening(msg)
		if err != nil {
			return err
		}
		key, err := ParseDesignator(t.dialler)
		switch {
		case err != nil:
			return err
		case t.dialled != nl.location.Designator:
			return errors.New("it means another peer")
		case t.dialler == t.dialled:
			return errors.New("it says that it is this peer")
		}
		t.byDialled = newChallenge()
		if err := p.send(t.sign(nl.opts.Key, labelDialled)); err != nil {
			return err
		}
		if msg, err = p.receive(); err != nil {
			return err
		}
		if err := t.verify(msg, key, labelDialler); err != nil {
			return err
		}
		c.proved = locator.PeerID{Transport: Transport, Designator: t.dialler}
		return nil
	})
}

// inTime runs one side of a proof, and gives it up when it takes too long. What has arrived behind it is kept for Receive.
func (nl *Netlayer) inTime(c *conn, side func(*proof) error) error {
	timer := time.AfterFunc(nl.opts.HandshakeTime, func() { _ = c.Stream.Close() })
	c.SetReadLimit(maxAuthentication)
	p := &proof{stream: c.Stream}
	err := side(p)
	c.SetReadLimit(netlayer.DefaultReadLimit)
	c.early = p.arrived
	if !timer.Stop() {
		return fmt.Errorf("no proof within %v", nl.opts.HandshakeTime)
	}
	return err
}

// proof is the exchange of messages of a proof.
type proof struct {
	stream  *netlayer.Stream
	arrived [][]byte // and not looked at yet
}

func (p *proof) send(msg []byte) error { return p.stream.Send([][]byte{msg}) }

func (p *proof) receive() ([]byte, error) {
	if len(p.arrived) == 0 {
		var err error
		if p.arrived, err = p.stream.Receive(nil); err != nil {
			return nil, err
		}
	}
	msg := p.arrived[0]
	p.arrived = p.arrived[1:]
	return msg, nil
}
