package onion

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// supervise follows the tor, and each one after it, until ctx ends and no conn needs it any more. It is a goroutine that New starts.
func (nl *Netlayer) supervise(ctx context.Context, t *tor, target string) {
	defer close(nl.over)
	for t != nil {
		watched := t.watch()
		t.finish(true)
		nl.lose(t.reason(watched))
		t = nl.restart(ctx, target)
	}
}

// lose notes that there is no tor, and tells whoever accepts.
func (nl *Netlayer) lose(why error) {
	nl.mu.Lock()
	nl.tor, nl.why = nil, why
	told := nl.isClosed
	if told {
		nl.why = errClosed
	}
	nl.mu.Unlock()
	if told {
		return
	}
	select {
	case nl.lost <- why:
	default: // nobody has asked since the last time
	}
	nl.report(Progress{Stage: StageGone, Summary: why.Error()})
}

// restart returns a new tor, or nil when ctx has ended.
func (nl *Netlayer) restart(ctx context.Context, target string) *tor {
	if nl.opts.NoRestart {
		<-ctx.Done()
	}
	for pause := firstPause; wait(ctx, pause); pause = min(2*pause, longestPause) {
		attempt, cancel := context.WithTimeoutCause(ctx, restartTime, errRestartTime)
		t, err := start(attempt, nl.opts, target)
		cancel()
		switch {
		case err == nil && nl.adopt(t):
			return t
		case err == nil:
			t.end()
			t.finish(true)
		case ctx.Err() == nil:
			nl.report(Progress{Stage: StageGone, Summary: err.Error()})
		}
	}
	return nil
}

var errRestartTime = fmt.Errorf("tor is not ready after %v", restartTime)

// adopt makes the tor the one to use, unless Close was called.
func (nl *Netlayer) adopt(t *tor) bool {
	nl.mu.Lock()
	defer nl.mu.Unlock()
	if !nl.isClosed {
		nl.tor, nl.why = t, nil
	}
	return !nl.isClosed
}

// report tells the program how far starting has come.
func (nl *Netlayer) report(p Progress) {
	if nl.opts.Progress != nil {
		nl.opts.Progress(p)
	}
}

// wait waits for about as long as d, and reports whether ctx has not ended.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d/2 + rand.N(d/2))
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
