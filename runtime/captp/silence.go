package captp

import (
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// watchman ends a session whose peer is silent: that has sent nothing for some time, not even an answer to a question. Many netlayers
// do not notice that the other side is gone, and none that it hangs.
type watchman struct {
	conn     *conn
	swiss    locator.SwissNumber // of an object that the peer has; zero if none is known, or the peer may not have it yet
	silence  time.Duration       // before it is asked, at most one and a half times that; never if it is negative
	patience time.Duration       // for the answer
	asked    bool                // a question was asked that may not have been answered

	// When somebody looked last.
	heard int64
	sent  int64
}

// watch watches until stop is closed or the session is over. It is run by a goroutine that Keep starts, and waits for when it closes stop.
func (w *watchman) watch(stop <-chan struct{}) {
	const looks = 2 // without a sign of life, before the peer is asked
	quiet := 0
	for {
		wait := w.silence / looks
		if w.asked {
			wait = w.patience
		}
		if !w.sleep(wait, stop) {
			return
		}
		switch {
		case w.isAlive():
			quiet, w.asked = 0, false
		case w.asked:
			w.giveUp()
			return
		default:
			if quiet++; quiet >= looks {
				w.ask()
			}
		}
	}
}

// sleep waits, for ever if d is negative, and reports whether there is still something to watch.
func (w *watchman) sleep(d time.Duration, stop <-chan struct{}) bool {
	var over <-chan time.Time
	if d >= 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-over:
		return true
	case <-stop:
	case <-w.conn.over:
	}
	return false
}

// isAlive reports whether the peer gave a sign of life since the last look: something came, it takes our output, or it is not it
// that is slow.
func (w *watchman) isAlive() bool {
	c := w.conn
	heard, sent := c.heard(), c.sent.Load()
	alive := heard != w.heard || sent != w.sent && c.unsent.Load() > 0 || c.held.Load()&heldByInbox != 0
	w.heard, w.sent = heard, sent
	return alive
}

// heard returns a number that grows with all that comes from the peer.
func (c *conn) heard() int64 {
	n := c.batches.Load()
	if c.counter != nil {
		n += c.counter.Received()
	}
	return n
}

// ask asks the peer for a sign of life.
func (w *watchman) ask() { w.conn.vat.call(w.askNow) }

// askNow is ask on the loop.
func (w *watchman) askNow() {
	c := w.conn
	if c.ended {
		return
	}
	heard := c.heard()
	if c.ask(w.swiss, c.vat.core.NewPromise(nil, false)) {
		w.asked, w.heard = true, heard
	}
}

// ask asks the peer for an object, or, if swiss is zero, for one that it does not have: any peer answers that, when it has dealt with
// what came before. It reports whether it has asked. It runs on the loop, while the session is up.
func (c *conn) ask(swiss locator.SwissNumber, result *core.Promise) bool {
	if swiss.IsZero() {
		var err error
		if swiss, err = locator.GenerateSwissNumber(c.vat.rand); err != nil {
			return false
		}
	}
	return c.vat.core.Fetch(c.session, swiss, result)
}

// giveUp ends the session.
func (w *watchman) giveUp() {
	c := w.conn
	c.vat.do(func() { c.vat.core.Fail(c.session, errSilent) })
}

// errSilent is why a session is ended whose peer does not answer.
var errSilent = &endedError{"the peer does not answer"}
