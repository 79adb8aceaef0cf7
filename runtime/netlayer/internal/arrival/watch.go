package arrival

import (
	"sync"
	"time"
)

// Watch watches over one thing after the other.
//
// The life of each:
//
//  1. It has not begun, or nobody waits for it: no time passes.
//  2. Wait: the rest of it is waited for, until Arrived. This is done again until it is whole.
//  3. Done: it is whole, and the next one may begin. Or it has taken too long: then the Watch has expired, and cut is called, once.
type Watch struct {
	// Immutable after Init.
	limit time.Duration
	rate  int // bytes a second
	cut   func()

	mu sync.Mutex
	// Guarded by mu.
	timer   *time.Timer   // nil until the first Wait
	set     bool          // timer is going to call look
	waiting bool          // between Wait and Arrived
	since   time.Time     // of Wait, while waiting
	waited  time.Duration // before since, for what has begun and since it brought enough the last time
	arrived int64         // in that time, in bytes
	expired bool
	stopped bool
}

// Init makes the Watch give each thing so much time to become whole, or to bring so many bytes a second; if the time is negative, the
// Watch does nothing. When the time is over, cut, which is called from a goroutine of its own, ends the wait.
func (w *Watch) Init(limit time.Duration, rate int, cut func()) {
	w.limit, w.rate, w.cut = limit, rate, cut
}

// Wait says that something has begun to arrive, and that its rest is waited for.
func (w *Watch) Wait() {
	if w.limit < 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waiting {
		return
	}
	w.waiting, w.since = true, time.Now()
	w.setTimer()
}

// Arrived ends what Wait has begun, because n more bytes have arrived, which may be none. Without Wait before it, nothing was waited for.
func (w *Watch) Arrived(n int) {
	if w.limit < 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waiting {
		w.waiting = false
		w.waited += time.Since(w.since)
	}
	w.arrived += int64(n)
}

// Done says that what has begun is whole.
func (w *Watch) Done() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waited, w.arrived, w.since = 0, 0, time.Now()
}

// Expired reports whether something took too long.
func (w *Watch) Expired() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.expired
}

// Stop ends the watching, and the timer. It may be called again.
func (w *Watch) Stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
	if w.timer != nil {
		w.timer.Stop()
	}
}

// setTimer has look called when the time is over, unless that is so already. The caller holds mu.
//
// The timer is not stopped when what was waited for arrives: that is most often soon, and then looking once in a long time costs less.
func (w *Watch) setTimer() {
	if w.set || w.expired || w.stopped {
		return
	}
	w.set = true
	rest := w.limit - w.waited
	if w.timer == nil {
		w.timer = time.AfterFunc(rest, w.look)
	} else {
		w.timer.Reset(rest)
	}
}

// look is what the timer does.
func (w *Watch) look() {
	if w.isOver() {
		w.cut()
	}
}

// isOver reports whether what is waited for has taken too long, once, and sets the timer anew if not.
func (w *Watch) isOver() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.set = false
	if !w.waiting || w.stopped {
		return false
	}
	now := time.Now()
	w.waited += now.Sub(w.since)
	w.since = now
	if w.waited >= w.limit {
		if float64(w.arrived) < float64(w.rate)*w.waited.Seconds() {
			w.expired = true
			return true
		}
		w.waited, w.arrived = 0, 0
	}
	w.setTimer()
	return false
}
