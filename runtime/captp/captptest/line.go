package captptest

import (
	"context"
	"errors"

	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// ErrCut is what a dial ends with after [Line.Cut].
var ErrCut = errors.New("captptest: the link is cut")

// Way is one direction between two vats, with everything by which a test controls it: Hold, Release, Held, SetLatency,
// RefuseDials, HoldDials and ReleaseDials are those of the network.
type Way struct {
	*netlayertest.Way

	transcript *transcript
}

// Step delivers the oldest message that is under way, whatever holds it, and reports whether there was one. The end of a
// conn counts as a message.
func (w Way) Step() bool {
	w.transcript.nextRound()
	return w.Way.Step()
}

// Pass delivers the next n messages, whatever holds them, and waits for those that were not sent yet. Messages of every kind
// count: a vat tells its peers of garbage up to a tenth of a second after it was made. Pass is of use on a way that is held, as on
// another one messages do not wait to be delivered. The error is that of ctx.
func (w Way) Pass(ctx context.Context, n int) error {
	for range n {
		for {
			sent := w.transcript.nextSent()
			if w.Step() {
				break
			}
			select {
			case <-sent:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

// Line is everything between two vats: both directions, and all conns, present and to come.
type Line struct {
	out, back  Way
	a, b       string
	network    *netlayertest.Network
	transcript *transcript
}

// newLine returns what is between two peers of a network.
func newLine(network *netlayertest.Network, t *transcript, a, b string) Line {
	return Line{
		out: Way{network.Way(a, b), t}, back: Way{network.Way(b, a), t},
		a: a, b: b, network: network, transcript: t,
	}
}

// Cut ends every session between the vats, as when a machine on the way fails, and lets no new one be made.
func (l Line) Cut() {
	l.RefuseDials(ErrCut)
	l.network.Cut(l.a, l.b)
}

// Mend lets sessions be made again.
func (l Line) Mend() { l.RefuseDials(nil) }

// RefuseDials makes dials fail, in both directions, with an error that wraps err, until it is called with nil. Sessions that
// there are stay.
func (l Line) RefuseDials(err error) {
	l.out.RefuseDials(err)
	l.back.RefuseDials(err)
}

// Hold keeps what is under way from being delivered, and every message that is sent from now on.
func (l Line) Hold() {
	l.out.Hold()
	l.back.Hold()
}

// Release delivers what is held, and ends the holding.
func (l Line) Release() {
	l.out.Release()
	l.back.Release()
}

// Held returns how many messages are under way, in both directions.
func (l Line) Held() int { return l.out.Held() + l.back.Held() }

// Step delivers the oldest message that is held in one direction, that of the first vat first, and reports whether there was
// one.
func (l Line) Step() bool { return l.out.Step() || l.back.Step() }

// Conns returns the conns that there have been between the vats, in the order in which they were dialled. Each knows who
// dialled, and can be cut by itself.
func (l Line) Conns() []*netlayertest.Link {
	var conns []*netlayertest.Link
	for _, c := range l.network.Links() {
		if c.Dialler() == l.a && c.Acceptor() == l.b || c.Dialler() == l.b && c.Acceptor() == l.a {
			conns = append(conns, c)
		}
	}
	return conns
}

// Transcript returns the messages that were sent between the two vats, as those of all are written: see [Trio.Transcript].
func (l Line) Transcript() string { return l.transcript.text(l.a, l.b) }
