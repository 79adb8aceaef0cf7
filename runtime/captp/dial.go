package captp

import (
	"context"
	"errors"
	"time"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// dialled is a peer that is called, or was.
type dialled struct {
	at         locator.Peer
	introduced bool // at the word of other peers
}

// startDial starts a dial.
func (v *Vat) startDial(d *dialled) {
	if v.refuse {
		v.core.DialFailed(d.at, ErrClosed)
		return
	}
	v.trace(TraceEvent{Kind: TraceDial, Peer: d.at.ID()})
	wait := v.untilRedial(d)
	v.goroutines.Go(func() { v.dial(d, wait) })
}

// dial makes the connection that the core asked for, after a wait. It is started by the loop and ends within that and Limits.DialTime.
func (v *Vat) dial(d *dialled, wait time.Duration) {
	if wait > 0 && !v.stillWanted(d, wait) {
		v.do(func() { v.core.DialFailed(d.at, errNotWanted) })
		return
	}
	ctx, cancel := context.WithTimeout(v.ctx, v.limits.DialTime)
	defer cancel()
	if d.introduced {
		ctx = netlayer.WithAddressPolicy(ctx, v.introductions.Address)
	}
	nc, err := v.netlayers.Dial(ctx, d.at)
	if err != nil {
		var failed *netlayer.DialError
		if errors.As(err, &failed) {
			err = failed.Err // whom we dialled is said by ours
		}
		v.dialFailed(d, err)
		return
	}
	v.connect(nc, d, d.at.Transport)
}

// errNotWanted is why a peer is not dialled that has called meanwhile, or whose vat is being closed.
var errNotWanted = errors.New("captp: there is no need to dial")

// stillWanted waits before a dial, and reports whether there is no session with the peer after it.
func (v *Vat) stillWanted(d *dialled, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-v.ctx.Done():
		return false
	}
	wanted := false
	v.call(func() { wanted = v.core.SessionWith(d.at.ID()) == nil })
	return wanted
}

func (v *Vat) dialFailed(d *dialled, err error) {
	v.log.Debug("dial failed", peerKey, peerName(d.at), "error", err)
	v.do(func() {
		v.totals.dialsFailed.Add(1)
		v.trace(TraceEvent{Kind: TraceDialFailed, Peer: d.at.ID(), Err: err})
		v.noteUnreachable(d, err)
		v.core.DialFailed(d.at, err)
	})
}
