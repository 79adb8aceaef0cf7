package hostiletest

import (
	"context"
	"sync"
	"time"
)

// Pace spreads messages over time: all who share one send no more than so many in a second together. A nil Pace does not hold anybody up.
// It may be used by several goroutines.
type Pace struct {
	each time.Duration // between two messages

	mu   sync.Mutex
	next time.Time // Guarded by mu.
}

// NewPace returns a pace of n messages a second, nil for n < 1.
func NewPace(n int) *Pace {
	if n < 1 {
		return nil
	}
	return &Pace{each: time.Second / time.Duration(n), next: time.Now()}
}

// Take waits until n messages may be sent, or ctx is done. Time that was not used is lost, but for a moment.
func (p *Pace) Take(ctx context.Context, n int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	now := time.Now()
	if earliest := now.Add(-moment); p.next.Before(earliest) {
		p.next = earliest
	}
	wait := p.next.Sub(now)
	p.next = p.next.Add(time.Duration(n) * p.each)
	p.mu.Unlock()
	if wait <= 0 {
		return
	}
	select {
	case <-time.After(wait):
	case <-ctx.Done():
	}
}

// moment is how much time that was not used can be made up for.
const moment = 20 * time.Millisecond
